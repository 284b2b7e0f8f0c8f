"""TypeScript clients, by hey-api's openapi-ts: fetch underneath, built and type-checked before they are written."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from importlib.resources import files as resources
from pathlib import Path
from typing import Final

from accord.emit.python.package import json_text
from accord.emit.tree import Tree
from accord.errors import EnvironmentFaultError
from accord.sdk.model import Client, Note, Object, texts_below
from accord.sdk.programs import NodeJs, ProgramError, find_node, run
from accord.sdk.streams import with_event_payloads

_MANIFESTS: Final = ("package.json", "package-lock.json", "generate.mjs")
_COMPILER: Final = "node_modules/typescript/bin/tsc"
_ERROR: Final = re.compile(r"^(?P<place>[^(\s]+)\((?P<line>\d+),\d+\): error (?P<text>.*)$", re.MULTILINE)


def typescript_client(document: Object, *, name: str, version: str) -> Client:
    """An npm package for *document*: sources in ``src/``, JavaScript and declarations in ``dist/``.

    The generator and the compiler are installed once, by ``npm ci`` from a lock of Accord's, into the user's cache.

    Raises:
        EnvironmentFaultError: no Node.js, or npm cannot install the generator.
    """
    node = find_node()
    tools = installed(node)
    with tempfile.TemporaryDirectory(prefix="accord-sdk-") as folder:
        root = Path(folder) / "client"
        source = Path(folder) / "openapi.json"
        source.write_text(json.dumps(with_event_payloads(document)), encoding="utf-8")
        root.mkdir()
        (root / "package.json").write_text(json_text(_package(name, version)), encoding="utf-8")
        (root / "tsconfig.json").write_text(json_text(_COMPILER_OPTIONS), encoding="utf-8")
        try:
            run(
                [*node.node, str(tools / "generate.mjs"), str(source), str(root / "src")],
                what="openapi-ts",
                cwd=root,
            )
            run([*node.node, str(tools / _COMPILER), "--project", str(root)], what="tsc", cwd=root)
        except ProgramError as error:
            return Client(files=Tree({}), notes=(_broken(error),))
        return Client(files=Tree(texts_below(root)))


def installed(node: NodeJs) -> Path:
    """The folder with the generator and the compiler, made on first use."""
    texts = {
        name: (resources("accord.sdk") / "typescript" / name).read_text(encoding="utf-8")
        for name in _MANIFESTS
    }
    digest = hashlib.sha256("\n".join(texts.values()).encode()).hexdigest()[:16]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "accord"
    folder = cache / f"typescript-{digest}"
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix="typescript-", dir=cache))
    try:
        for name, text in texts.items():
            (building / name).write_text(text, encoding="utf-8")
        path = os.pathsep.join((str(Path(node.node[0]).parent), os.environ.get("PATH", "")))
        command = [*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        run(command, what="npm ci", cwd=building, env={"PATH": path})
        building.rename(folder)
    except OSError as error:
        if not folder.is_dir():  # another process was not first either
            raise EnvironmentFaultError(
                f"the generator cannot be installed: {error}", hint="See the folder's rights."
            ) from error
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return folder


_COMPILER_OPTIONS: Final[Object] = {
    "compilerOptions": {
        "target": "ES2022",
        "module": "NodeNext",
        "moduleResolution": "NodeNext",
        "lib": ["ES2022", "DOM", "DOM.Iterable"],
        "strict": True,
        "declaration": True,
        "types": [],
        "rootDir": "src",
        "outDir": "dist",
    },
    "include": ["src"],
}


def _package(name: str, version: str) -> Object:
    """The ``package.json`` of the client."""
    return {
        "name": name,
        "version": version,
        "type": "module",
        "exports": {".": {"types": "./dist/index.d.ts", "default": "./dist/index.js"}},
        "files": ["dist"],
    }


def _broken(error: ProgramError) -> Note:
    """Why the client does not build, by the first error of the compiler."""
    found = _ERROR.search(error.output)
    where = f"{found['place']}:{found['line']}: {found['text']}" if found else str(error)
    return Note(
        code="sdk-broken",
        message=f"the generated client does not build: {where}",
        hint="accord publish shows the document that the generator was given.",
        is_error=True,
    )
