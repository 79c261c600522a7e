"""Addresses of the newsletter that anybody opens; the signed word in an address is the key to what it opens."""

from django.urls import path

from cofund.web.public import newsletter, newsletter_archive, newsletter_own

urlpatterns = [
    path("newsletter/", newsletter.sign_up, name="newsletter"),
    path("newsletter/archive/", newsletter_archive.listed, name="newsletter-archive"),
    path("newsletter/archive/<int:key>/", newsletter_archive.one, name="newsletter-issue"),
    path("newsletter/sent/", newsletter.sent, name="newsletter-sent"),
    path("newsletter/left/", newsletter_own.left, name="newsletter-left"),
    path("newsletter/follow/<slug:scheme>/<str:code>/", newsletter.follow, name="newsletter-follow"),
    path("newsletter/confirm/<str:token>/", newsletter.confirm, name="newsletter-confirm"),
    path("newsletter/preferences/<str:token>/", newsletter_own.preferences, name="newsletter-preferences"),
    path("newsletter/preferences/<str:token>/kept.json", newsletter_own.kept, name="newsletter-kept"),
    path("newsletter/preferences/<str:token>/erase/", newsletter_own.erase, name="newsletter-erase"),
    path("newsletter/leave/<str:token>/", newsletter_own.leave, name="newsletter-leave"),
    path("alerts/stop/<str:token>/", newsletter_own.stop_alerts, name="alerts-stop"),
]
