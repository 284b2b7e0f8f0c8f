"""``accord init``: the files of a new project, as texts. Nothing here reads a contract or writes to disk.

Takes the project's name and what its contract needs, gives texts by path. They are templates in ``templates/``, which belong
to the package; ``@NAME@`` and the like are replaced. What is generated and scaffolded from the contract is added by
``accord.api``.

Read :mod:`accord.init.project` first.
"""

from __future__ import annotations

from accord.init.project import (
    ProjectOptions,
    checked_name,
    local_settings,
    name_of,
    project_files,
    starter_files,
)

__all__ = ["ProjectOptions", "checked_name", "local_settings", "name_of", "project_files", "starter_files"]
