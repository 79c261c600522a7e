"""The search over everything that is public."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from cofund.actions import search_index
from cofund.api.asking import Paged, Text, cut, part
from cofund.api.shapes import finding as shapes
from cofund.api.shapes.finding import SearchPage
from cofund.queries.search import finding
from cofund.queries.search.finding import Question

router = Router(tags=["Search"])


@router.get("/search", response=SearchPage, summary="Search everything that is public")
def search(
    request: HttpRequest,
    paging: Paged,
    words: Text = "",
    kind: Text = "",
    programme: Text = "",
    country: Text = "",
    year: Text = "",
    partner_kind: Text = "",
) -> object:
    """What has the words, in the order of the page of the search; the others narrow it down, and `facets` tells by what."""
    is_complete = search_index.bring_nearly_in_step()
    chosen = {"kind": kind, "scheme": programme, "country": country, "year": year, "partner_kind": partner_kind}
    answer = finding.find(Question(words, chosen), cut(paging))
    found = part(request, answer.entries, answer.count, paging)
    facets = {"programme" if name == "scheme" else name: dict(counts) for name, counts in answer.facets.items()}
    items = [shapes.found(row) for row in found.rows]
    return SearchPage(items=items, **found.fields(), facets=facets, is_cut=answer.asked.is_cut, is_complete=is_complete)
