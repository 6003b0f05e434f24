"""Tables that spreadsheets open, and that run nothing there."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livedrop.lib import sheets

# Text that a file in UTF-8 can hold; a lone CR would end a line for some who read it.
CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
TABLES = st.lists(st.lists(CELLS, min_size=2, max_size=5), min_size=1, max_size=5)


def written(*rows):
    return "".join(sheets.write(rows))


@given(TABLES)
def test_what_was_written_is_read_again_whatever_it_is(rows):
    assert sheets.read(written(["Name", "Note"], *rows).encode()) == [["Name", "Note"], *rows]


@given(CELLS)
def test_no_cell_is_a_formula(cell):
    (row,) = csv.reader(io.StringIO(written(["x", cell]).removeprefix("\ufeff"), newline=""))
    assert not row[1].startswith(("=", "+", "-", "@", "\t", "\r"))


def test_none_is_where_semicolons_begin_cells():
    assert written(["x;=1+1;", "a; -b\t@c"]) == "\ufeffx;'=1+1;,a; '-b\t'@c\r\n"
    rows = [["Name", "Note"], ["x;=1+1;", "y;'=1"]]
    assert sheets.read(written(*rows).encode()) == rows


def test_it_opens_as_unicode_with_the_lines_of_spreadsheets():
    assert written(["Größe", 3]) == "\ufeffGröße,3\r\n"
    assert written(["=1+1", "'x", "a,b"]) == "\ufeff'=1+1,''x,\"a,b\"\r\n"


@pytest.mark.parametrize("saved", ["Name;Note\r\n1,5;b\r\n", "Name\tNote\n1,5\tb\n"])
def test_other_countries_tables_are_read_too(saved):
    assert sheets.read(saved.encode()) == [["Name", "Note"], ["1,5", "b"]]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b'Name,Note\n"open'])
def test_what_is_no_table_is_said(content):
    with pytest.raises(ValueError, match=r"."):
        sheets.read(content)
