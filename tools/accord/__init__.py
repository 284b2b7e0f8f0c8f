"""Accord: a contract-first toolchain for HTTP APIs in Python.

``ARCHITECTURE.md`` lists the rooms in this package and what each promises. To follow one command, read
:mod:`accord.cli.app`, then the function of :mod:`accord.api` that it calls; to follow one request, ``docs/request.md``.
"""

__all__ = ["__version__"]

__version__ = "0.1.0"
