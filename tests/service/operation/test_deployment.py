"""The files in `deploy/` hold together, and say what the service really has: its paths, settings, schema, packages."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any  # a YAML tree has no narrower type

import pytest
import yaml
from packaging.utils import canonicalize_name

from accord.service import ServiceSettings
from impl.core.schema import newest
from impl.settings import Settings
from scripts.image_requirements import needed, text
from tests.service.servers import ROOT

DEPLOY = ROOT / "deploy"
API = "app.kubernetes.io/name"


def _objects() -> Iterator[Any]:
    for file in sorted((DEPLOY / "kubernetes").glob("*.yaml")):
        yield from yaml.safe_load_all(file.read_text(encoding="utf-8"))


def _of(kind: str) -> Any:
    found = [object_ for object_ in _objects() if object_["kind"] == kind]
    assert len(found) == 1, kind
    return found[0]


def _pods() -> list[Any]:
    return [_of(kind)["spec"]["template"] for kind in ("Deployment", "Job")]


def _dockerfile() -> list[tuple[str, str]]:
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    kept = [line for line in lines if line.strip() and not line.startswith("#")]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in kept)]


def test_every_object_has_what_makes_it_one() -> None:
    kinds = {object_["kind"] for object_ in _objects()}
    assert kinds == {
        "ConfigMap", "Deployment", "HorizontalPodAutoscaler", "Job", "PodDisruptionBudget", "Service", "ServiceAccount",
    }  # fmt: skip
    for object_ in _objects():
        assert set(object_) >= {"apiVersion", "kind", "metadata"}
        assert re.fullmatch(r"[a-z0-9-]{1,63}", object_["metadata"]["name"])
        assert object_["metadata"]["labels"][API] == "accord-reference-service"


def _linted(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a checker of this environment."""
    path = Path(sys.executable).with_name(program)
    if not path.exists() and os.environ.get("CI") != "true":
        pytest.skip(f"{program} not installed: run `make setup`")
    return subprocess.run([str(path), *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("release", ["1.33", "1.37"])
def test_kubernetes_takes_the_objects(release: str) -> None:
    """By the schemas of its own releases; the oldest is what the guide names."""
    files = sorted(str(file) for file in (DEPLOY / "kubernetes").glob("*.yaml"))
    done = _linted("kubernetes-validate", "--strict", "--kubernetes-version", release, *files)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert said.count(" passed for resource ") == len(list(_objects()))


def test_kubernetes_does_not_take_a_word_that_it_does_not_know(tmp_path: Path) -> None:
    wrong = tmp_path / "service.yaml"
    text = (DEPLOY / "kubernetes/service.yaml").read_text(encoding="utf-8")
    wrong.write_text(text.replace("maxUnavailable:", "mostUnavailable:"), encoding="utf-8")
    done = _linted("kubernetes-validate", "--strict", str(wrong))
    assert done.returncode != 0
    assert "mostUnavailable" in done.stdout + done.stderr


def test_the_dockerfile_has_no_finding(tmp_path: Path) -> None:
    done = _linted("hadolint", "--no-color", str(DEPLOY / "Dockerfile"))
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    wrong = tmp_path / "Dockerfile"
    wrong.write_text("FROM python\nRUN cd /opt\n", encoding="utf-8")
    assert _linted("hadolint", str(wrong)).returncode != 0


def test_selectors_find_the_pods_of_the_service_and_no_migration() -> None:
    pods = _of("Deployment")["spec"]["template"]["metadata"]["labels"]
    migration = _of("Job")["spec"]["template"]["metadata"]["labels"]
    for selector in (
        _of("Deployment")["spec"]["selector"]["matchLabels"],
        _of("PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
        _of("Service")["spec"]["selector"],
    ):
        assert selector.items() <= pods.items()
        assert not selector.items() <= migration.items()
    target = _of("HorizontalPodAutoscaler")["spec"]["scaleTargetRef"]
    assert (target["kind"], target["name"]) == ("Deployment", _of("Deployment")["metadata"]["name"])


def test_pods_have_no_rights_that_they_do_not_need() -> None:
    user = dict(_dockerfile())["USER"].split(":")
    for pod in _pods():
        spec = pod["spec"]
        assert spec["automountServiceAccountToken"] is False
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert str(spec["securityContext"]["runAsUser"]) == user[0] != "0"
        for container in spec["containers"]:
            allowed = container["securityContext"]
            assert allowed["allowPrivilegeEscalation"] is False
            assert allowed["readOnlyRootFilesystem"] is True
            assert allowed["capabilities"] == {"drop": ["ALL"]}
            assert container["resources"]["requests"].keys() >= {"cpu", "memory"}
            assert "memory" in container["resources"]["limits"]
            assert ":" in container["image"]
            assert not container["image"].endswith(":latest")


def test_configuration_is_of_settings_and_secrets_are_elsewhere() -> None:
    settings = {f"ACCORD_{name.upper()}" for name in Settings.model_fields}
    values = _of("ConfigMap")["data"]
    assert values.keys() <= settings
    assert all(isinstance(value, str) for value in values.values())
    for pod in _pods():
        sources = pod["spec"]["containers"][0]["envFrom"]
        assert [set(source) for source in sources] == [{"configMapRef"}, {"secretRef"}]
        assert sources[0]["configMapRef"]["name"] == _of("ConfigMap")["metadata"]["name"]
    assert not [object_ for object_ in _objects() if object_["kind"] == "Secret"]


def test_probes_ask_what_the_service_has() -> None:
    paths = {ServiceSettings().live_path, ServiceSettings().ready_path}
    container = _of("Deployment")["spec"]["template"]["spec"]["containers"][0]
    probes = {name: container[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")}
    assert {probe["path"] for probe in probes.values()} == paths
    # A database that is down is no reason to restart the process.
    assert probes["liveness"]["path"] == probes["startup"]["path"] != probes["readiness"]["path"]
    assert {probe["port"] for probe in probes.values()} == {container["ports"][0]["name"]}
    check = dict(_dockerfile())["HEALTHCHECK"]
    assert probes["liveness"]["path"] in check


def test_a_replica_has_the_time_to_drain() -> None:
    spec = _of("Deployment")["spec"]["template"]["spec"]
    pause = int(spec["containers"][0]["lifecycle"]["preStop"]["exec"]["command"][1])
    command = json.loads(dict(_dockerfile())["CMD"])
    drain = int(command[command.index("--timeout-graceful-shutdown") + 1])
    assert pause + drain < spec["terminationGracePeriodSeconds"]
    assert str(spec["containers"][0]["ports"][0]["containerPort"]) == command[command.index("--port") + 1]
    assert _of("Deployment")["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


def test_the_migration_is_the_one_of_this_code() -> None:
    job = _of("Job")
    assert job["metadata"]["name"].endswith(newest())
    assert job["spec"]["template"]["spec"]["containers"][0]["command"] == ["alembic", "upgrade", "head"]
    images = {pod["spec"]["containers"][0]["image"] for pod in _pods()}
    assert len(images) == 1


def test_the_image_is_built_in_stages_from_what_is_there() -> None:
    lines = _dockerfile()
    assert [word for word, _ in lines].count("FROM") == 2
    last = max(number for number, (word, _) in enumerate(lines) if word == "FROM")
    assert [word for word, _ in lines[last:] if word == "USER"] == ["USER"]
    for word, rest in lines:
        if word == "COPY" and not rest.startswith("--from"):
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists(), source
    assert {"HEALTHCHECK", "STOPSIGNAL", "EXPOSE"} <= {word for word, _ in lines}


def test_the_requirements_of_the_image_are_fresh() -> None:
    assert (DEPLOY / "requirements.txt").read_text(encoding="utf-8") == text()


_IMPORT_WITHOUT = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in GONE:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing())
import impl.app, alembic.command, alembic.autogenerate, uvicorn, uvicorn_worker, gunicorn.app.wsgiapp
import accord.runtime, psycopg, aiosqlite
"""


def test_the_service_starts_without_the_packages_that_the_image_has_not() -> None:
    kept = needed() | {"accord"}
    gone = {
        module
        for module, distributions in packages_distributions().items()
        if not {canonicalize_name(name) for name in distributions} & kept
    }
    assert {"schemathesis", "typer", "ruff", "mypy"} <= gone
    done = subprocess.run(
        [sys.executable, "-c", f"GONE = {gone!r}" + _IMPORT_WITHOUT],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_every_file_named_in_the_guide_exists() -> None:
    guide = (ROOT / "docs/guides/deployment.md").read_text(encoding="utf-8")
    for name in re.findall(r"`(deploy/[\w./-]+)`", guide):
        assert Path(ROOT / name).exists(), name
