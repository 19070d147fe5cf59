"""A big array in slices is the same array, wherever the bytes are cut and however they are written."""

import json
import string

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepercheky.services.slices import Slices


class Row(msgspec.Struct):
    id: int
    title: str = ""
    tags: list[int] = []
    parts: list[dict[str, object]] = []
    more: object = None


NASTY = st.text(alphabet=string.ascii_letters + '{}[],:"\\ \n\t/éж🎬', max_size=12)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | NASTY,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NASTY, inner, max_size=3),
    max_leaves=8,
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {"id": st.integers(0, 10**9)},
        optional={
            "title": NASTY,
            "tags": st.lists(st.integers(0, 9), max_size=3),
            "parts": st.lists(st.dictionaries(NASTY, ANYTHING, max_size=2), max_size=3),
            "more": ANYTHING,
        },
    ).flatmap(lambda row: st.permutations(list(row.items())).map(dict)),
    max_size=12,
)


def sliced(content, borders, slice_bytes):
    slices = Slices(Row, slice_bytes)
    rows, start = [], 0
    for border in [*sorted(borders), len(content)]:
        for part in slices.feed(content[start:border]):
            rows += part
        start = max(start, border)
    return rows + slices.finish()


@given(
    rows=ROWS,
    indent=st.sampled_from([None, 0, 1, 2, 4]),
    ascii_only=st.booleans(),
    around=st.sampled_from(["", " ", "\r\n", "\n\t "]),
    borders=st.lists(st.integers(0, 4000), max_size=20),
    slice_bytes=st.integers(1, 400),
)
def test_slicing_at_any_border_gives_the_rows_of_one_decode(
    rows, indent, ascii_only, around, borders, slice_bytes
):
    text = around + json.dumps(rows, indent=indent, ensure_ascii=ascii_only) + around
    content = text.encode()

    assert sliced(content, borders, slice_bytes) == msgspec.json.decode(content, type=list[Row])


@settings(max_examples=60)
@given(rows=ROWS.filter(bool), cut=st.integers(1, 4000), slice_bytes=st.integers(1, 400))
def test_a_truncated_array_is_never_taken_for_a_whole_one(rows, cut, slice_bytes):
    content = json.dumps(rows).encode()
    content = content[: -min(cut, len(content))]

    with pytest.raises(msgspec.DecodeError):
        sliced(content, [], slice_bytes)


@given(
    rows=ROWS,
    at=st.integers(0, 4000),
    garbage=st.sampled_from(
        [b"{", b"}", b"[", b"]", b",", b'"', b"\\", b"x", b",,", b"},{", b'{"id":1}', b"null", b"0"]
    ),
    slice_bytes=st.integers(1, 400),
)
def test_garbage_is_refused_exactly_where_one_decode_refuses_it(rows, at, garbage, slice_bytes):
    content = json.dumps(rows, indent=2).encode()
    at = min(at, len(content))
    content = content[:at] + garbage + content[at:]

    try:
        expected = msgspec.json.decode(content, type=list[Row])
    except msgspec.DecodeError:
        expected = None

    try:
        rows_read = sliced(content, range(0, len(content), 50), slice_bytes)
    except msgspec.DecodeError:
        rows_read = None

    assert rows_read == expected


@pytest.mark.parametrize(
    "content",
    [b"", b" ", b"{}", b'{"records": []}', b"null", b"[", b"[1]", b'[{"id": 1},]', b'[{"id": 1} {"id": 2}]', b"[{}]",
     b'[{"id": 1}] x', b'[{"id": 1}][{"id": 2}]', b'[,{"id": 1}]', b'[{"id": 1}', b"[]]", b"<html>"],
)  # fmt: skip
@pytest.mark.parametrize("slice_bytes", [1, 8, 1 << 20])
def test_what_is_no_array_of_rows_is_refused(content, slice_bytes):
    with pytest.raises(msgspec.DecodeError):
        sliced(content, [], slice_bytes)


@pytest.mark.parametrize("slice_bytes", [1, 1 << 20])
@pytest.mark.parametrize("content", [b"[]", b" [ ] ", b"[\n]\n"])
def test_an_empty_array_is_one(content, slice_bytes):
    assert sliced(content, [], slice_bytes) == []


def test_nested_rows_that_look_like_outer_ones_do_not_mislead():
    # Compact, and every inner object begins like an outer one: the guess is wrong as a rule.
    rows = [{"title": f"a{n}", "id": n, "parts": [{"title": "b"}, {"title": "c"}] * 20} for n in range(50)]
    content = json.dumps(rows, separators=(",", ":")).encode()

    assert [row.id for row in sliced(content, [], 3000)] == list(range(50))


def test_a_slice_is_handed_out_before_the_array_ends():
    slices = Slices(Row, 100)
    content = json.dumps([{"id": n, "title": "x" * 50} for n in range(10)]).encode()

    first = [row for part in slices.feed(content[:400]) for row in part]

    assert [row.id for row in first] == list(range(len(first)))
    assert len(first) >= 3
    assert len(slices._buffer) < 200


def test_what_comes_in_crumbs_is_put_together():
    content = b'  \n[ {"id": 1} , {"id": 2} ]\n'

    assert [row.id for row in sliced(content, range(len(content)), 4)] == [1, 2]


def test_more_closed_than_opened_is_refused():
    with pytest.raises(msgspec.DecodeError):
        sliced(b'[{"id": 1}}, {"id": 2}]', [], 12)


def test_a_comma_before_the_end_is_refused_even_where_it_was_the_border():
    with pytest.raises(msgspec.DecodeError, match="comma"):
        sliced(b'[{"id": 1},]', [], 11)
