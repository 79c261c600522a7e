"""Addresses about what is published; all of them ask for a sign-in."""

from django.urls import path

from cofund.web.office.publishing import previews, published, records

urlpatterns = [
    path("publication/preview/<slug:reader>/", previews.page, name="office-preview"),
    path("publication/programmes/<slug:scheme>/", published.page, name="office-published"),
    path("publication/programmes/<slug:scheme>/record/", published.record, name="office-published-record"),
    path("publication/<slug:kind>/<path:key>/lift/<slug:field>/", records.lift, name="office-exception-lift"),
    path("publication/<slug:kind>/<path:key>/", records.page, name="office-who-sees"),
]
