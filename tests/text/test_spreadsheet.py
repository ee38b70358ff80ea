import csv
import io

import pytest

from lms.text import spreadsheet


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("https://evil.example")'])
def test_text_that_begins_like_a_formula_gets_an_apostrophe(cell):
    assert spreadsheet.safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Rosa", "a=b", " =1", 5, -5, -0.5, None])
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
