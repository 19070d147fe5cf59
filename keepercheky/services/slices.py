"""Cut a big JSON array into slices while it streams in, and decode slice by slice.

A library of 10,000 movies is one array of 60 MB. Decoded at once it would be held twice and stall the event loop;
here only about one slice is ever held. Where to cut is guessed, and the decoder proves the guess: bytes from one
element's border that decode as `[` … `]` are whole elements, since a cut inside a string, an object or an array
leaves something open. Only where the guess fails are the braces counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Generic, TypeVar

import msgspec

T = TypeVar("T")

SLICE_BYTES: Final = 128 * 1024  # decodes in well under a millisecond; some thirty movies

# JSON's white space, an object's brace and its first key: what every element of one list begins with.
_OPENING: Final = re.compile(rb'[ \t\r\n]*\{[ \t\r\n]*"(?:[^"\\]|\\.)*+"')
_COMMA: Final = re.compile(rb"[ \t\r\n]*,")
_SPACE: Final = b" \t\r\n"
# Everything up to the next brace that is not part of a string.
_TO_BRACE: Final = re.compile(rb'(?:[^"{}]++|"(?:[^"\\]++|\\.)*+")*+([{}])', re.DOTALL)


class Slices(Generic[T]):
    """Feed the bytes of one array of objects; get its rows, a slice at a time, in order.

    Raises `msgspec.DecodeError` (or its `ValidationError`) where the bytes are no such array, and at the end when
    the array is not complete.
    """

    def __init__(self, row: type[T], slice_bytes: int = SLICE_BYTES) -> None:
        self._decoder: msgspec.json.Decoder[list[T]] = msgspec.json.Decoder(list[row])  # type: ignore[valid-type]
        self._slice_bytes = slice_bytes
        self._buffer = bytearray()
        self._opened = False
        self._after_comma = False
        self._separator = b""
        self._wanted = slice_bytes  # do not look for a border before so much is there

    def feed(self, chunk: bytes) -> Iterator[list[T]]:
        """The rows of every slice that became complete with `chunk`."""
        self._buffer += chunk
        if not self._opened and not self._open():
            return
        while len(self._buffer) >= self._wanted:
            window = bytes(memoryview(self._buffer)[: self._wanted])
            taken = self._guessed(window) or self._counted(window)
            if taken is None:
                self._wanted *= 2  # an element larger than the window
                continue
            rows, border = taken
            del self._buffer[:border]
            self._wanted = self._slice_bytes
            self._after_comma = True
            yield rows

    def finish(self) -> list[T]:
        """The rows of the last slice. The array must end here."""
        if not self._opened:
            raise msgspec.DecodeError("nothing came")
        if self._after_comma and self._buffer.lstrip(_SPACE).startswith(b"]"):
            raise msgspec.DecodeError("a comma before the end")
        return self._decoder.decode(b"[" + self._buffer)

    def _open(self) -> bool:
        text = self._buffer.lstrip(_SPACE)
        if not text:
            return False
        if not text.startswith(b"["):
            raise msgspec.ValidationError("Expected `array`")
        self._opened = True
        self._buffer = text[1:]
        return True

    def _guessed(self, window: bytes) -> tuple[list[T], int] | None:
        """Cut before the last thing that looks like the beginning of an element."""
        if not self._separator:
            opening = _OPENING.match(window)
            if opening is None:
                return None
            self._separator = b"}," + opening.group()
        border = window.rfind(self._separator)
        if border < 0:
            return None
        try:
            return self._decoder.decode(b"[" + window[: border + 1] + b"]"), border + 2
        except msgspec.DecodeError:
            return None  # inside an element, or truly wrong: counting tells

    def _counted(self, window: bytes) -> tuple[list[T], int] | None:
        """Cut after the last element that is whole, by counting braces outside strings."""
        depth, position, border = 0, 0, 0
        while found := _TO_BRACE.match(window, position):
            position = found.end()
            depth += 1 if found.group(1) == b"{" else -1
            if depth == 0:
                comma = _COMMA.match(window, position)
                border = comma.end() if comma else border
            elif depth < 0:
                raise msgspec.DecodeError("a brace too many")
        if border == 0:
            return None
        return self._decoder.decode(b"[" + window[:border].rstrip(_SPACE + b",") + b"]"), border
