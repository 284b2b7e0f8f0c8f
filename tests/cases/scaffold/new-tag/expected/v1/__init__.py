"""The implementation of spec/v1/."""

from fastapi import FastAPI

from generated import v1
from impl.store import Store
from impl.v1.items import Items


def install(app: FastAPI, store: Store) -> None:
    v1.install(app, items=lambda: Items(store))
