"""The application: every version on one FastAPI application."""

from __future__ import annotations

from accord.runtime import create_app
from generated import v1
from impl.v1.errors import errors as v1_errors
from impl.v1.items import items as v1_items

app = create_app(title="Shop")
v1.install(app, items=v1_items, errors=v1_errors)
