"""Marks in a list that a client sends back to go on.

A cursor is the number of the last row of a page, in the one spelling that the contract's pattern has. It hides nothing
and grants nothing, so it is neither encrypted nor signed: whoever makes one up sees the own rows from another place on.
"""


def encode_cursor(after: int) -> str:
    """Return the cursor of the page that follows the row `after`: 16 hexadecimal digits."""
    return f"{after:016x}"


def decode_cursor(cursor: str) -> int:
    """Return the row that a page follows, from 0 to 2^63 - 1; `cursor` has passed the contract."""
    return int(cursor, 16)
