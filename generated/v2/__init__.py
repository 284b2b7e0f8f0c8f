# Generated from spec/v2/ by accord. Do not edit: change the spec, then run make generate.
"""Accord reference service

Generated from spec/v2/; `install` serves it on an application.
"""

from __future__ import annotations

from .routers import install

__all__ = ["install"]
