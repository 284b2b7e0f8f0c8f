"""Multipart bodies, read part by part while they come in: text into memory, files into :class:`Upload`."""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from accord.runtime.declare import File
from accord.runtime.problems import Rejection, RejectionKind
from accord.runtime.receiving import length_fault, too_large
from accord.runtime.settings import RuntimeSettings
from accord.runtime.uploads import Upload

_SEPARATORS: Final = ("/", "\\")


@dataclass(frozen=True, slots=True)
class Head:
    """The headers of a part, by lower-case name, and what ``Content-Disposition`` says."""

    name: str
    filename: str | None
    headers: dict[str, str]

    @property
    def content_type(self) -> str | None:
        """The media type as stated."""
        return self.headers.get("content-type")


@dataclass(slots=True)
class TextPart:
    """A part that is held in memory."""

    head: Head
    data: bytearray = field(default_factory=bytearray)


@dataclass(slots=True)
class FilePart:
    """A part that became a file. ``pointer`` is its place in the body, ``size`` counts what came of it so far."""

    head: Head
    upload: Upload
    file: File
    pointer: str
    size: int = 0

    @property
    def is_nothing(self) -> bool:
        """Whether it is what browsers send for a file input without a file."""
        return self.head.filename == "" and not self.size


Part: TypeAlias = TextPart | FilePart
OpenPart: TypeAlias = "Callable[[Head], Part]"
"""Decides what a part becomes, by its headers; it raises :class:`Rejection` where the contract forbids it."""


async def read_parts(
    chunks: AsyncIterable[bytes], boundary: str, open_part: OpenPart, settings: RuntimeSettings
) -> list[Part]:
    """The parts of a multipart body. Its files are open; where this raises, they are closed.

    Raises:
        Rejection: 400 where it is not one; 413 by the limits of *settings*; 422 where the contract bounds a file.
        ClientDisconnected: where the client left in the middle.
    """
    reader = _MultipartReader(open_part, settings)
    try:
        parser = MultipartParser(boundary.encode("latin-1"), reader.callbacks())
        async for chunk in chunks:
            if not reader.ended:  # what follows the last boundary means nothing
                parser.write(chunk)
                await reader.flush()
        parser.finalize()
        if not reader.ended:
            raise Rejection(RejectionKind.MALFORMED, detail="The multipart body ends too early.")
        await reader.finish()
    except (FormParserError, UnicodeEncodeError):
        reader.close()
        raise Rejection(RejectionKind.MALFORMED, detail="The body is not valid multipart.") from None
    except BaseException:
        reader.close()
        raise
    return reader.parts


class _MultipartReader:
    """Receives what the parser finds."""

    def __init__(self, open_part: OpenPart, settings: RuntimeSettings) -> None:
        self.parts: list[Part] = []
        self.ended = False
        self._open_part = open_part
        self._settings = settings
        self._headers: dict[str, str] = {}
        self._name = b""
        self._value = b""
        self._held = 0
        self._waiting: list[tuple[Upload, bytes]] = []

    def callbacks(self) -> Any:  # Any: the parser's own TypedDict of callbacks
        """The callbacks of the parser, by its own names."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._on_name,
            "on_header_value": self._on_value,
            "on_header_end": self._on_header,
            "on_headers_finished": self._on_head,
            "on_part_data": self._on_data,
            "on_end": self._finish,
        }

    async def flush(self) -> None:
        """Write what came of files; the parser itself must not wait."""
        if self._waiting:
            for upload, data in self._waiting:
                await upload.append(data, self._settings.file_memory_bytes)
            self._waiting = []

    async def finish(self) -> None:
        """Make the files ready to be read."""
        for part in self.parts:
            if isinstance(part, FilePart) and not part.is_nothing:
                fault = length_fault(part.size, part.file, part.pointer)
                if fault is not None:
                    raise Rejection(RejectionKind.INVALID, errors=[fault])
                await part.upload.seek(0)

    def close(self) -> None:
        """Give up the files that were opened."""
        for part in self.parts:
            if isinstance(part, FilePart):
                part.upload.close()

    def _begin(self) -> None:
        """A part starts."""
        limit = self._settings.max_form_fields
        if len(self.parts) >= limit:
            raise Rejection(RejectionKind.TOO_LARGE, detail=f"The body has more than {limit} parts.")
        self._headers = {}

    def _on_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header(self) -> None:
        """A header is complete; the parser gives names and values in pieces."""
        name = self._name.decode("latin-1").lower()
        self._headers[name] = self._value.decode("latin-1").strip(" \t")
        self._name = self._value = b""

    def _on_head(self) -> None:
        """All headers of a part are there: decide what becomes of it."""
        # RFC 7578, section 4.2: the name of the field is in `Content-Disposition`.
        _, options = parse_options_header(self._headers.get("content-disposition", ""))
        name = _option(options, b"name")
        if name is None:
            raise Rejection(RejectionKind.MALFORMED, detail="A part of the body has no name.")
        filename = _option(options, b"filename")
        # Old browsers send a whole path, and a hostile client one that leads elsewhere (RFC 7578, section
        # 4.2).
        for separator in _SEPARATORS if filename else ():
            filename = (filename or "").rpartition(separator)[2]
        self.parts.append(self._open_part(Head(name, filename, self._headers)))

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        """Take a piece of a part's content, within all limits."""
        part = self.parts[-1]
        if isinstance(part, TextPart):
            self._held += end - start
            if self._held > self._settings.max_body_bytes:
                raise too_large(self._settings.max_body_bytes, "What the body has beside files")
            part.data += data[start:end]
            return
        part.size += end - start
        # The parser is synchronous: what may block is done between two chunks.
        self._waiting.append((part.upload, data[start:end]))
        fault = length_fault(part.size, part.file, part.pointer, ended=False)
        if fault is not None:
            # What is left of the body is not read, so that the connection cannot be used again.
            raise Rejection(RejectionKind.INVALID, errors=[fault], headers=[("Connection", "close")])
        limit = self._settings.max_file_bytes
        if limit is not None and part.size > limit:
            raise too_large(limit, "A file of the body")

    def _finish(self) -> None:
        self.ended = True


def _option(options: dict[bytes, bytes], name: bytes) -> str | None:
    """A parameter of ``Content-Disposition``, which browsers write in UTF-8."""
    value = options.get(name)
    return None if value is None else value.decode("utf-8", "replace")
