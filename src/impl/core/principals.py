"""Who calls."""

from dataclasses import dataclass

from impl.core.errors import NotPermitted

# What a token of a user may carry, in the order in which a token lists it. The contracts describe each.
USER_SCOPES = ("items:read", "items:write", "profile:read", "profile:write", "reports:create", "chat:create")


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A caller whose credentials were checked: a user with a token, or a program with an API key.

    `user_id` is None for a program. `scopes` are those of the token; a program has none.
    """

    name: str
    user_id: int | None
    scopes: frozenset[str]

    def person(self) -> int:
        """Return the number of the user. Raises `NotPermitted` for a program."""
        if self.user_id is None:
            raise NotPermitted
        return self.user_id
