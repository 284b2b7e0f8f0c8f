"""The first stage of ``accord validate``: the document against the official schemas of OpenAPI, each fault as one sentence at
its line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jsonschema_rs import ValidationError, ValidationErrorKind, Validator

from accord.contract.model import SpecVersion
from accord.contract.schemas.keywords import SINCE_31
from accord.diagnostics import Diagnostic, Span
from accord.lint.model import Site, later_of
from accord.lint.registry import Finding, Rule
from accord.lint.rules import structural
from accord.lint.structure_schema import fields_of, validator, validator_of
from accord.lint.text import TITLES, TYPE_WORDS, as_json, did_you_mean, json_type, listing, quoted
from accord.source.data import to_data
from accord.source.grammar import DATA, MAPS, Kind, field_type
from accord.source.node import MappingNode, Node, ScalarNode, step_into
from accord.source.pointer import join

Path = tuple[str | int, ...]
_E = ValidationErrorKind

_RULED = frozenset({"required", "tags", "parameters", "enum"})
"""Fields whose repetitions and emptiness are told by rules, item by item."""
TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorLocation:
    """Where an error lies: the innermost object of OpenAPI around it and the way from there.

    ``at`` is the key of the value (its own place in a list), ``value`` the value itself.
    """

    kind: Kind
    owner: Node
    tail: Path
    value: Node
    at: Span

    @property
    def field(self) -> str:
        """The field of the object that the error is about; empty where it is about the object as a whole."""
        return str(self.tail[0]) if self.tail else ""

    @property
    def title(self) -> str:
        """The object with its article, for sentences."""
        return TITLES[self.kind]


@dataclass(frozen=True, slots=True)
class Fault:
    """A finding about structure, with the node of its object and the places at which others may report the same fault."""

    diagnostic: Diagnostic
    owner: Node
    places: frozenset[Span]


def check_structure(root: Site, roots: Sequence[Site], version: SpecVersion) -> list[Fault]:
    """Faults of the document and of everything that its references reach elsewhere (*roots*)."""
    faults = list(_check(root, validator(version), version))
    for site in roots:
        found = validator_of(version, site.kind)
        if found is not None:
            faults.extend(_check(site, found, version))
    return faults


def _check(site: Site, official: Validator, version: SpecVersion) -> Iterator[Fault]:
    """Faults of one object by its official schema, the most telling one at each place."""
    data = to_data(site.node)
    # Most documents are valid, and collecting errors costs much more than this question.
    if official.is_valid(data):
        return
    # The official schemas say what is wrong in terms of JSON Schema; what follows says it in terms of
    # OpenAPI.
    errors = list(official.iter_errors(data))
    # A property of an object that fails elsewhere counts as unevaluated, though nothing is wrong with it.
    certain = {tuple(e.instance_path) for e in errors if not isinstance(e.kind, _E.UnevaluatedProperties)}
    seen: set[tuple[Span, str]] = set()
    # Of several errors at one place the most telling is told: these come last.
    vague = _E.Enum | _E.Not | _E.UnevaluatedProperties
    for error in sorted(errors, key=lambda error: isinstance(error.kind, vague)):
        path = tuple(error.instance_path)
        place = _locate(site, path)
        for rule, finding in _translate(error, place, version, troubled=_is_troubled(path, certain)):
            # Several fields may be missing at one place, each a fault of its own; otherwise the most
            # telling error stands for all.
            mark = (finding.at, finding.message if rule.code.startswith("field-") else "")
            if mark not in seen:
                seen.add(mark)
                reported = rule.diagnostic(finding, join(site.pointer, *path))
                yield Fault(reported, place.owner, frozenset({finding.at, place.at, place.value.span}))


def _is_troubled(path: Path, certain: set[Path]) -> bool:
    """Whether the object at *path* or anything in it has an error of its own: nobody can tell then whether one of its
    fields is unevaluated by itself or only because of that."""
    size = len(path)
    return any(len(other) >= size and other[:size] == path for other in certain)


def _locate(site: Site, path: Path) -> ErrorLocation:
    """Follow *path* through the nodes, and note the innermost object of OpenAPI on the way."""
    kind: Kind = site.kind
    owner = node = site.node
    at = site.at
    owner_depth = 0
    within: Kind | None = None
    for depth, token in enumerate(path, start=1):
        step = step_into(node, str(token))
        if step is None:
            break
        node, at = step
        # The last step went into a list or mapping of objects, so that this one names the object.
        if within is not None:
            kind, owner, owner_depth, within = within, node, depth, None
            continue
        child = field_type(kind, str(token)) if owner_depth == depth - 1 else DATA
        if child == DATA:
            continue
        if child.shape == "one":
            kind, owner, owner_depth = child.kind, node, depth
        else:
            within = child.kind
    return ErrorLocation(kind=kind, owner=owner, tail=path[owner_depth:], value=node, at=at)


def _translate(
    error: ValidationError, place: ErrorLocation, version: SpecVersion, *, troubled: bool
) -> Iterator[tuple[Rule, Finding]]:
    """The rule and the sentence for one error; nothing where a rule about the meaning says it better."""
    match error.kind:
        case _E.Required() if place.kind == "responses":
            return  # "at least one", which a rule tells, or a wrong status, which is told at its line
        case _E.AdditionalProperties() | _E.UnevaluatedProperties() if _is_reference(place):
            return  # what stands beside a $ref is told by a rule
        case _E.Required(property=name):
            yield _missing(str(name).strip('"'), place)
        case _E.AdditionalProperties(unexpected=names):
            yield from (_unknown(name, place, version) for name in names)
        case _E.UnevaluatedProperties(unexpected=names):
            yield from _unevaluated(names, place, version, troubled=troubled)
        case _E.Type(types=types):
            yield _wrong_type(types, json_type(error.instance), place, version)
        case _E.Enum(options=options):
            yield _not_allowed([as_json(option) for option in options], place)
        case _E.Constant(expected_value=expected):
            yield _not_allowed([as_json(expected)], place)
        case (
            _E.Contains()
            | _E.Not()
            | _E.OneOfMultipleValid()
            | _E.OneOfNotValid()
            | _E.AnyOf()
            | _E.FalseSchema()
        ):
            yield _combination(error, place)
        case _E.PropertyNames():
            return  # names of components have a rule that looks at every file
        case _E.UniqueItems() | _E.MinItems() | _E.MinProperties() if (
            place.field in _RULED or place.kind == "responses"
        ):
            return
        case _:
            yield (
                structural.INVALID,
                Finding(place.at, f"{_subject(place)} is not valid: {_shorten(error.message)}"),
            )


def _is_reference(place: ErrorLocation) -> bool:
    """Whether the value is a Reference object."""
    return place.kind != "schema" and isinstance(place.value, MappingNode) and "$ref" in place.value.entries


def _missing(name: str, place: ErrorLocation) -> tuple[Rule, Finding]:
    """A required field is missing."""
    if place.kind == "parameter" and name == "required":
        return structural.PATH_PARAMETER_OPTIONAL, Finding(
            place.at, "a path parameter must say `required: true`"
        )
    if place.tail:
        return structural.MISSING, Finding(place.at, f"{_subject(place)} lacks {quoted(name)}")
    hint = (
        "Every response needs one; say when it is given."
        if (place.kind, name) == ("response", "description")
        else ""
    )
    message = f"required field {quoted(name)} is missing in {place.title}"
    return structural.MISSING, Finding(place.at, message, hint)


def _unknown(name: str, place: ErrorLocation, version: SpecVersion) -> tuple[Rule, Finding]:
    """A field that the object does not have, or a key that cannot be one of its names."""
    entry = place.value.entries.get(name) if isinstance(place.value, MappingNode) else None
    at = place.at if entry is None else entry.span
    if place.kind == "paths" and not place.tail:
        return structural.PATH_WITHOUT_SLASH, Finding(at, f"path {quoted(name)} must start with a slash")
    if place.kind == "responses" and not place.tail:
        return structural.STATUS, Finding(at, f"{quoted(name)} is not a status code")
    hint = structural.HINTS.get((place.kind, name), "")
    if place.kind == "schema" and version == "3.0" and name in SINCE_31:
        hint = f"{quoted(name)} needs OpenAPI 3.1."
    if not hint:
        hint = did_you_mean(name, _known_fields(place.kind, version))
    return structural.UNKNOWN, Finding(at, f"unknown field {quoted(name)} in {place.title}", hint=hint)


def _unevaluated(
    names: Sequence[str], place: ErrorLocation, version: SpecVersion, *, troubled: bool
) -> Iterator[tuple[Rule, Finding]]:
    """Fields that stand in the wrong variant of an object, or in none."""
    known = _known_fields(place.kind, version)
    for name in names:
        if place.tail or name not in known:
            yield _unknown(name, place, version)
        elif not troubled and isinstance(place.value, MappingNode) and name in place.value.entries:
            at = place.value.entries[name].span
            why = structural.MISFITS.get(
                (place.kind, name), f"does not fit the other fields of {place.title}"
            )
            yield structural.MISFIT, Finding(at, f"field {quoted(name)} {why}")


def _wrong_type(
    wanted: Sequence[str], actual: str, place: ErrorLocation, version: SpecVersion
) -> tuple[Rule, Finding]:
    """A value of another JSON type."""
    message = f"{_subject(place)} must be {_typed(wanted)}, not {_typed([actual])}"
    return structural.TYPE, Finding(place.at, message, _type_hint(place, wanted, actual, version))


def _type_hint(place: ErrorLocation, wanted: Sequence[str], actual: str, version: SpecVersion) -> str:
    """What to do about the usual slips between types."""
    if (
        place.kind == "schema"
        and place.field in {"exclusiveMinimum", "exclusiveMaximum"}
        and len(place.tail) == 1
    ):
        bound = "minimum" if place.field == "exclusiveMinimum" else "maximum"
        if version == "3.0":
            return (
                f"In OpenAPI 3.0 the bound stands in `{bound}` and `{place.field}: true` makes it exclusive."
            )
        return f"Since OpenAPI 3.1 it holds the bound itself: put the number of `{bound}` here and drop `{bound}`."
    if place.kind == "schema" and place.tail == ("type",) and version == "3.0":
        return "A list of types needs OpenAPI 3.1; 3.0 has one type and `nullable: true`."
    if place.kind == "schema" and place.tail == ("required",) and actual == "boolean":
        return "List the names of required properties in the schema of the object."
    if list(wanted) == ["string"] and actual in {"number", "integer", "boolean", "null"}:
        return "Put it in quotes."
    return ""


def _not_allowed(options: Sequence[str], place: ErrorLocation) -> tuple[Rule, Finding]:
    """A value that is none of the allowed ones."""
    if place.kind == "parameter" and place.tail == ("required",):
        return structural.PATH_PARAMETER_OPTIONAL, Finding(
            place.at, "a path parameter must say `required: true`"
        )
    written = as_json(to_data(place.value))
    message = f"{_subject(place)} cannot be {quoted(written)}; it is {listing(options, 'or')}"
    is_null = isinstance(place.value, ScalarNode) and place.value.value is None
    hint = structural.VALUE_HINTS.get((place.kind, place.field, "" if is_null else written), "")
    return structural.VALUE, Finding(place.at, message, hint or did_you_mean(written, options))


def _combination(error: ValidationError, place: ErrorLocation) -> tuple[Rule, Finding]:
    """Fields that do not go together."""
    if place.kind == "schema" and place.tail == ("type",):
        return _not_allowed(TYPES, place)
    if place.kind == "openapi" and not place.tail:
        return structural.MISSING, Finding(
            place.at, "the document has neither `paths` nor `components` nor `webhooks`"
        )
    fields = place.owner.entries if isinstance(place.owner, MappingNode) else {}
    for first, second in structural.EXCLUSIVE:
        if not place.tail and first in fields and second in fields:
            # The one that was added last is most likely the one to remove.
            later = later_of(fields[first], fields[second])
            return structural.EXCLUSION, Finding(
                later.span, structural.exclusion_text(place.kind, first, second)
            )
    if place.kind == "security-scheme" and "bearerFormat" in fields and not place.tail:
        message = f"field `bearerFormat` {structural.MISFITS[place.kind, 'bearerFormat']}"
        return structural.MISFIT, Finding(fields["bearerFormat"].span, message)
    if place.field == "parameters":
        message = (
            "parameters in `query` and in `querystring` exclude each other; of `querystring` there can be one"
        )
        return structural.EXCLUSION, Finding(place.at, message)
    if place.kind in {"parameter", "header"} and not place.tail:
        message = f"{place.title} needs `schema` or `content`"
        return structural.MISSING, Finding(place.at, message[0].lower() + message[1:])
    return structural.INVALID, Finding(place.at, f"{_subject(place)} is not valid: {_shorten(error.message)}")


def _subject(place: ErrorLocation) -> str:
    """What a sentence is about: the object, one of its fields, or an item of a list."""
    if not place.tail:
        return place.title
    named = [str(token) for token in place.tail if isinstance(token, str)]
    if isinstance(place.tail[-1], int):
        return f"item {place.tail[-1] + 1} of {quoted(named[-1] if named else '')}"
    return quoted(named[-1])


def _known_fields(kind: Kind, version: SpecVersion) -> frozenset[str]:
    """The fields of a kind, by the official schema."""
    known = fields_of(version)
    spelled = _DEFINITION.get(kind, kind)
    name = spelled if spelled in known else "".join(part.capitalize() for part in spelled.split("-"))
    if kind in MAPS:
        return frozenset()
    return known.get(_OLD_NAMES.get(name, name), frozenset())


_DEFINITION: dict[Kind, str] = {"openapi": "", "external-docs": "external-documentation"}
_OLD_NAMES = {"OauthFlows": "OAuthFlows", "OauthFlow": "ImplicitOAuthFlow", "Xml": "XML"}


def _typed(names: Sequence[str]) -> str:
    return " or ".join(
        {"array": "a list", "object": "a mapping"}.get(name, TYPE_WORDS.get(name, name)) for name in names
    )


def _shorten(message: str) -> str:
    flat = " ".join(message.split())
    return flat if len(flat) <= 120 else "…" + flat[-119:]
