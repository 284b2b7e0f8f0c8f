"""``accord mock``: contracts as running services that answer from examples, then from samples.

Takes contracts, gives an ASGI application. Requests are read, validated and rejected by the runtime itself, on the declarations
that generated code would make; only the implementation is replaced.

Read :mod:`accord.mock.application` first, then :mod:`accord.mock.responder` (what is answered).
"""

from __future__ import annotations

from accord.mock.application import MockContract, MockOptions, mock_app
from accord.mock.listen import MockArguments, listen

__all__ = ["MockArguments", "MockContract", "MockOptions", "listen", "mock_app"]
