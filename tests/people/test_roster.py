"""Tables of people to invite, read with all that is wrong with them."""

import codecs
import time

import pytest

from lms.people.roster import MOST, Invited, Mistake, read

ANA = Invited("ana@hillside.example", "Ana Torres", ("learner", "mentor"), "North")
HEAD = "email,name,role,group\n"


def mistakes(text: str | bytes) -> list[tuple[int, str]]:
    data = text if isinstance(text, bytes) else text.encode()
    return [(mistake.line, mistake.what) for mistake in read(data)[1]]


@pytest.mark.parametrize(
    "table",
    [
        "email,name,role,group\nAna@Hillside.example, Ana  Torres ,mentor,North\n",
        "email;name;role;group\r\nana@hillside.example;Ana Torres;mentor;North\r\n",
        "email\tname\trole\tgroup\nana@hillside.example\tAna Torres\tmentor\tNorth",
        " Role , EMAIL,Group,name\nMentor,ana@hillside.example,North,Ana Torres\n",
        'email,name,role,group\n"ana@hillside.example","Ana Torres","learner, mentor","North"\n',
        "\n\nemail,name,role,group\n\n,,,\nana@hillside.example,Ana Torres,learner mentor,North\n\n",
        "email,name,role,group\rana@hillside.example,Ana Torres,mentor,North\r",
    ],
)
def test_a_table_is_read_however_a_spreadsheet_writes_it(table):
    for data in (table.encode(), codecs.BOM_UTF8 + table.encode()):
        assert read(data) == ([ANA], [])


def test_an_address_is_enough():
    assert read(b"email\nana@hillside.example\n") == ([Invited("ana@hillside.example")], [])


def test_all_that_is_wrong_is_told_with_its_line():
    table = (
        HEAD
        + "ana@hillside.example,Ana Torres,,\n"
        + "ana at hillside,Ana Torres,mentro,\n"
        + "ANA@hillside.example,Ana Torres,,\n"
        + ",Nobody Known,nurse,\n"
        + '"bea@hillside.example","Bea\nLuna",learner,North\n'
        + "cy@hillside.example,12345,learner,North,more\n"
        + "di@hillside.example,Di Paz,,"
        + "x" * 101
        + "\n"
    )
    assert mistakes(table) == [
        (3, "`ana at hillside`: this is no e-mail address; write one such as rosa@clinic.example"),
        (3, "`mentro` is no role: did you mean `mentor`?"),
        (4, "ana@hillside.example stands in line 2 already"),
        (5, "the e-mail address is missing"),
        (5, "`nurse` is no role: roles are learner, author, mentor, coordinator, administrator"),
        (8, "there are 5 cells, and 4 columns; put text that has a comma in it between quotes"),
        (8, "`12345`: a name has letters in it"),
        (9, "the name of a group has at most 100 characters that show"),
    ]


@pytest.mark.parametrize(
    ("head", "what"),
    [
        ("e-mail,name", "there is no column `e-mail`: did you mean `email`?"),
        ("name,role", "the first line must name the columns, `email` among them"),
        ("email,phone", "there is no column `phone`: the columns are email, name, role and group"),
        ("email,name,Name", "the column `name` stands there twice"),
        ("email,name,", "there is no column ``: the columns are email, name, role and group"),
        ("ana@hillside.example,Ana Torres", "the first line must name the columns, `email` among them"),
    ],
)
def test_wrong_columns_are_named(head, what):
    assert (1, what) in mistakes(f"{head}\nana@hillside.example,Ana Torres,\n")


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"", 1, "the file is empty"),
        (codecs.BOM_UTF8 + b" \r\n", 1, "the file is empty"),
        (b"email,name\n", 1, "nobody below"),
        (HEAD.encode() + "rosa@x.example,José".encode("latin-1"), 2, "byte 0xe9 is not UTF-8"),
        (HEAD.encode("utf-16"), 1, "UTF-16"),
        (b"email\nana@hillside\0.example\n", 2, "null byte"),
        (b'email,name\nana@hillside.example,"Ana\nbea@hillside.example,Bea\n', 2, "quote that is not closed"),
        (b'email,name\nana@hillside.example,"' + b"x" * 200_000 + b'"\n', 2, "this is no CSV"),
        (b"email\n" + b"x" * 20_000_000, 1, "split it"),
    ],
    ids=["empty", "bom", "head", "latin-1", "utf-16", "null", "quote", "long cell", "large"],
)
def test_what_is_no_table_is_said_to_be_so(data, line, words):
    (mistake,) = read(data)[1]
    assert (mistake.line, words in mistake.what) == (line, True)


def test_fifty_thousand_people_are_read_in_seconds():
    rows = "".join(f"person-{number}@hillside.example,Ana Torres,mentor,North\n" for number in range(MOST))
    began = time.process_time()
    people, wrong = read((HEAD + rows).encode())
    took = time.process_time() - began
    assert (len(people), wrong) == (MOST, [])
    assert took < 30
    more = (HEAD + rows + "one@hillside.example,One More,,\n").encode()
    assert read(more)[1] == [Mistake(MOST + 2, "one file has at most 50,000 people; split it")]
