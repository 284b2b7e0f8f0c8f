"""The contract as clients want it: 3.1 without what breaks generators, 3.0.3 with a report of losses, webhooks apart.

Takes a bundled document as JSON data, gives a :class:`Published` with one document for each form and a :class:`Loss` for each
clause that a form cannot say. A form may allow more than the contract, never less.

Read :mod:`accord.publish.model` first, then :mod:`accord.publish.modern`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from accord.publish.legacy import to_legacy
from accord.publish.lift import lift
from accord.publish.model import Loss, Losses, Object, Published
from accord.publish.modern import to_modern
from accord.publish.references import Component, reachable
from accord.source.pointer import join

__all__ = ["Loss", "Published", "publish"]


def publish(document: Object) -> Published:
    """Published forms of a bundled contract without internal extensions.

    * ``modern``: a 3.0 contract is published as it is. A newer one becomes 3.1 without boolean schemas, ``prefixItems``, lists
      of types, references into the middle of something, and whatever is 3.2's.
    * ``legacy``: the same in 3.0.3.
    * ``webhooks``: webhooks with the components that they need; those that only they need stand nowhere else.

    Every form allows at least what the contract allows; the losses say where it allows more, with pointers into *document*.
    """
    if str(document.get("openapi")).startswith("3.0"):
        return Published(modern=document, legacy=document)
    lifted, moved = lift(document)
    losses, legacy_losses = Losses(), Losses()
    whole = to_modern(lifted, losses)
    main, webhooks = _apart(whole)
    legacy = to_legacy(main, legacy_losses)
    sent = webhooks.get("webhooks") if webhooks is not None else None
    for name in sent if isinstance(sent, dict) else ():
        legacy_losses.add("webhook", "3.0 has no webhooks", join("/webhooks", name))
    return Published(
        modern=main,
        legacy=legacy,
        webhooks=webhooks,
        losses=tuple(_in_place(loss, moved) for loss in losses),
        legacy_losses=tuple(_in_place(loss, moved) for loss in legacy_losses),
    )


def _in_place(loss: Loss, moved: Mapping[str, str]) -> Loss:
    """The loss at the place where its schema stood in the contract."""
    for new, old in moved.items():
        if loss.pointer == new or loss.pointer.startswith(f"{new}/"):
            return Loss(code=loss.code, message=loss.message, pointer=old + loss.pointer[len(new) :])
    return loss


def _apart(document: Object) -> tuple[Object, Object | None]:
    """The document without its webhooks, and one of these alone: generators make services of webhooks, or fail."""
    if not document.get("webhooks"):
        return {key: value for key, value in document.items() if key != "webhooks"}, None
    sent = reachable(document, {"webhooks": "path-item"})
    served = reachable(document, {"paths": "path-item"})
    main = {key: value for key, value in document.items() if key != "webhooks"}
    webhooks = {key: value for key, value in document.items() if key not in {"paths", "servers", "security"}}
    return (
        _with_components(main, lambda item: item not in sent or item in served),
        _with_components(webhooks, lambda webhook: webhook in sent),
    )


def _with_components(document: Object, wanted: Callable[[Component], bool]) -> Object:
    """*document* with the components that are *wanted*; empty sections go."""
    components = document.get("components")
    if not isinstance(components, dict):
        return document
    kept: Object = {}
    for section, entries in components.items():
        if not isinstance(entries, dict) or section.startswith("x-"):
            kept[section] = entries
            continue
        chosen: Object = {name: entry for name, entry in entries.items() if wanted((section, name))}
        if chosen:
            kept[section] = chosen
    return {**document, "components": kept}
