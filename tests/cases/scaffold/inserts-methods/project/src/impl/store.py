"""A store."""

from generated.v1 import models


class Store:
    """Keeps items by name."""

    def __init__(self) -> None:
        self._items: dict[str, models.Item] = {}

    def all(self) -> list[models.Item]:
        return list(self._items.values())

    def add(self, item: models.Item) -> models.Item:
        self._items[item.name] = item
        return item

    def get(self, name: str) -> models.Item:
        return self._items[name]
