"""Files that are no TOML: which line, and what was probably meant."""

import pytest

from keepercheky.errors import SettingsError
from keepercheky.settings import load


@pytest.mark.parametrize(
    ("text", "line", "remedy"),
    [
        ("a = 1\nnotice = 14d\n", 2, "double quotes"),
        ("notice = 14 days\n", 1, "double quotes"),
        ('mode = "preview\n', 1, "Close the quotes"),
        ("dry_run = True\n", 1, "small letters"),
        ("mode: preview\n", 1, "equals sign"),
        ('mode = "a"\nmode = "b"\n', 2, "keep one of the two"),
        ("[keep]\n[keep]\n", 2, "keep one of the two"),
        ("tags = [1\n\n[keep]\n", 3, ""),
        ('path = "C:\\Users"\n', 1, "single quotes"),
        ("[keep\n", 1, "brackets"),
        ("x = { a = 1,\n b = 2 }\n", 1, "one line"),
        ("x =", 1, "key = value"),
        ("mode = \u201cpreview\u201d\n", 1, "plain double quotes"),
    ],
)
def test_what_is_not_toml_is_told_by_line_and_column(desk, text, line, remedy):
    found = desk.mistakes(text)

    (mistake,) = found.values()
    assert mistake.problem.startswith(f"line {line}, column ")
    assert remedy in mistake.remedy


def test_a_file_in_another_encoding_says_so(desk):
    desk.file.write_bytes('name = "Español"\n'.encode("latin-1"))

    with pytest.raises(SettingsError, match="UTF-8"):
        load(desk.file, {})


def test_a_byte_order_mark_is_no_mistake(desk, smallest):
    desk.file.write_bytes(b"\xef\xbb\xbf" + smallest.encode())
    desk.file.chmod(0o600)

    assert load(desk.file, {}).warnings == ()


def test_a_file_far_too_large_is_not_read(desk):
    desk.file.write_bytes(b"#" * 1_000_001)

    with pytest.raises(SettingsError, match="too large"):
        load(desk.file, {})
