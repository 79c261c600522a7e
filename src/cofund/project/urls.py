"""Every address of the site, and the pages that stand where an address or a request fails."""

from django.urls import include, path, re_path

from cofund.web.unreadable import nowhere

urlpatterns = [
    path("", include("cofund.api.urls")),
    # Before every page: none of them is asked for what no database takes.
    re_path(r"\x00", nowhere, name="nowhere"),
    path("", include("cofund.web.urls")),
]

handler400 = "cofund.web.public.errors.bad_request"
handler403 = "cofund.web.public.errors.forbidden"
handler404 = "cofund.web.public.errors.not_found"
handler500 = "cofund.web.public.errors.server_error"
