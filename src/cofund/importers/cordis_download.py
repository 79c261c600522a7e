"""The CSV download of a framework programme, fetched from CORDIS.

It is written beside its final name and renamed when it is whole, so a download that broke off never looks like one that
did not. The next try goes on where the last one stopped, if the server still has the same file.
"""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import IO

PROGRAMMES = ("HORIZON", "H2020")
_CHUNK = 1 << 18  # bytes
_TIMEOUT = 60  # seconds without a byte

Progress = Callable[[int, int], None]


class DownloadError(Exception):
    """The file could not be fetched. The message says why, and what to do."""


def download(programme: str, address: str, folder: Path, progress: Progress = lambda done, total: None) -> Path:
    """Fetch the CSV download of a programme into a folder, and give the path of the whole file.

    `address` is where the downloads lie, without the file's own name. `progress` is told of bytes fetched and of all
    there are (0 where the server does not say).

    Raises: DownloadError.
    """
    name = f"cordis-{programme}projects-csv.zip"
    url = f"{address.rstrip('/')}/{name}"
    if not url.startswith(("https://", "http://")):
        raise DownloadError(f"{url} is no web address. COFUND_CORDIS_URL should begin with https://.")
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{name}.part"
    try:
        _fetch(url, partial, progress)
    except urllib.error.HTTPError as error:
        error.close()
        raise DownloadError(_refused(url, error)) from error
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise DownloadError(f"{url} could not be fetched whole: {reason}. Try again: it goes on from there.") from error
    _refuse_what_is_no_zip(url, partial)
    return partial.replace(folder / name)


def _fetch(url: str, partial: Path, progress: Progress) -> None:
    """Write what the server sends to the partial file, from where it ends.

    The mark of the version that was begun stands beside it; without one, or when the server has another, all is sent.
    """
    mark = partial.with_suffix(".mark")
    begun = partial.stat().st_size if partial.exists() and mark.exists() else 0
    # The address is ours or the operator's, and `download` has let only web addresses pass.
    request = urllib.request.Request(url, headers={"User-Agent": "cofund"})  # noqa: S310
    if begun:
        request.add_header("Range", f"bytes={begun}-")
        request.add_header("If-Range", mark.read_text())
    with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310
        if answer.status != http.client.PARTIAL_CONTENT:
            begun = 0
        version = answer.headers.get("ETag") or answer.headers.get("Last-Modified") or ""
        mark.unlink(missing_ok=True)
        if version and not version.startswith("W/"):
            mark.write_text(version)
        total = begun + int(answer.headers.get("Content-Length") or 0)
        with partial.open("ab" if begun else "wb") as file:
            done = _copy(answer, file, begun, total, progress)
    if done < total:
        raise http.client.IncompleteRead(b"", total - done)
    mark.unlink(missing_ok=True)


def _copy(answer: http.client.HTTPResponse, file: IO[bytes], done: int, total: int, progress: Progress) -> int:
    """Write what the server sends; give how many bytes the file has then."""
    progress(done, total)
    while chunk := answer.read(_CHUNK):
        file.write(chunk)
        done += len(chunk)
        progress(done, total)
    return done


def _refuse_what_is_no_zip(url: str, partial: Path) -> None:
    """A server that is being repaired likes to send a page instead of the file.

    Raises: DownloadError.
    """
    with partial.open("rb") as file:
        start = file.read(4)
    if start != b"PK\x03\x04":
        partial.unlink()
        raise DownloadError(
            f"{url} sent something that is no zip file. Open the address in a browser to see what it says."
        )


def _refused(url: str, error: urllib.error.HTTPError) -> str:
    """What a status of the server means for the person who asked."""
    if error.code == http.client.NOT_FOUND:
        return f"{url} does not exist (404). CORDIS may have moved it: set COFUND_CORDIS_URL to its place now."
    if error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
        return f"{url} has changed since the download began (416). Remove the .part file and try again."
    return f"{url} was refused by the server: {error.code} {error.reason}. Try again later."
