import csv
import io

import pytest

from lms.text import spreadsheet


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("https://evil.example")'])
def test_text_that_begins_like_a_formula_gets_an_apostrophe(cell):
    assert spreadsheet.safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20SUM(A1)", "\n=1"])
def test_signs_as_wide_as_a_han_letter_and_line_ends_begin_formulas_too(cell):
    assert spreadsheet.safe(cell).startswith("'")


@pytest.mark.parametrize("sign", [";", "\t", "\n", "\r\n", '; "', ";;"])
def test_no_formula_begins_after_what_another_spreadsheet_takes_for_the_end_of_a_cell(sign):
    assert spreadsheet.safe(f"Rosa{sign}=1+1") == f"Rosa{sign}'=1+1"


@pytest.mark.parametrize("cell", ["", "Rosa", "a=b", " =1", "a; b", "a, -1", 5, -5, -0.5, None])
def test_other_text_and_numbers_stay(cell):
    assert spreadsheet.safe(cell) == cell


def test_a_table_reads_back_as_it_was_written():
    rows = [["Quispe, Rosa", 'says "yes"', "two\nlines"], ["ñandú", "", "=1+1"]]
    text = "".join(spreadsheet.lines(["a", "b", "c"], rows))
    rows[1][2] = "'=1+1"
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["a", "b", "c"], *rows]


def test_a_long_table_is_written_a_line_at_a_time():
    def endless():
        while True:
            yield ["row"]

    lines = spreadsheet.lines(["a"], endless())
    assert [next(lines) for _ in range(3)] == ["a\r\n", "row\r\n", "row\r\n"]
