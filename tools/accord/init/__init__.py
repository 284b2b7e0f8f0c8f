"""``accord init``: the files of a new project, as texts. Nothing here reads a contract or writes to disk.

What is generated and scaffolded from the contract is added by ``accord.api``. The texts are templates in
``templates/``, which belong to the package; ``@NAME@`` and the like are replaced.
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
