"""What Python's zip reader raises of a file that is damaged, encrypted, or packed in a way that it does not know."""

from __future__ import annotations

import zipfile
import zlib
from typing import Final

# `RuntimeError` is an encrypted member, `NotImplementedError` a compression that is not known; both come with the first read.
DAMAGED: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
