"""The parts of a multipart body become the properties of a form, as its fields declare them."""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from accord.runtime.declare import BodyContent, File, FormField, Json, Object, Scalar, Wire
from accord.runtime.faults import pointer_of
from accord.runtime.forms import compile_additional, compile_fields, extract, one_or_all
from accord.runtime.guard import Guard
from accord.runtime.media_types import MediaType, is_json, parse_media_type
from accord.runtime.multipart import FilePart, Head, OpenPart, Part, TextPart, read_parts
from accord.runtime.problems import InvalidPart, Rejection, RejectionKind
from accord.runtime.request import not_utf8, split_pairs
from accord.runtime.settings import RuntimeSettings
from accord.runtime.styles import compile_text, compile_unclaimed
from accord.runtime.uploads import OCTET_STREAM, Upload
from accord.runtime.wire import TWICE, WireError, compile_members, decode, read_json

ReadTexts: TypeAlias = Callable[[Mapping[str, list[str]]], tuple[dict[str, Any], list[InvalidPart]]]
"""JSON data of named texts, and what is wrong with them."""
CheckHead: TypeAlias = Callable[[Head], None]
_AS_THEY_ARE: Final = frozenset({"7bit", "8bit", "binary"})
"""Transfer encodings that change nothing."""


@dataclass(slots=True)
class Form:
    """A multipart body that was read: as the guard sees it (a string for each file), as the model reads it, and its open
    files."""

    guarded: dict[str, Any] = field(default_factory=dict[str, Any])  # Any: JSON
    value: dict[str, Any] = field(default_factory=dict[str, Any])  # Any: JSON and uploads
    uploads: list[Upload] = field(default_factory=list[Upload])

    def close(self) -> None:
        """Close the files of the body."""
        for upload in self.uploads:
            upload.close()


ReadMultipart: TypeAlias = Callable[[AsyncIterable[bytes], MediaType], Awaitable[Form]]


def compile_multipart(content: BodyContent, guard: Guard, settings: RuntimeSettings) -> ReadMultipart:
    """Compile a multipart body into a reader. It raises :class:`Rejection` (400, 413, 415, 422) or ``ClientDisconnected``."""
    fields = content.form or ()
    files = {field.name: field for field in fields if isinstance(field.wire, File)}
    read_texts = _compile_texts(fields, content.additional, guard)
    empty = frozenset(name for name, file in files.items() if file.empty)
    opener = _compile_opener(fields, content.additional, guard)

    async def read(chunks: AsyncIterable[bytes], sent: MediaType) -> Form:
        boundary = sent.parameters.get("boundary")
        if not boundary:
            raise Rejection(RejectionKind.MALFORMED, detail="The multipart body has no boundary.")
        form = Form()
        parts = await read_parts(chunks, boundary, opener, settings)
        form.uploads = [part.upload for part in parts if isinstance(part, FilePart)]
        try:
            texts, uploads = _by_name(parts)
            form.value, errors = read_texts(texts)
            # The guard sees a file as an empty string: its length and its media type are checked elsewhere,
            # and the guard takes no bytes.
            form.guarded = dict(form.value)
            for name in empty - uploads.keys():
                form.value[name] = form.guarded[name] = []
            for name, found in uploads.items():
                _add_files(form, files.get(name), name, found, errors)
            if errors:
                raise Rejection(RejectionKind.INVALID, errors=sorted(errors))
        # Files that lie on disk must not wait for the garbage collector.
        except BaseException:
            form.close()
            raise
        return form

    return read


def _compile_texts(
    fields: tuple[FormField, ...], additional: Scalar | Json | File, guard: Guard
) -> ReadTexts:
    """The reader of the parts that are no files."""
    readers = compile_fields(tuple(field for field in fields if not isinstance(field.wire, File)), guard)
    plain = {field.name: _compile_plain(field.wire) for field in fields if field.style == "deepObject"}
    read_other, unclaimed = compile_additional(additional), compile_unclaimed(fields)

    def read(texts: Mapping[str, list[str]]) -> tuple[dict[str, Any], list[InvalidPart]]:  # Any: JSON
        # Parts are not percent-encoded: protect what the styles would decode.
        pairs = {
            name: [text.replace("%", "%25") for text in found]
            for name, found in texts.items()
            if name not in plain
        }
        value, errors = extract(readers, pairs)
        for name, read_plain in plain.items():
            if name in texts:
                value[name] = one_or_all(_read_all(read_plain, texts[name], errors, pointer_of((name,))))
        for name in unclaimed(texts):
            value[name] = one_or_all(_read_all(read_other, texts[name], errors))
        return value, errors

    return read


def _by_name(parts: list[Part]) -> tuple[dict[str, list[str]], dict[str, list[Upload]]]:
    """The texts and the files of *parts*; what a browser sends for a file input without a file is nothing."""
    texts: dict[str, list[str]] = {}
    uploads: dict[str, list[Upload]] = {}
    for part in parts:
        name = part.head.name
        if isinstance(part, TextPart):
            try:
                texts.setdefault(name, []).append(part.data.decode("utf-8"))
            except UnicodeDecodeError:
                raise not_utf8("body") from None
        elif part.is_nothing:
            part.upload.close()
        else:
            uploads.setdefault(name, []).append(part.upload)
    return texts, uploads


def _compile_plain(wire: Wire) -> Callable[[str], Any]:  # Any: JSON
    """The reader of a part without brackets, where an object is declared in them. OpenAPI 3.0 ignores styles of parts, and
    so do clients: it may be JSON, or a form of its own."""
    members = compile_members(wire) if isinstance(wire, Object) else None

    def read(text: str) -> Any:  # Any: JSON
        if members is None or text.lstrip().startswith("{"):
            return read_json(text)
        pairs = split_pairs(text.encode(), "body")
        return members([(name, decode(value)) for name, values in pairs.items() for value in values])

    return read


