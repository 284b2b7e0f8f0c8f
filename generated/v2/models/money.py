# Generated from spec/v2/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from pydantic import ConfigDict

from accord.runtime import Model

from .amount import Amount
from .currency import Currency


class Money(Model):
    """An amount of a currency. A price that v1 set in finer steps is rounded to the cent, half up, and is at least one cent."""

    model_config = ConfigDict(extra="forbid")
    amount: Amount
    currency: Currency
