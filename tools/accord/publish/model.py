"""What is published, and what a published form could not say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from accord.contract.schema import JsonValue

Object = dict[str, JsonValue]
"""A JSON object of a document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Something of the contract that a published form does not say.

    ``pointer`` is its place in the bundled contract. A loss never makes the published form stricter: whatever the contract
    allows, the published form allows too. The one exception is ``null``, which generators read as meant and strict validators do not.
    """

    code: str
    message: str
    pointer: str


class Losses:
    """Collects losses while a document is rewritten."""

    def __init__(self) -> None:
        self._found: dict[Loss, None] = {}

    def add(self, code: str, message: str, pointer: str) -> None:
        """One more; the same one twice counts once."""
        self._found[Loss(code=code, message=message, pointer=pointer)] = None

    def widened_below(self, pointer: str) -> bool:
        """Whether anything below *pointer* allows more than the contract, so that its negation would allow less."""
        return any(loss.pointer == pointer or loss.pointer.startswith(f"{pointer}/") for loss in self._found)

    def __iter__(self) -> Iterator[Loss]:
        return iter(self._found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One contract in the forms that clients want.

    ``modern`` is OpenAPI 3.1 (or 3.0, where the contract is that), ``legacy`` 3.0.3, ``webhooks`` a 3.1 document of the
    webhooks alone (``None`` where there are none). ``legacy_losses`` hold what 3.0 cannot say beyond ``losses``.
    """

    modern: Object
    legacy: Object
    webhooks: Object | None = None
    losses: tuple[Loss, ...] = field(default=())
    legacy_losses: tuple[Loss, ...] = field(default=())
