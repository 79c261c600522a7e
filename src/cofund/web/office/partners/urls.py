"""Addresses of the office's pages about organisations."""

from django.urls import path

from cofund.web.office.partners import editing, listing, merging, relating, showing

urlpatterns = [
    path("partners/", listing.listed, name="office-partners"),
    path("partners/new/", editing.new, name="office-partner-new"),
    path("partners/merges/<int:key>/undo/", merging.undo, name="office-merge-undo"),
    path("partners/relations/<int:key>/end/", relating.end_relation, name="office-relation-end"),
    path("partners/contacts/<int:key>/", relating.edit_contact, name="office-contact-edit"),
    path("partners/contacts/<int:key>/left/", relating.leave, name="office-contact-left"),
    path("partners/interests/<int:key>/end/", relating.end_interest, name="office-interest-end"),
    path("partners/<slug:slug>/", showing.page, name="office-partner"),
    path("partners/<slug:slug>/edit/", editing.edit, name="office-partner-edit"),
    path("partners/<slug:slug>/name/", editing.name_also, name="office-partner-name"),
    path("partners/<slug:slug>/ror/<slug:code>/", editing.take_ror, name="office-partner-ror"),
    path("partners/<slug:slug>/past/<int:pic>/", editing.link_past, name="office-partner-past"),
    path("partners/<slug:slug>/past/<int:pic>/unlink/", editing.unlink_past, name="office-partner-unlink"),
    path("partners/<slug:slug>/plan/", relating.plan, name="office-partner-plan"),
    path("partners/<slug:slug>/exchange/", relating.log, name="office-partner-exchange"),
    path("partners/<slug:slug>/relation/", relating.relate, name="office-partner-relation"),
    path("partners/<slug:slug>/contact/", relating.add_contact, name="office-partner-contact"),
    path("partners/<slug:slug>/interest/", relating.add_interest, name="office-partner-interest"),
    path("partners/<slug:slug>/merge/", merging.choose, name="office-partner-merge-choose"),
    path("partners/<slug:slug>/merge/<slug:other>/", merging.merge, name="office-partner-merge"),
]
