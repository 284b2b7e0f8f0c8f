"""Python clients, by openapi-python-client: httpx underneath, attrs models, sync and async."""

from __future__ import annotations

import io
import json
import re
import subprocess
import tempfile
from collections.abc import Iterable
from contextlib import redirect_stdout
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from accord.emit.python.format import ruff_command
from accord.emit.tree import Tree
from accord.errors import EnvironmentFaultError
from accord.sdk.model import Client, Note, Object, texts_below
from accord.sdk.streams import SEQUENCES, with_streams_as_text
from accord.sdk.views import with_views
from accord.source.pointer import join

_OPERATION: Final = re.compile(r"parsing (?P<method>[A-Z]+) (?P<path>\S+) within")


def python_client(document: Object, *, name: str) -> Client:
    """A client package for *document*; *name* is its distribution, in kebab case.

    Raises:
        EnvironmentFaultError: the generator is not installed.
    """
    if find_spec("openapi_python_client") is None:
        raise EnvironmentFaultError(
            "openapi-python-client is not installed", hint="Install the extra: accord[sdk]."
        )
    changed, notes = with_streams_as_text(with_views(document))
    with tempfile.TemporaryDirectory(prefix="accord-sdk-") as folder:
        root = Path(folder) / "client"
        source = Path(folder) / "openapi.json"
        source.write_text(json.dumps(changed), encoding="utf-8")
        reported = _generate(source, root, name)
        files = texts_below(root) if root.is_dir() else {}
    failed = [note for note in reported if note.is_error] or list(_unparsable(files))
    if failed:
        return Client(files=Tree({}), notes=tuple(failed))
    return Client(files=Tree(files), notes=(*notes, *reported))


def _generate(source: Path, root: Path, name: str) -> list[Note]:
    """Run the generator on *source*; its files come below *root*."""
    import openapi_python_client as generator
    from openapi_python_client.config import Config, ConfigFile, MetaType

    settings = ConfigFile(
        project_name_override=name,
        package_name_override=name.replace("-", "_"),
        content_type_overrides=dict.fromkeys(SEQUENCES, "text/plain"),
        post_hooks=[],
    )
    config = Config.from_sources(
        settings,
        MetaType.UV,
        document_source=source,
        file_encoding="utf-8",
        overwrite=True,
        output_path=root,
    )
    # It prints while it works; stdout is the result of the command.
    with redirect_stdout(io.StringIO()):
        errors = generator.generate(config=config)
    if root.is_dir():
        _tidy(root)
    return [_note(error.header, error.detail, is_error=error.level.name == "ERROR") for error in errors]


def _tidy(root: Path) -> None:
    """Sort imports, drop unused ones and format, with the ruff that formats everything else of Accord."""
    for arguments in (
        ["check", "--select", "F401,I", "--fix", "--quiet", "--exit-zero"],
        ["format", "--quiet"],
    ):
        subprocess.run(  # noqa: S603  # own arguments
            [*ruff_command(), *arguments, "--isolated", "--no-cache", "."], cwd=root, check=True
        )


def _note(header: str, detail: str | None, *, is_error: bool) -> Note:
    """What the generator says, at the operation that it names."""
    matched = _OPERATION.search(header)
    pointer = "" if matched is None else join("/paths", matched["path"], matched["method"].lower())
    return Note(
        code="sdk-left-out",
        message=f"{header.strip()} {(detail or '').strip()}".strip(),
        pointer=pointer,
        hint="openapi-python-client knows no way to say this; the rest of the client is complete.",
        is_error=is_error,
    )


def _unparsable(files: dict[str, str]) -> Iterable[Note]:
    """Files of a client that Python cannot read: names of a contract may collide with its words."""
    for path, text in files.items():
        if path.endswith(".py"):
            try:
                compile(text, path, "exec")
            except SyntaxError as error:
                message = f"{path}:{error.lineno}: the generated client is not valid Python: {error.msg}"
                hint = "Rename what the line names."
                yield Note(code="sdk-broken", message=message, hint=hint, is_error=True)
