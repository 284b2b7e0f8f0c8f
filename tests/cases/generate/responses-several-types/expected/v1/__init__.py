# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Reports

Generated from spec/v1/; `install` serves it on an application.
"""

from __future__ import annotations

from .routers import install

__all__ = ["install"]
