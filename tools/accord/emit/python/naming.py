"""Every name in generated code that comes from a contract is made here, and nowhere else.

Text becomes an identifier in three steps: NFKC (Python compares identifiers so), words, and a check against the names
that Python, Pydantic and the generated code itself need. Words split at everything that is no letter or digit, at
``aB``, and at the end of an acronym (``URLPath`` is ``url path``).

* ``snake``: fields, arguments, methods, modules; ``pascal``: classes. A name that is taken by the language gets a
  trailing underscore (``class_``, ``schema_``); one that starts with a digit gets a word in front.
* A name of more than 100 letters keeps the words that fit and ends with eight digits of a hash of the whole.
* Two contract names may become one identifier: :class:`Names` keeps the first and numbers the others in order, and
  remembers both, so that the generator can say where.
"""

from __future__ import annotations

import builtins
import hashlib
import keyword
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from accord.contract.model import Operation
from accord.diagnostics import Diagnostic, Span, warning

_WORDS: Final = re.compile(r"[^\W\d_]+|\d+", re.UNICODE)
_HUMPS: Final = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

KEYWORDS: Final = frozenset(keyword.kwlist)

TYPE_NAMES: Final = frozenset(
    {"bool", "bytes", "dict", "dt", "float", "int", "list", "object", "str", "tuple"}
)
"""Names that annotations of a model use and that a field therefore may not hide."""

MODEL_NAMES: Final = frozenset(
    {
        "Annotated", "Any", "AwareDatetime", "BaseModel", "ClassVar", "ConfigDict", "Decimal", "Enum", "Field", "IntEnum",
        "Literal", "MISSING", "Model", "RootModel", "TYPE_CHECKING", "TypeAlias", "TypeAliasType", "UUID", "Optional", "Union", "UNTYPED",
        "None", "True", "False",
    }
)  # fmt: skip
"""Names that modules of models import, so that no class may have them."""

PYDANTIC_NAMES: Final = frozenset(
    {
        "construct", "copy", "dict", "from_orm", "json", "mro", "parse_file", "parse_obj", "parse_raw", "register", "schema",
        "schema_json", "update_forward_refs", "validate",
    }
)  # fmt: skip
"""Methods of a Pydantic model and of its class that a field would hide."""

_PYDANTIC: Final = re.compile(
    "model_(config|computed_fields|construct|copy|dump.*|extra|fields|fields_set|json_schema|parametrized_name|post_init"
    "|rebuild|validate.*)"
)

RESPONSE_NAMES: Final = frozenset(
    {"add_note", "args", "body", "media_type", "status", "with_header", "with_traceback", "headers"}
)
"""Attributes of a response class that a header may not hide."""

REASONS: Final = {
    "100": "Continue", "101": "SwitchingProtocols", "102": "Processing", "103": "EarlyHints",
    "200": "Ok", "201": "Created", "202": "Accepted", "203": "NonAuthoritativeInformation", "204": "NoContent",
    "205": "ResetContent", "206": "PartialContent", "207": "MultiStatus", "208": "AlreadyReported", "226": "ImUsed",
    "300": "MultipleChoices", "301": "MovedPermanently", "302": "Found", "303": "SeeOther", "304": "NotModified",
    "305": "UseProxy", "307": "TemporaryRedirect", "308": "PermanentRedirect",
    "400": "BadRequest", "401": "Unauthorized", "402": "PaymentRequired", "403": "Forbidden", "404": "NotFound",
    "405": "MethodNotAllowed", "406": "NotAcceptable", "407": "ProxyAuthenticationRequired", "408": "RequestTimeout",
    "409": "Conflict", "410": "Gone", "411": "LengthRequired", "412": "PreconditionFailed", "413": "ContentTooLarge",
    "414": "UriTooLong", "415": "UnsupportedMediaType", "416": "RangeNotSatisfiable", "417": "ExpectationFailed",
    "418": "ImATeapot", "421": "MisdirectedRequest", "422": "UnprocessableContent", "423": "Locked",
    "424": "FailedDependency", "425": "TooEarly", "426": "UpgradeRequired", "428": "PreconditionRequired",
    "429": "TooManyRequests", "431": "RequestHeaderFieldsTooLarge", "451": "UnavailableForLegalReasons",
    "500": "InternalServerError", "501": "NotImplemented", "502": "BadGateway", "503": "ServiceUnavailable",
    "504": "GatewayTimeout", "505": "HttpVersionNotSupported", "506": "VariantAlsoNegotiates",
    "507": "InsufficientStorage", "508": "LoopDetected", "510": "NotExtended", "511": "NetworkAuthenticationRequired",
}  # fmt: skip
"""Names for the statuses of IANA's registry. A table of our own: Python's phrases differ between its versions."""


