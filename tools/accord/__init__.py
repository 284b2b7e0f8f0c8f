"""Accord: a contract-first toolchain for HTTP APIs in Python."""

__all__ = ["__version__"]

__version__ = "0.1.0"
