# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from accord.runtime import Model


class Status(Model):
    """What is running, and who is asking."""

    service: str
    """The name of the service.

    Example: ``'Accord reference service'``.
    """
    version: str
    """The version of this contract.

    Example: ``'1.0.0'``.
    """
    username: str | None
    """The user whose token came with the request, `null` where none did.

    Example: ``'ada'``.
    """
