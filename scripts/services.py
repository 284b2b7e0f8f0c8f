"""PostgreSQL and Redis for development: installed where they are missing, on free ports of this machine only.

    python scripts/services.py start [FOLDER]    default: .services
    python scripts/services.py stop [FOLDER]
    python scripts/services.py browser
    python scripts/services.py install

`start` installs what is missing (Debian's packages, as root), starts both with their data in the folder, and prints
`DATABASE_URL` and `REDIS_URL`, which stand in `FOLDER/env` too. Started twice, it prints them again. `stop` ends what
stands in the folder and removes it. Tests start servers of their own with the same code.

`browser` only installs Chromium, in which the tests of the HTML report look at it; `install` only installs it all, for
who is root for this one step.

Exit code: 0 done, 5 something is missing on this machine.
"""

import argparse
import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {"postgres": "postgresql", "redis-server": "redis-server", "nginx": "nginx"}
BROWSER = {"chromium": "chromium"}
# Who runs PostgreSQL where root asks for it: Debian's package makes the first.
_ACCOUNTS = ("postgres", "nobody")
_PATIENCE = 30.0


class ServicesError(Exception):
    """Something is missing on this machine, or a server does not start; the message is one line."""


def find(program: str) -> str | None:
    """Return the path of a server's program; Debian keeps PostgreSQL's and nginx's off the usual path."""
    places = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), Path("/usr/sbin")]
    path = os.pathsep.join([os.environ.get("PATH", ""), *map(str, places)])
    return shutil.which(program, path=path)


def missing(packages: dict[str, str]) -> list[str]:
    """Return the packages whose programs are not there."""
    return [package for program, package in packages.items() if find(program) is None]


def install(packages: dict[str, str] = PACKAGES) -> None:
    """Install what is missing. Raises `ServicesError` where that cannot be."""
    wanted = missing(packages)
    if not wanted:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise ServicesError(
            f"install {', '.join(wanted)} first (Debian, Ubuntu: apt-get install {' '.join(wanted)})"
        )
    print(f"services: installing {', '.join(wanted)}", flush=True)
    # The packages must not start servers of the system's own.
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    said = ""
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", *wanted]):
        done = subprocess.run(
            ["apt-get", "-qq", *arguments], env=environment, capture_output=True, text=True, check=False
        )
        said = done.stderr or said
    left = missing(packages)
    if left:
        last = (said.strip().splitlines() or ["no reason given"])[-1]
        raise ServicesError(f"apt-get could not install {', '.join(left)}: {last}")


