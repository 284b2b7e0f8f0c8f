"""What a caller does with the generated Python client: run as ``drive_python.py PACKAGE URL``; prints one JSON object."""

from __future__ import annotations

import importlib
import json
import secrets
import sys
from typing import Any


def main(package: str, url: str) -> dict[str, Any]:
    def load(path: str) -> Any:
        return importlib.import_module(f"{package}.{path}")

    models = load("models")
    users, tokens, items, chat = (load(f"api.{name}") for name in ("users", "tokens", "items", "chat"))
    for room, name in ((users, "register_user"), (tokens, "issue_token"), (chat, "stream_chat")):
        importlib.import_module(f"{room.__name__}.{name}")
    for name in ("create_item", "get_item", "list_items", "update_item", "delete_item"):
        importlib.import_module(f"{items.__name__}.{name}")

    seen: dict[str, Any] = {}
    name, password = f"client-{secrets.token_hex(4)}", secrets.token_urlsafe(12)
    with load("client").Client(base_url=url) as client:
        response = users.register_user.sync_detailed(
            client=client, body=models.UserWrite(username=name, password=password)
        )
        seen["registered"] = (
            response.status_code,
            response.parsed.username,
            "password" in response.parsed.to_dict(),
        )
        grant = models.PasswordGrant(grant_type="password", username=name, password=password)
        token = tokens.issue_token.sync(client=client, body=grant).access_token
        wrong = models.PasswordGrant(grant_type="password", username=name, password="not the password")
        seen["wrong password"] = tokens.issue_token.sync_detailed(
            client=client, body=wrong
        ).parsed.error.value

    with load("client").AuthenticatedClient(base_url=url, token="forged") as stranger:
        response = items.list_items.sync_detailed(client=stranger)
        seen["forged token"] = (response.status_code, type(response.parsed).__name__)

    with load("client").AuthenticatedClient(base_url=url, token=token) as client:
        price = models.Money(amount="12.50", currency=models.Currency.EUR)
        response = items.create_item.sync_detailed(
            client=client, body=models.NewItem(name="Kettle", price=price)
        )
        created, tag = response.parsed, response.headers["etag"]
        seen["created"] = (response.status_code, created.name, created.price.amount)
        seen["read"] = items.get_item.sync(created.id, client=client).to_dict() == created.to_dict()
        seen["listed"] = [item.name for item in items.list_items.sync(client=client).data]
        patch = models.ItemPatch(name="Pot")
        response = items.update_item.sync_detailed(created.id, client=client, body=patch, if_match=tag)
        seen["updated"] = (response.status_code, response.parsed.name)
        response = items.update_item.sync_detailed(created.id, client=client, body=patch, if_match=tag)
        seen["lost update"] = (response.status_code, response.parsed.status)
        tag = items.get_item.sync_detailed(created.id, client=client).headers["etag"]
        seen["deleted"] = items.delete_item.sync_detailed(created.id, client=client, if_match=tag).status_code
        response = items.get_item.sync_detailed(created.id, client=client)
        seen["gone"] = (response.status_code, response.parsed.title)
        invalid = models.NewItem(name="", price=price)
        response = items.create_item.sync_detailed(client=client, body=invalid)
        seen["refused"] = (response.status_code, [part.pointer for part in response.parsed.errors])
        question = models.ChatMessage(role=models.ChatMessageRole.USER, content="Why?")
        response = chat.stream_chat.sync_detailed(client=client, body=models.ChatRequest(messages=[question]))
        seen["chat"] = (response.status_code, "event: done" in response.parsed)
    return seen


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:])))