def _read_all(
    read: Callable[[str], Any], texts: list[str], errors: list[InvalidPart], pointer: str = "/*"
) -> list[Any]:  # Any: JSON
    """*texts* read; what is wrong with one is added to *errors*."""
    values: list[Any] = []
    for text in texts:
        try:
            values.append(read(text))
        except WireError as error:
            errors.append(InvalidPart("body", pointer, str(error)))
    return values


def _add_files(
    form: Form, declared: FormField | None, name: str, found: list[Upload], errors: list[InvalidPart]
) -> None:
    """Put the files *found* under *name* into *form*, as one or as a list."""
    times = "either" if declared is None else declared.times
    if times == "one" and len(found) > 1:
        errors.append(InvalidPart("body", pointer_of((name,)), TWICE))
    single = times == "one" or (times == "either" and len(found) == 1)
    form.value[name] = found[0] if single else found
    form.guarded[name] = "" if single else [""] * len(found)


def _compile_opener(
    fields: tuple[FormField, ...], additional: Scalar | Json | File, guard: Guard
) -> OpenPart:
    """What decides, by the headers of a part, whether it is held in memory or becomes a file."""
    declared = {field.name: field for field in fields}
    checks = {field.name: check for field in fields if (check := _compile_check(field, guard)) is not None}

    def opened(head: Head) -> Part:
        if (check := checks.get(head.name)) is not None:
            check(head)
        field = declared.get(head.name)
        file = _undeclared_file(head, additional) if field is None else field.wire
        if not isinstance(file, File):
            return TextPart(head)
        # RFC 7578, section 4.7, deprecates it; base64 of an old client would become the bytes of the file.
        if head.headers.get("content-transfer-encoding", "binary").lower() not in _AS_THEY_ARE:
            raise _unsupported(
                None if field is None else field.name, "must be sent as it is, without a transfer encoding"
            )
        upload = Upload(
            filename=head.filename or None,
            content_type=head.content_type or _default_type(field),
            headers=head.headers,
        )
        return FilePart(head, upload, file, "/*" if field is None else pointer_of((field.name,)))

    return opened


def _undeclared_file(head: Head, additional: Scalar | Json | File) -> File | None:
    """A part without declaration is a file where the contract says so of the others, or where it looks like one."""
    if isinstance(additional, File):
        return additional
    sent = parse_media_type(head.content_type or "text/plain")
    textual = sent is None or sent.type == "text" or is_json(sent)
    return File() if head.filename is not None or not textual else None


def _default_type(declared: FormField | None) -> str:
    """The media type of a part that states none."""
    if declared is not None and len(declared.content_types) == 1 and "*" not in declared.content_types[0]:
        return declared.content_types[0]
    return OCTET_STREAM


def _compile_check(declared: FormField, guard: Guard) -> CheckHead | None:
    """What the headers of a part must be; ``None`` where nothing is said about them."""
    types = [
        media_type for text in declared.content_types if (media_type := parse_media_type(text)) is not None
    ]
    expected = f"must be sent as {' or '.join(declared.content_types)}"
    read_headers = _compile_headers(declared, guard)
    text_only = not isinstance(declared.wire, File)
    if not types and read_headers is None and not text_only:
        return None

    def check(head: Head) -> None:
        stated = head.content_type
        # Clients often leave it out for values that are text (RFC 7578, section 4.4).
        if stated is not None:  # a part that states none is taken as what is declared
            sent = parse_media_type(stated)
            if sent is None or (types and not any(type_.accepts(sent) for type_ in types)):
                raise _unsupported(declared.name, expected if types else "must have a valid media type")
            if text_only and sent.parameters.get("charset", "utf-8").lower() not in {"utf-8", "us-ascii"}:
                raise _unsupported(declared.name, "must be encoded in UTF-8")
        if read_headers is not None:
            read_headers(head.headers)

    return check


def _compile_headers(declared: FormField, guard: Guard) -> Callable[[Mapping[str, str]], None] | None:
    """What checks the declared headers of a part."""
    if declared.headers_guard is None:
        return None
    key = guard.require(declared.headers_guard)
    readers = [(header.name, compile_text(header)) for header in declared.headers]
    pointer = pointer_of((declared.name,))

    def check(headers: Mapping[str, str]) -> None:
        found: dict[str, Any] = {}  # Any: JSON
        errors: list[InvalidPart] = []
        for name, read in readers:
            text = headers.get(name.lower())
            if text is not None:
                try:
                    found[name] = read(text)
                except WireError as error:
                    errors.append(InvalidPart("body", pointer, f"its header {name} {error}"))
        if not errors and not guard.valid({key: found}):
            for fault in guard.faults(key, found):
                what = f"its header {fault.path[0]}" if fault.path else "what its headers say"
                errors.append(InvalidPart("body", pointer, f"{what} {fault.reason}"))
        if errors:
            raise Rejection(RejectionKind.INVALID, errors=sorted(set(errors)))

    return check


def _unsupported(name: str | None, reason: str) -> Rejection:
    """The rejection of a part (``None``: an undeclared one) for its media type."""
    part = InvalidPart("body", "/*" if name is None else pointer_of((name,)), reason)
    detail = "A part of the body has a media type that the operation does not read."
    return Rejection(RejectionKind.UNSUPPORTED_MEDIA_TYPE, detail=detail, errors=[part])
