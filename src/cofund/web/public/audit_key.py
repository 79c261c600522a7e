"""The public key by which anybody checks the audit files of this site, at an address that never changes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cofund.actions import signing_keys


@require_safe
def pem(request: HttpRequest) -> HttpResponse:
    """`/audit-key.pem`: the public key in PEM, as in every audit file."""
    return HttpResponse(signing_keys.own().public_pem, content_type="application/x-pem-file")
