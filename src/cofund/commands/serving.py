"""`cofund serve`: the site in a process for each core, on an address that it prints."""

from __future__ import annotations

import gc
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from gunicorn.app.base import BaseApplication

from cofund.actions.request_counts import COUNTER
from cofund.commands.attending import Attendant
from cofund.commands.preparing import print_log_ins
from cofund.queries import demonstration

# A page is made of Python, which one process runs on one core however many threads it has; threads serve slow readers, and more
# of them only hand the processor to and fro (`python -m benchmarks.pages --threads 8` shows it).
WORKERS = min(4, os.cpu_count() or 1)
THREADS = 4
# An ordinary page makes some thousands of objects, and Python's own 700 had it searched several times over.
OBJECTS_BEFORE_A_SEARCH = 5_000
# A connection is not kept: whoever asks again is answered by the process that is free. Kept ones stay with the process that took
# them, and often one took all of them: ten readers of a page then waited twice as long (`python -m benchmarks.pages`).
HOW: dict[str, Any] = {"worker_class": "gthread", "keepalive": 0, "loglevel": "warning"}
_LOCAL = ("127.0.0.1", "localhost", "::1")


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn carries no types
    """Gunicorn with options given in the program."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Take over the options; no file and no variable is read."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        """Give the site."""
        return get_wsgi_application()


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@click.option(
    "--workers",
    default=WORKERS,
    show_default="one for each core, at most 4",
    type=click.IntRange(1),
    help="Processes.",
)
@click.option("--threads", default=THREADS, show_default=True, type=click.IntRange(1), help="Threads in each process.")
@click.option("--pages-only", is_flag=True, help="Send no e-mail that waits and tell no webhook: other processes do.")
def serve(host: str, port: int, workers: int, threads: int, pages_only: bool) -> None:
    """Serve the site until Ctrl-C; every ten seconds what is due is sent: e-mails, issues of the newsletter, webhooks.

    \b
    Examples:
      cofund serve
      cofund serve --host 0.0.0.0 --port 8080
      cofund serve --pages-only
    """
    _refuse_old_database()
    _refuse_taken(host, port)
    Path(settings.COFUND_HOME, "static").mkdir(parents=True, exist_ok=True)
    shown = f"[{host}]" if ":" in host else host
    if not settings.COFUND_SITE_URL_IS_STATED:
        # Links in e-mails lead to the site that sends them.
        settings.COFUND_SITE_URL = f"http://{shown if host in _LOCAL else '127.0.0.1'}:{port}"
    click.echo(f"{settings.SITE_TITLE} is on http://{shown}:{port}/ (Ctrl-C ends it)")
    print_log_ins()
    if settings.EMAIL_BACKEND.endswith(".filebased.EmailBackend"):
        click.echo(f"E-mails are not sent, but written into {settings.EMAIL_FILE_PATH}.")
    if host not in _LOCAL:
        click.echo("It answers only to the host names in COFUND_HOSTS: " + ", ".join(settings.ALLOWED_HOSTS))
        if demonstration.log_ins():
            click.echo("Everyone who reaches this address can use the demonstration's log-ins.", err=True)
    # Made before the processes are, so that all of them count together.
    COUNTER.forget()
    # The processes open connections of their own.
    connections.close_all()
    options = {
        **HOW,
        "bind": f"{shown}:{port}",
        "workers": workers,
        "threads": threads,
        "proc_name": "cofund",
        **_beside(attends=not pages_only),
    }
    Server(options).run()


def spare_what_stays() -> None:
    """Take what was loaded at the start out of every later search for garbage.

    These are two hundred thousand objects that stay as long as the process. To go through them took 0.14 s, once in some four
    hundred pages, in which no thread of the process answered. What pages leave behind is searched as before, in larger portions.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BEFORE_A_SEARCH)


def _beside(*, attends: bool) -> dict[str, Callable[..., None]]:
    """What begins and ends with each process of the site; where it attends, also the thread that does what is due."""
    running: list[Attendant] = []

    def begin(worker: Any) -> None:
        spare_what_stays()
        if attends:
            running.append(Attendant())
            running[-1].start()

    def end(server: Any, worker: Any) -> None:
        for one in running:
            one.end()

    return {"post_worker_init": begin, "worker_exit": end}


def _refuse_old_database() -> None:
    """Refuse a database whose tables are not those of this version. Raises: click.ClickException."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise click.ClickException("The database is not prepared for this version. Run `cofund setup`.")


def _refuse_taken(host: str, port: int) -> None:
    """Refuse an address that cannot be listened on. Raises: click.ClickException."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[
            0
        ]
        with socket.socket(family, kind) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as error:
        reason = error.strerror or str(error)
        raise click.ClickException(
            f"{host}:{port} cannot be listened on: {reason}. Choose another port, "
            f"e.g. `cofund serve --port {port % 65535 + 1}` or `make run PORT={port % 65535 + 1}`."
        ) from error
