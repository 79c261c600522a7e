"""Hands out a file that somebody put in: to be kept, never opened inside a page of this site."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase

from cofund.records.programme.models import Paper

TYPES: Final = {".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


def file_of(paper: Paper) -> HttpResponseBase:
    """Answer with the file of a paper that the reader may see. Raises Http404 where it has none."""
    return kept(paper.file, paper.file_name)


def kept(file: str, name: str) -> HttpResponseBase:
    """Answer with a kept file under the name that it came with. Raises Http404 where there is none."""
    path = Path(settings.MEDIA_ROOT) / file
    if not file or not path.is_file():
        raise Http404
    kind = TYPES.get(path.suffix, "application/octet-stream")
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=kind)
    # Whatever the site sets for all pages: a browser takes the type from here and not from the content.
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
