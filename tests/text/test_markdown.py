import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.modules.bodies import parsed
from lms.text import markdown
from lms.text.markup import safe


def html(text: str, **abbreviations: str) -> str:
    document = parsed(text, "a.md", 1, "en")
    markdown.mark_abbreviations(document, abbreviations)
    return markdown.html(document)


def faults(text: str) -> list[tuple[int, str]]:
    return [(problem.line, problem.rule) for problem in parsed(text, "a.md", 1, "en").problems]


def test_a_heading_has_an_anchor_of_its_words_or_the_one_it_is_given():
    assert 'id="which-size"' in html("## Which *size*?")
    assert '<h2 id="size" class="wide">Which size?' in html("## Which size? {#size .wide}")


def test_two_headings_of_the_same_words_get_two_anchors():
    assert [mark.id for mark in parsed("## Arm\n\n## Arm\n", "a.md", 1, "en").marks] == ["arm", "arm-1"]


def test_an_id_given_twice_is_a_problem():
    assert faults("## A {#x}\n\n## B {#x}\n") == [(3, "duplicate-id")]


def test_a_callout_speaks_the_language_of_its_text():
    document = parsed("> [!WARNING]\n> Alto.\n", "a.md", 1, "es")
    assert '<p class="callout-title">Advertencia</p>' in markdown.html(document)


def test_only_the_first_abbreviation_is_marked_and_none_inside_links_or_words():
    text = "[HTN](a.md) HTNs HTN HTN"
    assert html(text, HTN="Hypertension").count("<abbr") == 1
    assert 'HTNs <abbr title="Hypertension">HTN</abbr> HTN' in html(text, HTN="Hypertension")


def test_code_is_coloured_by_classes_and_scrolls_by_keyboard():
    assert '<pre tabindex="0"><code><span class="k">def</span>' in html("```python\ndef f(): ...\n```\n")


def test_a_table_aligns_without_inline_style():
    assert '<th scope="col" class="to-right">b</th>' in html("| a | b |\n|---|--:|\n| 1 | 2 |\n")


def test_footnotes_and_definitions_and_tasks_are_rendered():
    text = "A[^1]\n\nTerm\n: Meaning\n\n- [x] done\n\n[^1]: Note\n"
    page = html(text)
    assert '<section class="footnotes" aria-label="Notes">' in page
    assert "<dt>Term</dt>" in page
    assert 'aria-label="done" checked' in page


def test_script_and_its_kin_are_refused_by_name_at_their_line():
    text = 'Words\n<script>x()</script>\n\n<div onclick="x()">a</div>\n\n<iframe src="https://x.example"></iframe>\n'
    assert faults(text) == [(2, "html-refused"), (4, "html-refused"), (6, "html-refused")]


def test_what_is_refused_does_not_reach_the_page_either():
    page = html('<script>alert(1)</script><style>p{}</style><b onclick="x()">b</b> <a href="javascript:x()">y</a>')
    assert "alert" not in page
    assert "onclick" not in page
    assert "javascript" not in page


def test_a_question_block_that_is_not_closed_is_a_problem():
    assert faults("::: question\n- [x] A\n- [ ] B\n\nAnd the rest.\n") == [(1, "unclosed-block")]


def test_an_unknown_block_is_named_with_the_nearest_known_one():
    assert faults("::: qestion\nA\n:::\n") == [(1, "unknown-block")]


def test_nesting_that_would_be_dropped_is_a_problem():
    assert faults("> " * 100 + "deep\n") == [(1, "nesting")]


def test_feedback_lined_up_with_its_choice_is_a_quote():
    page = html("- [ ] Small\n      > Too small.\n- [x] Large\n")
    assert "<blockquote>\n<p>Too small.</p>" in page


@given(st.text(max_size=200))
@settings(max_examples=200)
def test_whatever_is_written_comes_out_safe_and_stays_so(text):
    page = html(text)
    assert safe(page) == page or safe(safe(page)) == safe(page)
    assert "<script" not in page.lower()


@given(
    st.lists(
        st.sampled_from(["> ", "- ", "1. ", "  ", "[", "](", "`", "*", "_", "<", "|", ":::", "\n", "a", "[^1]", "{#a}"])
    )
)
@settings(max_examples=300)
def test_odd_runs_of_markup_never_break_the_parser(pieces):
    html("".join(pieces))


@pytest.mark.parametrize("text", ["[" * 100_000, "![" * 50_000, "[^" * 50_000, "[" * 50_000 + "]" * 50_000])
def test_brackets_beyond_all_sense_are_a_problem_and_are_not_looked_through(text):
    document = parsed(f"Words.\n\n{text}\n\n[x](y.md)\n", "a.md", 1, "en")
    assert [(one.line, one.rule) for one in document.problems] == [(3, "brackets")]
    assert [token.children for token in document.tokens if token.type == "inline"][1] == []


def test_brackets_that_sense_is_made_of_are_left_alone():
    text = "[a](b.md) " * 2_000 + "[0, 1) " * 200 + "\\[" * 2_000
    assert faults(text) == []
