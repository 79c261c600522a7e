"""Addresses of groups, meetings and decisions within the office."""

from django.urls import path

from cofund.web.office.governance import acting, cancelling, decisions, groups, items, meetings, seats

urlpatterns = [
    path("governance/meetings/", meetings.listed, name="office-meetings"),
    path("governance/meetings/<int:meeting>/", meetings.page, name="office-meeting"),
    path("governance/meetings/<int:meeting>/edit/", meetings.change, name="office-meeting-edit"),
    path("governance/meetings/<int:meeting>/attendance/", meetings.attendance, name="office-meeting-attendance"),
    path("governance/meetings/<int:meeting>/new-point/", items.new, name="office-item-new"),
    path("governance/meetings/<int:meeting>/cancel/", cancelling.cancel, name="office-meeting-cancel"),
    path("governance/meetings/<int:meeting>/<slug:act>/", meetings.move, name="office-meeting-act"),
    path("governance/points/<int:item>/", items.page, name="office-item"),
    path("governance/points/<int:item>/letters/<int:letter>.pdf", items.letter, name="office-item-letter"),
    path("governance/points/<int:item>/letters/<int:letter>/signed/", items.signed, name="office-item-signed"),
    path("governance/points/<int:item>/edit/", items.change, name="office-item-edit"),
    path("governance/points/<int:item>/paper/", items.paper, name="office-paper-new"),
    path("governance/points/<int:item>/conflict/", acting.conflict, name="office-conflict"),
    path("governance/points/<int:item>/vote/", acting.vote, name="office-vote"),
    path("governance/points/<int:item>/votes/", acting.votes, name="office-votes"),
    path("governance/points/<int:item>/decide/", acting.decide, name="office-decide"),
    path("governance/points/<int:item>/conclude/", acting.conclude, name="office-conclude"),
    path("governance/points/<int:item>/defer/", acting.defer, name="office-defer"),
    path("governance/conflicts/<int:conflict>/lift/", acting.lift, name="office-conflict-lift"),
    path("governance/papers/<int:paper>/", items.download, name="office-paper"),
    path("governance/decisions/", decisions.listed, name="office-decisions"),
    path("governance/decisions/<int:decision>/", decisions.page, name="office-decision"),
    path("governance/decisions/<int:decision>/publish/", decisions.publish, name="office-decision-publish"),
    path("governance/groups/", groups.listed, name="office-groups"),
    path("governance/groups/new/", groups.new, name="office-group-new"),
    path("governance/groups/<slug:scheme>/<slug:slug>/", groups.page, name="office-group"),
    path("governance/groups/<slug:scheme>/<slug:slug>/edit/", groups.change, name="office-group-edit"),
    path("governance/groups/<slug:scheme>/<slug:slug>/new-meeting/", meetings.new, name="office-meeting-new"),
    path("governance/groups/<slug:scheme>/<slug:slug>/new-seat/", seats.new, name="office-seat-new"),
    path("governance/seats/<int:seat>/edit/", seats.change, name="office-seat-edit"),
    path("governance/seats/<int:seat>/end/", seats.end, name="office-seat-end"),
]
