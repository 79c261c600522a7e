"""Addresses of sheets of grants and participants."""

from django.urls import path

from cofund.web.office.sheets import acting, pages

urlpatterns = [
    path("<slug:scheme>/sheets/", pages.listed, name="office-sheets"),
    path("<slug:scheme>/sheets/new/", acting.new, name="office-sheet-new"),
    path("<slug:scheme>/sheets/<int:key>/", pages.one, name="office-sheet"),
    path("<slug:scheme>/sheets/<int:key>/file/", pages.file, name="office-sheet-file"),
    path("<slug:scheme>/sheets/<int:key>/take-over/", acting.take_over, name="office-sheet-take"),
    path("<slug:scheme>/sheets/<int:key>/discard/", acting.discard, name="office-sheet-discard"),
    path("<slug:scheme>/sheets/<int:key>/undo/", acting.undo, name="office-sheet-undo"),
    path("<slug:scheme>/projects/<slug:slug>/participants/", pages.participants, name="office-participants"),
]