def words(text: str) -> tuple[str, ...]:
    """The words of *text* as written. Symbols count only where nothing else is left, and ``+``/``-`` in front."""
    text = unicodedata.normalize("NFKC", text)
    found = [
        part
        for chunk in re.split(r"[\W_]+", text)
        for part in _HUMPS.split(chunk)
        if part and f"a{part}".isidentifier()
    ]
    sign = {"+": "plus", "-": "minus"}.get(text[:1])
    if sign is not None and found and found[0][0].isdigit():
        found.insert(0, sign)
    if not found:
        found = [
            word
            for character in text
            for word in re.findall("[a-z0-9]+", unicodedata.name(character, f"u{ord(character):x}").lower())
        ]
    return tuple(found)


_LONGEST: Final = 100
"""Letters of an identifier, and of the file that is named after it; file systems take 255 bytes, ``_MOST_BYTES`` leave room
for a suffix."""
_MOST_BYTES: Final = 200
_DIGITS: Final = 8
"""Hexadecimal digits that end a name which was too long."""


def _joined(parts: Iterable[str], joint: str) -> str:
    """*parts* as one name. A name that would be too long keeps the parts that fit and ends with digits of the whole: they
    follow from the name alone, so that they stay the same whatever else the contract says."""
    given = list(parts)
    whole = unicodedata.normalize("NFKC", joint.join(given))
    if _fits(whole, room=0):
        return whole
    while len(given) > 1 and not _fits(joint.join(given), room=_DIGITS + 1):
        del given[-1]
    text = unicodedata.normalize("NFKC", joint.join(given))
    while not _fits(text, room=_DIGITS + 1):
        text = text[:-1]
    digits = hashlib.sha256(whole.encode()).hexdigest()[:_DIGITS]
    return f"{text}{joint}{digits if joint else digits.upper()}"


def _fits(text: str, *, room: int) -> bool:
    return len(text) + room <= _LONGEST and len(text.encode()) + room <= _MOST_BYTES


def snake(name: str, *, prefix: str = "field") -> str:
    """A lower-case identifier; *prefix* goes in front of a leading digit and stands for an empty name.

    Not checked against reserved words: see :func:`attribute_name` and :func:`argument_name`.
    """
    text = _joined((word.lower() for word in words(name.replace("OAuth", "Oauth"))), "_")
    if not text:
        return prefix
    return text if text.isidentifier() else f"{prefix}_{text}"


def pascal(name: str, *, prefix: str = "Model") -> str:
    """A class name; *prefix* goes in front of what does not start with a capital letter."""
    text = _joined((word[:1].upper() + word[1:] for word in words(name)), "")
    if not text:
        return prefix
    return text if text.isidentifier() and text[0].isupper() else f"{prefix}{text}"


def class_name(name: str) -> str:
    """The class of a named schema."""
    text = pascal(name)
    return f"{text}Model" if text in MODEL_NAMES or text in KEYWORDS or hasattr(builtins, text) else text


def attribute_name(name: str) -> str:
    """The field of a model for a property; never private, since Pydantic leaves private names out."""
    text = snake(name)
    taken = KEYWORDS | TYPE_NAMES | PYDANTIC_NAMES
    return f"{text}_" if text in taken or _PYDANTIC.fullmatch(text) else text


_OF_METHODS: Final = ("self", "principal", "body", "protocols")


def argument_name(name: str, *, taken: Iterable[str] = ()) -> str:
    """The argument of an operation's method for a parameter. *taken*: names the method needs (``self``, ``body``, the module
    that its stub names)."""
    text = snake(name, prefix="parameter")
    return f"{text}_" if text in KEYWORDS or text in {*_OF_METHODS, *taken} else text


def header_attribute(name: str) -> str:
    """The attribute of a response class for a header."""
    text = snake(name.replace("ETag", "Etag"), prefix="header")
    return f"{text}_" if text in KEYWORDS | RESPONSE_NAMES | TYPE_NAMES else text


