"""The pages that show figures of the books, and those that prove them, by who looks at them; see `tests/pages.py`.

Those that anybody reads are all public pages with figures of the books: `tests/web/test_proof_walk.py` follows each figure of them.
"""

from __future__ import annotations

PROOF: dict[str, list[str]] = {
    "": [
        "/",
        "/topics/",
        "/programmes/",
        "/partners/?programme=ihi",
        "/partners/foundation-f/",
        "/partners/foundation-f/credit/",
        "/contributions/{contribution}/",
        "/programmes/ihi/",
        "/programmes/ihi/movements/a/",
        "/programmes/ihi/projects/",
        "/programmes/ihi/projects/x/",
        "/programmes/ihi/topics/",
        "/programmes/ihi/topics/T-X/",
        "/programmes/ihi/topics/T-X/chain/",
        "/programmes/ihi/calls/",
        "/programmes/ihi/calls/PROVED/",
        "/programmes/ihi/trajectory/",
        "/programmes/ihi/contributions/",
        "/programmes/ihi/success/",
        "/programmes/ihi/open-data/",
        "/programmes/ihi/decisions/IHI-GB-DEC-2023-21/",
        *(f"/programmes/ihi/documents/{key}/" for key in ("annual-report", "states", "article-116e")),
    ],
    "ada": [
        "/office/proof/",
        "/office/proof/?programme=ihi&figure=ceiling",
        "/office/proof/?figure=unmatched",
        "/office/proof/{contribution}/",
        "/office/trail/",
        "/office/trail/?about=ihi/contribution/{contribution}",
        "/office/trail/?person=nobody",
        "/office/ihi/projects/x/",
        "/office/contributions/{contribution}/",
    ],
}
