"""Names of organisations while somebody types one: an extra to the form field, which finds them without it as well."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import naming
from cofund.web.office.access import opened_by


@opened_by("read partners")
def organisations(request: HttpRequest) -> HttpResponse:
    """`/office/organisations/?name=organisation&organisation=…`: options of a list; `name` is the field that is typed in."""
    typed = request.GET.get(request.GET.get("name", ""), "")[:300]
    return render(request, "cofund/components/suggestions.html", {"organisations": naming.suggested(typed)})
