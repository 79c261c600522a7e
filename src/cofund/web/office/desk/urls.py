"""Addresses of the desk and of what belongs to it."""

from django.urls import path

from cofund.web.office.desk import in_time, own, page, people, profile, statement, tasks

urlpatterns = [
    path("", page.page, name="desk"),
    path("tasks/", tasks.listed, name="office-tasks"),
    path("profile/", profile.page, name="office-profile"),
    path("profile/calendar/", profile.renew, name="office-calendar-renew"),
    path("partner/<slug:slug>/", own.page, name="partner-desk"),
    path("partner/<slug:slug>/statement/", statement.statement, name="office-partner-statement"),
    path("partner/<slug:slug>/statement.pdf", statement.as_pdf, name="office-partner-statement-pdf"),
    path("partner/<slug:slug>/people/", people.listed, name="office-people"),
    path("partner/<slug:slug>/people/invite/", people.invite, name="office-person-new"),
    path("partner/<slug:slug>/people/<int:key>/", people.rights, name="office-person"),
    path("partner/<slug:slug>/people/<int:key>/deactivate/", people.deactivate, name="office-person-deactivate"),
    path("partner/<slug:slug>/people/<int:key>/invite-again/", people.invite_again, name="office-person-invite-again"),
    path("partner/<slug:slug>/people/<int:key>/reactivate/", people.reactivate, name="office-person-reactivate"),
    path("<slug:scheme>/topics/<str:code>/in-time/", in_time.page, name="office-topic-in-time"),
]
