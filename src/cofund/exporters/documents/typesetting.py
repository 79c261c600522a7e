"""Sets a document: a template of this folder and the data it shows become a tagged PDF (PDF/UA-1)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import typst

FOLDER: Final = Path(__file__).parent


def pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """Set `template` (a file name of this folder) with `data`, which the template reads as `json(bytes(sys.inputs.data))`.

    The data reach the page as text, never as markup, and the template sees no file outside of this folder.

    Raises:
        typst.TypstError: the template is wrong, or the document would not be accessible.
    """
    return typst.compile(
        str(FOLDER / template),
        root=str(FOLDER),
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        ignore_system_fonts=True,
    )