def free_port() -> int:
    """Return a port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _program(name: str) -> str:
    found = find(name)
    if found is None:
        raise ServicesError(f"{name} is not installed: run `make services`")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Postgres:
    """A PostgreSQL with its data in a folder, for a user `accord` without a password, on this machine only."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        """Return the URL of its first database."""
        return self.url_of("accord")

    def url_of(self, database: str) -> str:
        """Return the URL of one of its databases."""
        return f"postgresql://accord@127.0.0.1:{self.port}/{database}"

    def create(self) -> None:
        """Make the folder and an empty cluster in it."""
        self.folder.mkdir(parents=True)
        account = _account()
        if account is not None:
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        self._run("initdb", "--pgdata", str(self.folder / "data"), "--username=accord", "--auth=trust",
                  "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")  # fmt: skip

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = (
            f"-c listen_addresses=127.0.0.1 -c port={self.port} -c unix_socket_directories= "
            "-c max_connections=200 -c shared_buffers=64MB"
        )
        self._run("pg_ctl", "start", "--wait", "--silent", "--pgdata", str(self.folder / "data"),
                  "--log", str(self.folder / "log"), "--options", options)  # fmt: skip

    def responds(self) -> bool:
        """Whether it takes connections."""
        try:
            self._run("pg_isready", "--host=127.0.0.1", f"--port={self.port}")
        except ServicesError:
            return False
        return True

    def stop(self, mode: str = "fast") -> None:
        """Stop the server; one that does not run is no fault."""
        data = self.folder / "data"
        if (data / "postmaster.pid").is_file():
            self._run("pg_ctl", "stop", "--wait", "--silent", "--mode", mode, "--pgdata", str(data))

    def create_database(self, name: str, template: str = "template1") -> str:
        """Make a database, as a copy of another; return its URL."""
        self._run("createdb", "--host=127.0.0.1", f"--port={self.port}", "--username=accord",
                  f"--template={template}", name)  # fmt: skip
        return self.url_of(name)

    def _run(self, program: str, *arguments: str) -> None:
        account = _account()
        with tempfile.TemporaryFile("w+") as output:
            # A file, because a server that is started keeps a pipe open for ever.
            done = subprocess.run(
                [_program(program), *arguments],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                user=None if account is None else account.pw_uid,
                group=None if account is None else account.pw_gid,
                extra_groups=None if account is None else [],
                check=False,
            )
            output.seek(0)
            said = output.read().strip().splitlines()
        if done.returncode:
            raise ServicesError(f"{program} failed: {said[-1] if said else 'it said nothing'}")


def _account() -> pwd.struct_passwd | None:
    """Return whom PostgreSQL, which rejects root, runs as; None where nobody else has to."""
    if os.geteuid() != 0:
        return None
    for name in _ACCOUNTS:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise ServicesError("PostgreSQL does not run as root, and there is no other user")


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisServer:
    """A Redis that keeps nothing on disk, on this machine only. Its log and its process id are in a folder."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        """Return the URL of its first database."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self, *, databases: int = 16) -> None:
        """Start the server and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = {
            "bind": "127.0.0.1", "port": str(self.port), "daemonize": "yes", "save": "", "appendonly": "no",
            "databases": str(databases), "dir": str(self.folder), "logfile": str(self.folder / "log"), "pidfile": str(self._pid_file),
            "maxmemory": "64mb", "maxmemory-policy": "allkeys-lru",
        }  # fmt: skip
        arguments = [part for name, value in settings.items() for part in (f"--{name}", value)]
        subprocess.run(
            [_program("redis-server"), *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        deadline = time.monotonic() + _PATIENCE
        while not self.responds():
            if time.monotonic() > deadline:
                raise ServicesError(f"redis-server does not start: see {self.folder / 'log'}")
            time.sleep(0.02)

    def responds(self) -> bool:
        """Whether it answers a PING."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def stop(self) -> None:
        """Stop the server; one that does not run is no fault."""
        try:
            process = int(self._pid_file.read_text())
            os.kill(process, signal.SIGTERM)
        except (OSError, ValueError):
            return
        deadline = time.monotonic() + _PATIENCE
        while self.responds() and time.monotonic() < deadline:
            time.sleep(0.02)

    @property
    def _pid_file(self) -> Path:
        return self.folder / "pid"


def start(folder: Path) -> str:
    """Start both and return the lines of their addresses."""
    install()
    found = _found(folder)
    if found is not None:
        postgres, redis = found
        if postgres.responds() and redis.responds():
            return (folder / "env").read_text()
        stop(folder)  # the machine was started anew, or only a part came up
    # PostgreSQL's own user has to reach its data, which it cannot below somebody's home.
    data = Path(tempfile.mkdtemp(prefix="accord-services-"))
    data.chmod(0o755)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "data").symlink_to(data)
    postgres = Postgres(folder=data / "postgres", port=free_port())
    redis = RedisServer(folder=data / "redis", port=free_port())
    (folder / "ports").write_text(f"{postgres.port} {redis.port}\n")
    postgres.create()
    postgres.start()
    postgres.create_database("accord")
    redis.start()
    lines = f"export DATABASE_URL={postgres.url}\nexport REDIS_URL={redis.url}\n"
    (folder / "env").write_text(lines)
    return lines


def stop(folder: Path) -> None:
    """Stop what was started in the folder, and remove it."""
    found = _found(folder)
    if found is None:
        return
    postgres, redis = found
    redis.stop()
    postgres.stop()
    shutil.rmtree(postgres.folder.parent, ignore_errors=True)
    shutil.rmtree(folder)


def _found(folder: Path) -> tuple[Postgres, RedisServer] | None:
    if not (folder / "ports").is_file():
        return None
    data = (folder / "data").resolve()
    postgres, redis = (int(port) for port in (folder / "ports").read_text().split())
    return Postgres(folder=data / "postgres", port=postgres), RedisServer(folder=data / "redis", port=redis)


def main() -> int:
    """Start or stop; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("action", choices=["start", "stop", "browser", "install"])
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / ".services")
    arguments = parser.parse_args()
    try:
        if arguments.action == "start":
            print(start(arguments.folder), end="")
        elif arguments.action == "browser":
            install(BROWSER)
        elif arguments.action == "install":
            install({**PACKAGES, **BROWSER})
        else:
            stop(arguments.folder)
    except (ServicesError, OSError, subprocess.SubprocessError) as error:
        print(f"services: {error}", file=sys.stderr)
        return 5
    return 0


if __name__ == "__main__":
    sys.exit(main())