def method_name(name: str) -> str:
    """A method or a keyword of ``install``: an operation, a security scheme, a group."""
    text = snake(name, prefix="operation")
    return f"{text}_" if text in KEYWORDS else text


def operation_key(operation: Operation) -> str:
    """How messages and guard keys name an operation: its operationId, or ``GET /items``."""
    return operation.operation_id or f"{operation.method} {operation.path}"


def operation_words(operation: Operation) -> str:
    """The operationId, or method and path: ``GET /items/{itemId}`` is ``get items by itemId``."""
    if operation.operation_id and words(operation.operation_id):
        return operation.operation_id
    path = re.sub(r"\{([^}]*)\}", r" by \1 ", operation.path)
    return f"{operation.method.lower()} {path}" if path.strip(" /") else f"{operation.method.lower()} root"


def sent_words(operation: Operation, name: str, caused_by: Operation | None, *, alone: bool) -> str:
    """What a webhook or callback called *name* is named after: its operationId; otherwise its name, behind that of the
    operation that leads to it, and with its method where there are several."""
    if operation.operation_id and words(operation.operation_id):
        return operation.operation_id
    cause = "" if caused_by is None else f"{operation_words(caused_by)} "
    return f"{cause}{name}" if alone else f"{cause}{name} {operation.method.lower()}"


def operation_method_name(operation: Operation) -> str:
    """The method of the protocol that serves *operation*."""
    return method_name(operation_words(operation))


def operation_class_prefix(operation: Operation) -> str:
    """What the names of an operation's own classes start with."""
    return pascal(operation_words(operation), prefix="Operation")


def group_of(operation: Operation) -> str:
    """The group of an operation as written: its first tag, else the first segment of its path, else ``default``."""
    if operation.tags and words(operation.tags[0]):
        return operation.tags[0]
    for segment in operation.path.split("/"):
        if segment and not segment.startswith("{") and words(segment):
            return segment
    return "default"


def reason_name(status: str) -> str:
    """``201`` is ``Created``, ``4XX`` is ``Status4XX``, ``default`` is ``Default``, an unknown number ``Status499``."""
    if status == "default":
        return "Default"
    return REASONS.get(status) or "Status" + re.sub(r"\W", "", status)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Two contract names, with their places, that become the same identifier; ``used`` is what the later one is called."""

    first: tuple[str, Span | None]
    second: tuple[str, Span | None]
    identifier: str
    used: str

    def diagnostic(self, what: str) -> Diagnostic | None:
        """A warning at the later place that names both; ``None`` where no place is known."""
        (first, first_span), (second, span) = self.first, self.second
        if span is None:
            return None
        where = "" if first_span is None else f" ({first_span})"
        message = f"{what} {second!r} and {first!r}{where} are both {self.identifier!r} in Python; the former is called {self.used!r}."
        return warning(
            "name-clash", message, span, "Rename one of them in the contract, or accept the number."
        )


class Names:
    """Hands out identifiers of one scope, in order, each once; those that are *reserved* never."""

    def __init__(self, *reserved: str) -> None:
        self.taken = set(reserved)
        self.clashes: list[Clash] = []
        self._given: dict[str, tuple[str, Span | None]] = {}

    def reserve(self, *identifiers: str) -> None:
        """Keep *identifiers* from being handed out."""
        self.taken.update(identifiers)

    def give(self, identifier: str, *, source: str = "", span: Span | None = None) -> str:
        """*identifier*, or it with the first free number from 2 on. *source* is the contract's name for it."""
        wanted = unicodedata.normalize("NFKC", identifier)
        used, number = wanted, 2
        while used in self.taken:
            joint = "_" if used[:1].islower() and wanted[-1:].isdigit() else ""
            used = f"{wanted}{joint}{number}"
            number += 1
        self.taken.add(used)
        source = source or identifier
        if used != wanted and wanted in self._given:
            self.clashes.append(
                Clash(first=self._given[wanted], second=(source, span), identifier=wanted, used=used)
            )
        self._given[used] = (source, span)
        return used

    def findings(self, what: str) -> Iterator[Diagnostic]:
        """Warnings about identifiers that had to be numbered; *what* they name starts a sentence."""
        for clash in self.clashes:
            if (found := clash.diagnostic(what)) is not None:
                yield found
