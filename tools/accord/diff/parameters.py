"""Parameters of a request: what is demanded, how it is written, what it may be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from accord.contract.model import Parameter
from accord.contract.schema import UNSET, NamedSchema, Schema, Unset
from accord.contract.schemas.references import default_of
from accord.diff.gather import Exchange, Finding, Gather, breaks, harmless, place
from accord.diff.lane import Lane
from accord.diff.listing import Home
from accord.diff.model import Breaking, Side, Site, Undecided, Verdict
from accord.diff.slots import Slot, conj, is_text, schema_of
from accord.diff.styles import Writing, telling


class ParameterComparison:
    """Compares the parameters of one operation."""

    def __init__(self, gather: Gather, exchange: Exchange, path_names: dict[str, str]) -> None:
        """*path_names* gives the new name of a path parameter by its old one."""
        self._gather = gather
        self._exchange = exchange
        self._names = path_names
        self._sender: Side = exchange.sender("request")

    def compare(self) -> None:
        """Find every difference."""
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
        self, code: str, message: str, verdict: Verdict, old: Parameter | None, new: Parameter | None
    ) -> None:
        one = new or old
        assert one is not None
        site = Site(location=one.location, name=one.name)
        self._gather.add(
            Finding(
                code=code,
                message=message,
                verdict=verdict,
                site=site,
                direction="request",
                key=(one.location, one.name, message),
                old=place(old.span) if old else None,
                new=place(new.span) if new else None,
            ),
            self._exchange.ref,
        )

    def _without(self, parameter: Parameter, counterpart: Parameter | None) -> Breaking:
        """The verdict where the sender may leave out what the receiver demands."""
        sender = self._exchange.of(self._sender)
        given = (counterpart, UNSET) if counterpart is not None else None
        message = self._gather.messages.request(sender, self._sender, parameter=given)
        reason = f"the {parameter.location} parameter `{parameter.name}` is required"
        return breaks(self._exchange, "request", message, ("parameter", reason), parameter.span)

    def _added(self, parameter: Parameter) -> None:
        text = f"the {parameter.location} parameter `{parameter.name}` was added"
        if parameter.required and not self._exchange.reverse:
            verdict: Verdict = self._without(parameter, None)
            self._finding("required-parameter-added", text + " and is required", verdict, None, parameter)
        else:
            self._finding("parameter-added", text, harmless("nothing demands it"), None, parameter)

    def _removed(self, parameter: Parameter, added: list[Parameter]) -> None:
        moved = next((p for p in added if p.name == parameter.name), None)
        renamed = next(
            (
                p
                for p in added
                if p.location == parameter.location
                and self._gather.lanes.strict.conjs(conj(schema_of(parameter)), conj(schema_of(p)))
            ),
            None,
        )
        text = f"the {parameter.location} parameter `{parameter.name}` was removed"
        if moved is not None:
            text = f"the {parameter.location} parameter `{parameter.name}` moved to {moved.location}"
        elif renamed is not None:
            text = f"the {parameter.location} parameter `{parameter.name}` was removed, or renamed to `{renamed.name}`"
        if parameter.required and self._exchange.reverse:
            self._finding("parameter-removed", text, self._without(parameter, None), parameter, None)
            return
        self._finding(
            "parameter-removed", text, harmless("what is not declared is not judged"), parameter, None
        )

    def _both(self, old: Parameter, new: Parameter) -> None:
        self._required(old, new)
        self._style(old, new)
        if old.name != new.name and old.location == "path":
            text = f"the path parameter `{old.name}` is called `{new.name}`"
            self._policy(
                "path-parameter-renamed", text, harmless("its place in the path is the same"), old, new
            )
        if old.deprecated != new.deprecated:
            what = "deprecated" if new.deprecated else "no longer deprecated"
            text = f"the {new.location} parameter `{new.name}` is {what}"
            code = "parameter-deprecated" if new.deprecated else "parameter-undeprecated"
            self._policy(code, text, harmless("an announcement"), old, new)
        x, y = (str(p.extensions.get("x-sunset") or "") for p in (old, new))
        if x and not y:
            text = f"the sunset {x} of the {new.location} parameter `{new.name}` was removed"
            self._policy(
                "parameter-sunset-removed", text, Breaking(reason="an announced date is gone"), old, new
            )
        self._default(old, new)
        self._slot(old, new)

    def _policy(self, code: str, text: str, verdict: Verdict, old: Parameter, new: Parameter) -> None:
        self._gather.add(
            Finding(
                code=code,
                message=text,
                verdict=verdict,
                site=Site(location=new.location, name=new.name),
                direction="request",
                channel="policy",
                key=(new.location, new.name, text),
                old=place(old.span),
                new=place(new.span),
            ),
            self._exchange.ref,
        )

    def _required(self, old: Parameter, new: Parameter) -> None:
        if old.required == new.required:
            return
        sender, receiver = (old, new) if self._sender == "old" else (new, old)
        what = "required" if new.required else "optional"
        text = f"the {new.location} parameter `{new.name}` became {what}"
        verdict: Verdict = harmless("nothing more is demanded")
        if receiver.required and not sender.required:
            verdict = self._without(receiver, sender)
        self._finding(f"parameter-became-{what}", text, verdict, old, new)

    def _style(self, old: Parameter, new: Parameter) -> None:
        ways = [writing_of(p) for p in (old, new)]
        is_matrix = ways[0].style == ways[1].style == "matrix"
        if ways[0] != (ways[1] if is_matrix else replace(ways[1], name=ways[0].name)):
            name = f"the {new.location} parameter `{new.name}`"
            shapes = [f"{p.style}{', exploded' if p.explode else ''}" for p in (old, new)]
            code, text = "parameter-style-changed", f"{name} is written in style {shapes[1]}, not {shapes[0]}"
            if is_text(old) != is_text(new):
                code = "parameter-content-changed"
                text = f"{name} is written {'in a style' if is_text(new) else 'as JSON'}"
            elif shapes[0] == shapes[1] and old.allow_reserved != new.allow_reserved:
                code = f"parameter-reserved-{'allowed' if new.allow_reserved else 'forbidden'}"
                text = f"{name} may {'now' if new.allow_reserved else 'no longer'} hold reserved characters as they are"
            self._finding(code, text, self._rewritten(old, new, ways), old, new)
        if old.allow_empty_value and not new.allow_empty_value:
            text = f"the query parameter `{new.name}` may no longer stand without a value"
            opinion = Undecided(
                opinion="breaking", reason="whether anybody sends it so is not in the contract"
            )
            self._finding("parameter-empty-value-forbidden", text, opinion, old, new)

    def _rewritten(self, old: Parameter, new: Parameter, ways: list[Writing]) -> Verdict:
        sender, receiver = (old, new) if self._sender == "old" else (new, old)
        way = self._gather.lanes.way(Lane("request", self._sender))
        value = telling(way, conj(schema_of(sender)), *(ways if self._sender == "old" else ways[::-1]))
        match value:
            case Unset():
                return harmless("written the same for such values")
            case None:
                return Undecided(opinion="breaking", reason="no value that shows it was found")
            case _:
                operation = self._exchange.of(self._sender)
                message = self._gather.messages.request(operation, self._sender, parameter=(sender, value))
                reason = f"`{receiver.name}` is written otherwise"
                return breaks(self._exchange, "request", message, ("style", reason), receiver.span)

    def _default(self, old: Parameter, new: Parameter) -> None:
        lanes = self._gather.lanes
        x = _defaults(schema_of(old), lanes.apis["old"].schemas)
        y = _defaults(schema_of(new), lanes.apis["new"].schemas)
        if x == y or new.required:
            # Of what must be sent a default says nothing.
            return
        action = "changed" if x and y else "added" if y else "removed"
        text = f"the default of the {new.location} parameter `{new.name}` was {action}"
        shown = " to ".join(part for part in (x and f"from {x}" if y else x, y) if part)
        reason = "a request that leaves the parameter out means something else"
        self._policy(f"parameter-default-{action}", f"{text} ({shown})", Breaking(reason=reason), old, new)

    def _slot(self, old: Parameter, new: Parameter) -> None:
        sender = old if self._sender == "old" else new
        operation, messages, side = self._exchange.of(self._sender), self._gather.messages, self._sender
        pointer = f"/parameters/{new.location}/{new.name}"
        self._gather.slot(
            Slot(
                lane=self._exchange.lane(
                    "request", text=is_text(old) and is_text(new), repeated=_repeats(new)
                ),
                direction="request",
                old=conj(schema_of(old)),
                new=conj(schema_of(new)),
                old_home=Home("", self._home(old, old=True) + pointer),
                new_home=Home("", self._home(new, old=False) + pointer),
                old_span=old.span,
                new_span=new.span,
                operation=self._exchange.ref,
                site=Site(location=new.location, name=new.name),
                frame=lambda value: messages.request(operation, side, parameter=(sender, value)),
            )
        )

    def _home(self, parameter: Parameter, *, old: bool) -> str:
        if parameter.component is not None:
            return "/components"
        return (self._exchange.old if old else self._exchange.new).pointer


def writing_of(parameter: Parameter) -> Writing:
    """How the value of *parameter* is written."""
    if not is_text(parameter):
        return Writing(name=parameter.name, style="json")
    return Writing(
        name=parameter.name,
        style="form" if parameter.style == "cookie" else parameter.style,
        explode=parameter.explode,
        reserved=parameter.allow_reserved,
    )


def _repeats(parameter: Parameter) -> bool:
    return is_text(parameter) and parameter.explode and parameter.style in {"form", "cookie"}


def _defaults(schema: Schema | None, schemas: Mapping[str, NamedSchema]) -> str:
    """The default that a parameter has, from its schema or from what that refers to."""
    default = UNSET if schema is None else default_of(schema, schemas)
    return "" if isinstance(default, Unset) else json.dumps(default, ensure_ascii=False, sort_keys=True)
