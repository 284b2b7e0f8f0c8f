"""Clients that read and write, remember what they were told, and look for it afterwards."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any  # JSON bodies have no narrower type

from benchmarks.service_load.wire import Broken, Connection, Response

_API = "/api/v2"
_PASSWORD = "a password of the load only"
_PAUSE = 0.1  # seconds before a request is repeated; twice as long each time, and somewhat at random
_LONGEST_PAUSE = 0.8
_TRIES = 300


@dataclass(slots=True)
class Reported:
    """What the clients of one run were told."""

    started: float = field(default_factory=time.monotonic)
    seconds: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """How long each kind of request took, of those that were answered well."""
    unavailable: int = 0
    """Answers 503 that are a problem and say when to try again."""
    broken: Counter[str] = field(default_factory=Counter[str])
    """Requests whose connection ended, by how."""
    wrong: list[str] = field(default_factory=list[str])
    """Every other response that is not what the contract promises here."""
    last_trouble: float = 0.0
    """The moment of the last request that was not answered well."""
    writes: int = 0
    """Changes that were acknowledged."""
    items: dict[str, Item] = field(default_factory=dict[str, "Item"])

    def answered(self) -> int:
        """How many requests were answered well."""
        return sum(map(len, self.seconds.values()))

    def errors(self) -> int:
        """How many were not."""
        return self.unavailable + self.broken.total() + len(self.wrong)


@dataclass(slots=True, kw_only=True)
class Item:
    """An item by the key that created it: what the service acknowledged last, and what it may be instead."""

    owner: str
    number: int
    amounts: set[str]
    """The price: one value, or two where a change was sent and not acknowledged."""
    etag: str
    deleted: bool | None = False
    """`None`: it was asked for and not acknowledged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody who is signed in."""

    name: str
    headers: dict[str, str]


async def sign_up(port: int, names: list[str]) -> list[User]:
    """Register users and sign them in."""
    connection = Connection(port=port)
    users: list[User] = []
    for name in names:
        account = {"username": name, "password": _PASSWORD}
        made = await connection.send("POST", f"{_API}/users", {}, account)
        assert made.status == 201, made
        # The only form of the load: `Connection` writes JSON.
        token = await _token(port, name)
        users.append(User(name=name, headers={"authorization": f"Bearer {token}"}))
    connection.close()
    return users


async def _token(port: int, name: str) -> str:
    import httpx

    form = {"grant_type": "password", "username": name, "password": _PASSWORD}
    async with httpx.AsyncClient(timeout=30) as client:
        response = await client.post(f"http://127.0.0.1:{port}{_API}/token", data=form)
    token: str = response.raise_for_status().json()["access_token"]
    return token


class Client:
    """One connection: creates items, changes, reads, lists and deletes its own, one request after the other."""

    def __init__(self, port: int, user: User, reported: Reported, seed: int) -> None:
        self._connection = Connection(port=port)
        self._user = user
        self._reported = reported
        self._random = random.Random(seed)
        self._own: list[str] = []

    async def work(self, over: asyncio.Event) -> None:
        """Go on until it is over."""
        actions = (self._create, self._change, self._read, self._again, self._list, self._delete)
        while not over.is_set():
            weights = (20, 15, 30, 15, 15, 5) if self._own else (1, 0, 0, 0, 0, 0)
            (action,) = self._random.choices(actions, weights)
            await action()
        self._connection.close()

    async def _create(self) -> None:
        key = str(uuid.uuid4())
        amount = f"{self._random.randint(1, 99999) / 100:.2f}"
        headers = {"idempotency-key": key}
        response = await self._ask("create", "POST", "/items", headers, _body(key, amount))
        if response is not None and self._expect(response, 201):
            etag = response.headers["etag"]
            self._reported.items[key] = Item(
                owner=self._user.name, number=response.json()["id"], amounts={amount}, etag=etag
            )
            self._reported.writes += 1
            self._own.append(key)

    async def _change(self) -> None:
        key, item = self._any()
        amount = f"{self._random.randint(1, 99999) / 100:.2f}"
        headers = {"if-match": item.etag, "content-type": "application/merge-patch+json"}
        item.amounts.add(amount)
        body = {"price": {"amount": amount, "currency": "EUR"}}
        response = await self._ask("change", "PATCH", f"/items/{item.number}", headers, body, tries=1)
        if response is None or response.status == 503:
            self._own.remove(key)  # it may have happened: either price is right from now on
        elif self._expect(response, 200):
            item.amounts, item.etag = {amount}, response.headers["etag"]
            self._reported.writes += 1

    async def _delete(self) -> None:
        key, item = self._any()
        self._own.remove(key)
        item.deleted = None
        headers = {"if-match": item.etag}
        response = await self._ask("delete", "DELETE", f"/items/{item.number}", headers, tries=1)
        if response is not None and response.status != 503 and self._expect(response, 204):
            item.deleted = True
            self._reported.writes += 1

    async def _read(self) -> None:
        """What was acknowledged is what everybody reads from then on, whichever worker answers."""
        key, item = self._any()
        response = await self._ask("read", "GET", f"/items/{item.number}", {})
        if response is not None and self._expect(response, 200):
            seen = response.json()
            if (seen["name"], seen["price"]["amount"]) != (key, *item.amounts):
                self._reported.wrong.append(
                    f"read an old item: {seen['price']['amount']}, not {item.amounts}"
                )

    async def _again(self) -> None:
        _, item = self._any()
        response = await self._ask("304", "GET", f"/items/{item.number}", {"if-none-match": item.etag})
        if response is not None:
            self._expect(response, 304)

    async def _list(self) -> None:
        response = await self._ask("list", "GET", "/items?limit=20", {})
        if response is not None and self._expect(response, 200) and len(response.json()["data"]) > 20:
            self._reported.wrong.append("a page is longer than its limit")

    def _any(self) -> tuple[str, Item]:
        key = self._random.choice(self._own)
        return key, self._reported.items[key]

    def _expect(self, response: Response, status: int) -> bool:
        if response.status == status:
            return True
        if response.status != 503:
            self._reported.wrong.append(f"{response.status}, not {status}: {response.body[:200]!r}")
        return False

    async def _ask(
        self,
        kind: str,
        method: str,
        path: str,
        headers: dict[str, str],
        body: Any = None,
        *,
        tries: int = _TRIES,
    ) -> Response | None:
        """Ask; repeat what may be repeated until it is answered. `None` where the last try broke."""
        reported = self._reported
        for left in range(tries, 0, -1):
            start = time.monotonic()
            try:
                given = {**self._user.headers, **headers}
                response = await self._connection.send(method, _API + path, given, body)
            except Broken as error:
                reported.broken[str(error)] += 1
            else:
                if response.status != 503:
                    reported.seconds[kind].append(time.monotonic() - start)
                    return response
                self._note_unavailable(response)
                if left == 1:
                    return response
            reported.last_trouble = time.monotonic()
            pause = min(_LONGEST_PAUSE, _PAUSE * 2 ** min(tries - left, 9))
            await asyncio.sleep(pause * self._random.uniform(0.5, 1))
        return None

    def _note_unavailable(self, response: Response) -> None:
        problem = response.headers.get("content-type") == "application/problem+json"
        retry = response.headers.get("retry-after", "").isdigit()
        if problem and retry and response.json()["status"] == 503 and b"Traceback" not in response.body:
            self._reported.unavailable += 1
        else:
            self._reported.wrong.append(
                f"a 503 that is no such problem: {response.headers} {response.body[:200]!r}"
            )


def _body(name: str, amount: str) -> dict[str, Any]:
    return {"name": name, "price": {"amount": amount, "currency": "EUR"}}


async def lost(port: int, users: list[User], reported: Reported) -> list[str]:
    """Read everything back; return what differs from what was acknowledged, one line each."""
    stored: dict[str, list[tuple[int, str]]] = defaultdict(list)
    connection = Connection(port=port)
    for user in users:
        cursor = ""
        while True:
            response = await connection.send("GET", f"{_API}/items?limit=100{cursor}", user.headers)
            assert response.status == 200, response
            page = response.json()
            for item in page["data"]:
                stored[item["name"]].append((item["id"], item["price"]["amount"]))
            if not page["page"]["hasMore"]:
                break
            cursor = f"&cursor={page['page']['nextCursor']}"
    connection.close()
    wrong = [f"{key} is there {len(found)} times" for key, found in stored.items() if len(found) > 1]
    for key, item in reported.items.items():
        found = stored.get(key, [])
        if item.deleted is True and found:
            wrong.append(f"{key} was deleted and is there")
        elif item.deleted is False and (not found or found[0][0] != item.number):
            wrong.append(f"{key} is not there")
        elif found and found[0][1] not in item.amounts:
            wrong.append(f"{key} costs {found[0][1]}, not {item.amounts}")
    return wrong
