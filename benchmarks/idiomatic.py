"""The benchmark's contract written by hand, as FastAPI's own documentation would have it: the baseline."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from fastapi import FastAPI, Header, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field


class Item(BaseModel):
    id: Annotated[int, Field(ge=1, lt=2**63)]
    name: Annotated[str, Field(min_length=1, max_length=100)]
    price: Annotated[float, Field(gt=0)]
    tags: Annotated[list[Annotated[str, Field(max_length=30)]], Field(max_length=20)]
    note: Annotated[str | None, Field(max_length=500)] = None


class NewItem(BaseModel):
    name: Annotated[str, Field(min_length=1, max_length=100)]
    price: Annotated[float, Field(gt=0)]
    tags: Annotated[list[Annotated[str, Field(max_length=30)]], Field(max_length=20)] = []
    note: Annotated[str | None, Field(max_length=500)] = None


class Address(BaseModel):
    street: Annotated[str, Field(min_length=1, max_length=200)]
    city: Annotated[str, Field(min_length=1, max_length=100)]
    zip: Annotated[str, Field(min_length=3, max_length=12)]
    country: Annotated[str, Field(min_length=2, max_length=2)]


class Customer(BaseModel):
    name: Annotated[str, Field(min_length=1, max_length=100)]
    email: Annotated[str, Field(max_length=200)]


class Line(BaseModel):
    sku: Annotated[str, Field(min_length=3, max_length=40)]
    name: Annotated[str, Field(min_length=1, max_length=100)]
    quantity: Annotated[int, Field(ge=1, le=10000)]
    price: Annotated[float, Field(gt=0)]
    tags: Annotated[list[str], Field(max_length=10)] = []


class Order(BaseModel):
    reference: Annotated[str, Field(min_length=1, max_length=60)]
    customer: Customer
    billing: Address
    shipping: Address
    lines: Annotated[list[Line], Field(min_length=1, max_length=100)]
    note: Annotated[str | None, Field(max_length=500)] = None


class SearchEcho(BaseModel):
    q: str
    limit: int
    offset: int
    minPrice: float | None = None
    maxPrice: float | None = None
    inStock: bool
    sort: str
    tag: list[str]
    since: dt.date | None = None
    requestTag: str | None = None


app = FastAPI(title="Benchmark")


@app.exception_handler(RequestValidationError)
async def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
    errors = [
        {"location": ".".join(str(part) for part in e["loc"]), "reason": e["msg"]} for e in error.errors()
    ]
    body = {"type": "about:blank", "title": "Unprocessable Content", "status": 422, "errors": errors}
    return JSONResponse(body, status_code=422, media_type="application/problem+json")


@app.get("/items/{itemId}", response_model_exclude_unset=True)
async def get_item(itemId: Annotated[int, Path(ge=1, lt=2**63)]) -> Item:
    return Item(id=itemId, name="A lamp", price=12.5, tags=["light", "home"], note=None)


@app.post("/items", status_code=201, response_model_exclude_unset=True)
async def create_item(body: NewItem) -> Item:
    return Item(id=42, name=body.name, price=body.price, tags=body.tags, note=body.note)


@app.post("/orders", status_code=201, response_model_exclude_unset=True)
async def create_order(body: Order) -> Order:
    return body


@app.get("/search", response_model_exclude_none=True)
async def search(
    q: Annotated[str, Query(min_length=1, max_length=100)],
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0)] = 0,
    minPrice: Annotated[float | None, Query(ge=0)] = None,
    maxPrice: Annotated[float | None, Query(ge=0)] = None,
    *,
    inStock: bool = False,
    sort: Literal["name", "price", "created"] = "name",
    tag: Annotated[list[str] | None, Query()] = None,
    since: dt.date | None = None,
    x_request_tag: Annotated[str | None, Header(max_length=40)] = None,
) -> SearchEcho:
    return SearchEcho(
        q=q,
        limit=limit,
        offset=offset,
        minPrice=minPrice,
        maxPrice=maxPrice,
        inStock=inStock,
        sort=sort,
        tag=tag or [],
        since=since,
        requestTag=x_request_tag,
    )
