"""``accord validate``: rules over a document and its contract, structure first, then everything that needs the meaning.

Takes a :class:`~accord.source.document.Document` and what was loaded from it, gives sorted findings, each fault once. A rule is
data: a code, why it matters, a hint, the kinds of objects that it looks at, and a function.

Read :mod:`accord.lint.registry` first (what a rule is), then any module of ``rules``, then :mod:`accord.lint.engine`.
"""

from accord.lint.engine import validate

__all__ = ["validate"]
