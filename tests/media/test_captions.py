"""Captions: what is read, what is refused, and that what we write is what we read."""

from decimal import Decimal
from io import StringIO

import pytest
import webvtt as reference
from hypothesis import given
from hypothesis import strategies as st

from lms.media.captions import check_length, clock, parse, webvtt
from lms.media.models import Cue

VTT = """WEBVTT - Stroke in the clinic
Kind: captions

NOTE made by hand
-- for the clinic

STYLE
::cue { color: red }

1
00:00.500 --> 00:02.000 align:start
<v Rosa Quispe>What do you <i>see</i>?
Tell me &amp; them.

00:00:02.000 --> 00:00:04.250
<v Daniel>The face.</v> <v.loud Rosa>Good.</v>
"""

SRT = """1
00:00:00,500 --> 00:00:02,000
What do you <b>see</b>?

2
00:00:02,000 --> 00:00:04,250
{\\an8}The face, AT&T says.
"""


def rules(text, path="captions.en.vtt"):
    return [(problem.line, problem.rule) for problem in parse(text, path)[1]]


def said(cues):
    return [(str(cue.start), str(cue.end), cue.speaker, cue.text, cue.line) for cue in cues]


def test_cues_of_webvtt_have_times_speakers_and_words():
    cues, problems = parse(VTT, "captions.en.vtt")
    assert problems == []
    assert said(cues) == [
        ("0.500", "2.000", "Rosa Quispe", "What do you see?\nTell me & them.", 11),
        ("2.000", "4.250", "Daniel", "The face.", 15),
        ("2.000", "4.250", "Rosa", "Good.", 15),
    ]


def test_cues_of_subrip_are_read_the_same_way():
    cues, problems = parse(SRT, "captions.en.srt")
    assert problems == []
    assert [cue.text for cue in cues] == ["What do you see?", "The face, AT&T says."]
    assert [cue.line for cue in cues] == [2, 6]


def test_a_file_without_its_head_says_so():
    assert rules("00:01.000 --> 00:02.000\nHello\n") == [(1, "no-webvtt")]


def test_an_empty_file_has_no_cues():
    assert rules("") == [(1, "no-cues")]
    assert rules("WEBVTT\n") == [(1, "no-cues")]
    assert rules("WEBVTT\n\nNOTE only a note\n") == [(1, "no-cues")]
    assert rules("\n\n", "a.srt") == [(1, "no-cues")]


def test_every_faulty_time_is_named_with_its_line():
    text = (
        "WEBVTT\n\n00:01 --> 00:02.000\nA\n\n00:01,000 --> 00:02,000\nB\n\n00:03.000 --> \nC\n\n"
        "00:75.000 --> 00:80.000\nD\n"
    )
    assert rules(text) == [(3, "cue-time"), (6, "cue-time"), (9, "cue-time"), (12, "cue-time")]


def test_a_cue_that_ends_before_it_starts_is_a_problem():
    assert rules("WEBVTT\n\n00:05.000 --> 00:04.000\nA\n") == [(3, "cue-ends-early")]


def test_cues_out_of_order_are_a_problem():
    text = "WEBVTT\n\n00:05.000 --> 00:06.000\nA\n\n00:01.000 --> 00:02.000\nB\n"
    assert rules(text) == [(6, "cue-order")]


def test_words_without_a_time_are_a_problem():
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\nA\n\nand the rest\n"
    assert rules(text) == [(6, "cue-time")]


def test_two_cues_without_a_gap_are_a_problem():
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\nA\n00:02.000 --> 00:03.000\nB\n"
    assert rules(text) == [(5, "cue-gap")]


def test_a_bare_less_than_sign_is_kept_and_warned_of():
    cues, problems = parse("WEBVTT\n\n00:01.000 --> 00:02.000\nKeep it < 140\n", "a.vtt")
    assert cues[0].text == "Keep it < 140"
    assert [(problem.severity, problem.rule) for problem in problems] == [("warning", "cue-sign")]


def test_a_cue_that_says_nothing_is_left_out():
    assert rules("WEBVTT\n\n00:01.000 --> 00:02.000\n\n00:02.000 --> 00:03.000\nB\n") == [(3, "cue-empty")]


def test_cues_past_the_end_of_the_recording_are_a_problem():
    cues, _ = parse(VTT, "a.vtt")
    assert check_length(cues, Decimal("2.3"), "a.vtt") == []
    late = check_length(cues, Decimal(2), "a.vtt")
    assert [(problem.line, problem.rule, problem.severity) for problem in late] == [(15, "cue-past-end", "error")]


moments = st.decimals(0, 40_000, places=3, allow_nan=False)
words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1).filter(str.strip)


@st.composite
def some_cues(draw):
    cues = []
    for start in sorted(draw(st.lists(moments, min_size=1, max_size=8))):
        lines = draw(st.lists(words, min_size=1, max_size=3))
        speaker = draw(st.just("") | words)
        text = "\n".join(" ".join(line.strip().splitlines()) for line in lines)
        long = draw(st.decimals("0.001", 60, places=3))
        cues.append(Cue(start=start, end=start + long, text=text, speaker=" ".join(speaker.split())))
    return cues


@given(some_cues())
def test_cues_written_are_the_cues_read(cues):
    read, problems = parse(webvtt(cues), "a.vtt")
    assert problems == []
    assert [cue.model_copy(update={"line": 1}) for cue in read] == cues


@given(some_cues())
def test_another_reader_finds_the_same_times_and_as_many_cues(cues):
    read = reference.from_buffer(StringIO(webvtt(cues)))
    assert [(cue.start, cue.end) for cue in read] == [(clock(cue.start), clock(cue.end)) for cue in cues]


@given(st.text() | st.text("WEBVT\n-> :.0123456789<v>&;", max_size=200), st.sampled_from(["a.vtt", "a.srt"]))
def test_any_text_is_read_or_refused(text, path):
    cues, problems = parse(text, path)
    assert cues or problems
    assert all(0 < problem.line <= text.count("\n") + 1 for problem in problems)


@pytest.mark.parametrize("piece", ["<v.", "<v ", "<v", "{\\", "<c.", "<c ", "<00:", "&#1", "&a", "< "])
def test_words_made_to_waste_time_are_one_cue_at_most(piece):
    for path in ("a.vtt", "a.srt"):
        for start in ("WEBVTT\n\n00:01.000 --> 00:02.000", "1\n00:00:01,000 --> 00:00:02,000"):
            cues, _ = parse(f"{start}\n{piece * 20_000}\n", path)
            assert len(cues) <= 1


def test_an_hour_of_thousands_of_digits_is_no_time():
    hour = "1" * 5_000
    assert rules(f"WEBVTT\n\n{hour}:00:01.000 --> {hour}:00:02.000\nA\n") == [(3, "cue-time")]
    assert rules(f"1\n{hour}:00:01,000 --> {hour}:00:02,000\nA\n", "a.srt") == [(2, "cue-time")]


def test_a_sign_of_thousands_of_digits_is_words():
    cues, _ = parse(f"WEBVTT\n\n00:01.000 --> 00:02.000\nA &#{'1' * 5_000}; B\n", "a.vtt")
    assert cues[0].text.startswith("A &#1")


def test_fifty_thousand_cues_are_read():
    times = [f"{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}" for n in range(50_001)]
    blocks = [
        f"{a}.000 --> {b}.000\n<v Rosa>Tell <i>me</i> &amp; them.\n" for a, b in zip(times, times[1:], strict=False)
    ]
    cues, problems = parse("WEBVTT\n\n" + "\n".join(blocks), "a.vtt")
    assert (len(cues), problems) == (50_000, [])
