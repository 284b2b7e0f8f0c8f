"""``accord scaffold``: a start for an implementation, and what an existing one lacks.

A class for a new group is a new file. In a class that exists, methods of new operations are inserted; a ``def`` that no
longer fits its operation is changed only when that is asked for; whatever else is written by hand stays byte for byte.
"""

from __future__ import annotations

from accord.emit.scaffold.plan import Scaffold, ScaffoldOptions, scaffold

__all__ = ["Scaffold", "ScaffoldOptions", "scaffold"]
