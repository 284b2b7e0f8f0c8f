"""Accord: a contract-first toolchain for HTTP APIs in Python."""

__version__ = "0.1.0"
