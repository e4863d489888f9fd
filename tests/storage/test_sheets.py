"""Tables as spreadsheets save them: whatever the encoding and the separator, the same words."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from practika_kernel.domain.errors import InvalidInput
from practika_kernel.storage.sheets import sheet

COLUMNS = ("email", "first_name", "course")
ROWS = [
    ["E-Mail", "First name", "Course", "Shoe size"],
    ["zoe@school.example", "Zoé", 'Für "Anfänger", A|B', "38"],
    [],
    ["bea@school.example", "Bea\nMaria", "Tänze; Lieder\tund mehr", ""],
]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_spreadsheet_s_table_is_read(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "class.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator).writerows(ROWS)
    found = sheet(path, COLUMNS, ("email",))
    assert found.ignored == ("shoe_size",)
    assert [
        (line.number, line.get("first_name"), line.get("course")) for line in found.lines()
    ] == [
        (2, "Zoé", 'Für "Anfänger", A|B'),
        (4, "Bea\nMaria", "Tänze; Lieder\tund mehr"),
    ]


def test_short_and_long_rows_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "class.csv"
    path.write_text("email,course\na@b.example\nc@d.example,Piano,x,,y\n,,\n")
    assert [line.cells for line in sheet(path, COLUMNS).lines()] == [
        {"email": "a@b.example", "course": ""},
        {"email": "c@d.example", "course": "Piano", "": "x y"},
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no first line"),
        (b"PK\x03\x04 an .xlsx", "no text. Save the table as CSV"),
        (b"\x00\x01\x02", "no text"),
        (b"name,age\nMira,9\n", "names none of the columns"),
        (b"course\nPiano\n", "no column called email"),
        (b"email,e-mail\na,b\n", "two columns called email"),
    ],
)
def test_what_is_no_such_table_is_said(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "class.csv"
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=why):
        sheet(path, COLUMNS, ("email",))


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read: No such file"):
        sheet(tmp_path / "class.csv", COLUMNS)


def test_a_cell_that_never_ends_is_said_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "class.csv"
    path.write_text('email\na@b.example\n"' + "x" * 200_000 + "\n")
    with pytest.raises(InvalidInput, match="no table from line 3 on"):
        list(sheet(path, COLUMNS).lines())
