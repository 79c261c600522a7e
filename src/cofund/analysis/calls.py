"""What the code of a call or topic says: the families that it belongs to, from the programme's part down to the topic itself."""

from __future__ import annotations

import re

_NO_FAMILY = re.compile(r"20\d\d(_\d+)?|\d{1,2}|two|stage|single|ibis|bis", re.IGNORECASE)
LEVELS = 5


def families(code: str) -> list[str]:
    """The families of a topic's code, the widest first, each marked with its level; none for an empty code.

    `HORIZON-CL5-2022-D2-01-08` belongs to `HORIZON-CL5`, `HORIZON-CL5-D2` and so on whatever the year, to the call
    `HORIZON-CL5-2022-D2-01` and to itself.
    """
    parts = code.strip().upper().split("-")
    if parts == [""]:
        return []
    lasting = [part for part in parts if not _NO_FAMILY.fullmatch(part)] or parts[:1]
    names = ["-".join(lasting[:2]), "-".join(lasting[:3]), "-".join(lasting), "-".join(parts[:-1]), "-".join(parts)]
    return [f"{level} {name}" for level, name in enumerate(names)]
