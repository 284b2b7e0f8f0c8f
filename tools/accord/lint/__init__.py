"""Rules over a document and its contract: structure first, then everything that needs the meaning."""

from accord.lint.engine import validate

__all__ = ["validate"]
