"""What the public forms about ideas and consultations ask."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as lazy

from cofund.web.office.topics.forms import CommentForm, IdeaForm


class PublicIdeaForm(IdeaForm):
    """An idea of somebody who is not signed in: also who it is, and how to be told."""

    proposer_name = forms.CharField(
        label=lazy("Your name"), max_length=200, widget=forms.TextInput({"autocomplete": "name"})
    )
    proposer_email = forms.EmailField(
        label=lazy("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=lazy(
            "We send a link there that you confirm. Only the programme office sees it, to tell you what becomes of the idea."
        ),
    )
    field_order = ("scheme", "title", "challenge", "partners", "proposer_name", "proposer_email")


class PublicCommentForm(CommentForm):
    """A comment in a public consultation."""

    author_name = forms.CharField(
        label=lazy("Your name"),
        max_length=200,
        help_text=lazy("It stands with the comment."),
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=lazy("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=lazy("We send one message there, with a link that you confirm. It is not shown."),
    )

    def __init__(self, *args: Any, is_known: bool, **kwargs: Any) -> None:
        """Ask whoever is signed in for no address: the site knows it."""
        super().__init__(*args, **kwargs)
        if is_known:
            del self.fields["email"]
