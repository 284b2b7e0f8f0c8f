"""Prices: binary amounts as the first contract has them, decimal ones as the second."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

Currency = Literal["CHF", "EUR", "GBP", "USD"]
DEFAULT_CURRENCY: Currency = "EUR"
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """An amount above zero in major units of a currency (ISO 4217)."""

    amount: float
    currency: Currency


def to_cents(amount: float) -> int:
    """Round to the cent, half up, and to one cent at least. What has two decimals comes through exactly."""
    return max(1, int(Decimal(repr(amount)).quantize(_CENT, ROUND_HALF_UP).scaleb(2)))


def format_amount(amount: float) -> str:
    """Write an amount with two decimals, rounded as `to_cents` does: `12.5` -> `12.50`."""
    return str(Decimal(to_cents(amount)).scaleb(-2).quantize(_CENT))


def parse_amount(text: str) -> float:
    """Read an amount that the contract's pattern has accepted: `12.50` -> `12.5`."""
    return float(text)
