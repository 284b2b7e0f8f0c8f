"""Compares the parameters of a request: whether they are required, their style, their defaults and their values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from accord.contract.model import Parameter
from accord.contract.schema import UNSET, NamedSchema, Ref, Schema, Unset, annotations_of
from accord.contract.visit import schema_of
from accord.diff.model import Breaking, Channel, Side, Site, Undecided, Verdict
from accord.diff.proof.transfer import Transfer
from accord.diff.report.findings import Exchange, Finding, Findings, breaking, compatible, place
from accord.diff.styles import StyleChange, Writing
from accord.diff.witness.values import ComparedValue, Frame, Location, intersection, is_text


class ParameterComparison:
    """Compares the parameters of one operation."""

    def __init__(self, findings: Findings, exchange: Exchange, path_names: dict[str, str]) -> None:
        """*path_names* gives the new name of a path parameter by its old one."""
        self._findings = findings
        self._exchange = exchange
        self._names = path_names
        self._sender: Side = exchange.sender("request")

    def compare(self) -> None:
        """Add every difference to the findings."""
        old = {self._key(p, is_old=True): p for p in self._exchange.old.parameters}
        new = {self._key(p, is_old=False): p for p in self._exchange.new.parameters}
        for key, parameter in old.items():
            if key in new:
                self._both(parameter, new[key])
            else:
                self._removed(parameter, [p for k, p in new.items() if k not in old])
        for key, parameter in new.items():
            if key not in old:
                self._added(parameter)

    def _key(self, parameter: Parameter, *, is_old: bool) -> tuple[str, str]:
        name = parameter.name
        if parameter.location == "path" and is_old:
            name = self._names.get(name, name)
        return parameter.location, name.lower() if parameter.location == "header" else name

    def _finding(
        self,
        code: str,
        message: str,
        verdict: Verdict,
        sides: tuple[Parameter | None, Parameter | None],
        channel: Channel = "wire",
    ) -> None:
        old, new = sides
        parameter = new or old
        assert parameter is not None
        finding = Finding(
            code=code,
            message=message,
            verdict=verdict,
            site=Site(location=parameter.location, name=parameter.name),
            direction="request",
            channel=channel,
            key=(parameter.location, parameter.name, message),
        )
        self._findings.add(finding, (place(old), place(new)), self._exchange.ref)

    def _missing(self, parameter: Parameter, counterpart: Parameter | None) -> Breaking:
        """The verdict where the sender may leave out what the receiver requires."""
        sender = self._exchange.of(self._sender)
        given = (counterpart, UNSET) if counterpart is not None else None
        message = self._findings.messages.request(sender, self._sender, parameter=given)
        reason = f"the {parameter.location} parameter `{parameter.name}` is required"
        return breaking(self._exchange, "request", message, ("parameter", reason), parameter.span)

    def _added(self, parameter: Parameter) -> None:
        text = f"the {parameter.location} parameter `{parameter.name}` was added"
        if parameter.required and not self._exchange.reverse:
            verdict: Verdict = self._missing(parameter, None)
            self._finding("required-parameter-added", text + " and is required", verdict, (None, parameter))
        else:
            self._finding("parameter-added", text, compatible("it is optional"), (None, parameter))

    def _removed(self, parameter: Parameter, added: list[Parameter]) -> None:
        # Moved and renamed parameters break nothing more than removed ones do; the text only helps the reader.
        moved = next((p for p in added if p.name == parameter.name), None)
        renamed = next(
            (
                p
                for p in added
                if p.location == parameter.location
                and self._findings.comparisons.strict.intersections(
                    intersection(schema_of(parameter)), intersection(schema_of(p))
                )
            ),
            None,
        )
        text = f"the {parameter.location} parameter `{parameter.name}` was removed"
        if moved is not None:
            text = f"the {parameter.location} parameter `{parameter.name}` moved to {moved.location}"
        elif renamed is not None:
            text = f"the {parameter.location} parameter `{parameter.name}` was removed, or renamed to `{renamed.name}`"
        if parameter.required and self._exchange.reverse:
            self._finding("parameter-removed", text, self._missing(parameter, None), (parameter, None))
            return
        self._finding(
            "parameter-removed", text, compatible("undeclared parameters are ignored"), (parameter, None)
        )

    def _both(self, old: Parameter, new: Parameter) -> None:
        self._required(old, new)
        self._style(old, new)
        if old.name != new.name and old.location == "path":
            text = f"the path parameter `{old.name}` was renamed to `{new.name}`"
            self._policy(
                "path-parameter-renamed", text, compatible("its place in the path is the same"), (old, new)
            )
        if old.deprecated != new.deprecated:
            what = "deprecated" if new.deprecated else "no longer deprecated"
            text = f"the {new.location} parameter `{new.name}` is {what}"
            code = "parameter-deprecated" if new.deprecated else "parameter-undeprecated"
            self._policy(code, text, compatible("it is only announced"), (old, new))
        x, y = (str(p.extensions.get("x-sunset") or "") for p in (old, new))
        # Only this takes a promise back: one that is added or moved announces something.
        if x and not y:
            text = f"the sunset {x} of the {new.location} parameter `{new.name}` was removed"
            self._policy(
                "parameter-sunset-removed", text, Breaking(reason="an announced date was removed"), (old, new)
            )
        self._default(old, new)
        self._compare_value(old, new)

    def _policy(self, code: str, text: str, verdict: Verdict, sides: tuple[Parameter, Parameter]) -> None:
        self._finding(code, text, verdict, sides, "policy")

    def _required(self, old: Parameter, new: Parameter) -> None:
        if old.required == new.required:
            return
        sender, receiver = (old, new) if self._sender == "old" else (new, old)
        what = "required" if new.required else "optional"
        text = f"the {new.location} parameter `{new.name}` became {what}"
        verdict: Verdict = compatible("nothing more is required")
        if receiver.required and not sender.required:
            verdict = self._missing(receiver, sender)
        self._finding(f"parameter-became-{what}", text, verdict, (old, new))

    def _style(self, old: Parameter, new: Parameter) -> None:
        writings = [writing_of(p) for p in (old, new)]
        # A path parameter may be renamed: only the style matrix writes its name.
        is_matrix = writings[0].style == writings[1].style == "matrix"
        if writings[0] != (writings[1] if is_matrix else replace(writings[1], name=writings[0].name)):
            name = f"the {new.location} parameter `{new.name}`"
            shapes = [f"{p.style}{', exploded' if p.explode else ''}" for p in (old, new)]
            code, text = (
                "parameter-style-changed",
                f"the style of {name} changed from {shapes[0]} to {shapes[1]}",
            )
            if is_text(old) != is_text(new):
                code = "parameter-content-changed"
                text = f"{name} is serialized {'in a style' if is_text(new) else 'as JSON'} now"
            elif shapes[0] == shapes[1] and old.allow_reserved != new.allow_reserved:
                code = f"parameter-reserved-{'allowed' if new.allow_reserved else 'forbidden'}"
                text = f"{name} may {'now' if new.allow_reserved else 'no longer'} contain reserved characters unencoded"
            self._finding(code, text, self._rewritten(old, new, writings), (old, new))
        if old.allow_empty_value and not new.allow_empty_value:
            text = f"the query parameter `{new.name}` may no longer be sent without a value"
            opinion = Undecided(
                opinion="breaking", reason="the contract does not say whether clients do that"
            )
            self._finding("parameter-empty-value-forbidden", text, opinion, (old, new))

    def _rewritten(self, old: Parameter, new: Parameter, writings: list[Writing]) -> Verdict:
        sender, receiver = (old, new) if self._sender == "old" else (new, old)
        return StyleChange(
            exchange=self._exchange,
            transfer=Transfer("request", self._sender),
            old=writings[0],
            new=writings[1],
            sent=intersection(schema_of(sender)),
            span=receiver.span,
            frame=self._frame(sender),
        ).verdict(self._findings.comparisons)

    def _frame(self, parameter: Parameter) -> Frame:
        operation, messages, side = self._exchange.of(self._sender), self._findings.messages, self._sender
        return lambda value: messages.request(operation, side, parameter=(parameter, value))

    def _default(self, old: Parameter, new: Parameter) -> None:
        comparisons = self._findings.comparisons
        x = _defaults(schema_of(old), comparisons.apis["old"].schemas)
        y = _defaults(schema_of(new), comparisons.apis["new"].schemas)
        if x == y or new.required:
            # The default of a required parameter never applies.
            return
        action = "changed" if x and y else "added" if y else "removed"
        text = f"the default of the {new.location} parameter `{new.name}` was {action}"
        shown = " to ".join(part for part in (x and f"from {x}" if y else x, y) if part)
        reason = "a request without the parameter now means something else"
        self._policy(f"parameter-default-{action}", f"{text} ({shown})", Breaking(reason=reason), (old, new))

    def _compare_value(self, old: Parameter, new: Parameter) -> None:
        pointer = f"/parameters/{new.location}/{new.name}"
        repeats = is_text(new) and new.explode and new.style in {"form", "cookie"}
        self._findings.compare(
            ComparedValue(
                transfer=self._exchange.transfer(
                    "request", text=is_text(old) and is_text(new), repeated=repeats
                ),
                old=intersection(schema_of(old)),
                new=intersection(schema_of(new)),
                old_location=Location("", self._base(old, is_old=True) + pointer),
                new_location=Location("", self._base(new, is_old=False) + pointer),
                old_span=old.span,
                new_span=new.span,
                operation=self._exchange.ref,
                site=Site(location=new.location, name=new.name),
                frame=self._frame(old if self._sender == "old" else new),
            )
        )

    def _base(self, parameter: Parameter, *, is_old: bool) -> str:
        """Where the pointer to a parameter starts: at its operation, unless several operations share it."""
        if parameter.component is not None:
            return "/components"
        return (self._exchange.old if is_old else self._exchange.new).pointer


def writing_of(parameter: Parameter) -> Writing:
    """How the value of *parameter* is serialized."""
    if not is_text(parameter):
        return Writing(name=parameter.name, style="json")
    return Writing(
        name=parameter.name,
        style="form" if parameter.style == "cookie" else parameter.style,
        explode=parameter.explode,
        reserved=parameter.allow_reserved,
    )


def _defaults(schema: Schema | None, schemas: Mapping[str, NamedSchema]) -> str:
    """The default of a parameter as JSON, from its schema or one that it refers to; ``""`` without one."""
    seen: set[str] = set()
    while schema is not None:
        default = annotations_of(schema).default
        if not isinstance(default, Unset):
            return json.dumps(default, ensure_ascii=False, sort_keys=True)
        if not isinstance(schema, Ref) or schema.target in seen:
            return ""
        seen.add(schema.target)
        named = schemas.get(schema.target)
        schema = None if named is None else named.schema
    return ""
