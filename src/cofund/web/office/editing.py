"""One page for every form that books no money: it keeps what was typed, says what is wrong, and does what it asks for once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.datastructures import MultiValueDict

from cofund.actions.errors import Refused
from cofund.actions.once import once
from cofund.actions.seen import mark
from cofund.web import components as c
from cofund.web.fields import SeenField
from cofund.web.office import navigation, showing, tokens
from cofund.web.vocabulary import spoken


@dataclass(frozen=True, slots=True)
class Editing:
    """What such a page says: its heading, the verb of its button, where Cancel leads, and what it says when it is done.

    `facts` stand beside the form: what the person should know of the thing that the form is about. `context` reaches `template`.
    """

    heading: str
    verb: str
    cancel_href: str
    done: str
    lede: str = ""
    scheme: str = ""
    crumbs: tuple[c.Link, ...] = ()
    facts: Sequence[c.Fact] = ()
    callouts: Sequence[c.Callout] = ()
    is_grave: bool = False
    visibility: str = "internal"
    template: str = "cofund/pages/office/edit.html"
    context: dict[str, Any] = field(default_factory=dict)


def edit(request: HttpRequest, page: Editing, form: forms.Form, act: Callable[[dict[str, Any]], str]) -> HttpResponse:
    """Show a form, or do what it asks for and lead to the page that `act` names.

    `form` is bound where the request is a POST (`request.POST if posted else None`); `act` gets its cleaned data, calls one action,
    and gives an address. A refusal shows beside the field that it names, else above the form.
    """
    refused: c.Callout | None = None
    if request.method == "POST" and form.is_valid():
        try:
            href = once(tokens.required(request), lambda: act(form.cleaned_data))
        except Refused as error:
            refused = refuse(form, error)
        else:
            messages.success(request, page.done)
            return redirect(href)
    context = navigation.context(request, page.heading, page.scheme, page.crumbs)
    context |= {"page": page, "form": form, "refused": refused, "token": tokens.kept(request), **page.context}
    return render(request, page.template, context, status=422 if refused or form.errors else 200)


def watched(form: forms.Form, shown: Mapping[str, Any]) -> forms.Form:
    """Let a form carry the mark of what it shows, so that nobody writes over what somebody else changed meanwhile.

    The action gets the mark as `seen`, and holds it against what is said then (`actions.seen.check`).
    """
    form.fields["seen"] = SeenField(initial=mark(shown))
    return form


def press(
    request: HttpRequest,
    href: str,
    act: Callable[[], object],
    done: str,
    refused_page: Callable[[c.Callout], HttpResponse],
) -> HttpResponse:
    """Do once what a button asks for, and lead to the address that `act` gives, to `href` where it gives none.

    A refusal shows on the page that `refused_page` gives. Who only reads the address of the button is led to `href`, and nothing
    is done.
    """
    if request.method != "POST":
        return redirect(href)

    def acting() -> str:
        found = act()
        return found if isinstance(found, str) else href

    try:
        leads_to = once(tokens.required(request), acting)
    except Refused as error:
        return refused_page(showing.refusal_words(error))
    messages.success(request, done)
    return redirect(leads_to)


def refuse(form: forms.Form, error: Refused) -> c.Callout | None:
    """Put a refusal beside the fields that it names; give it as a notice where it names none of the form."""
    if "seen" in error.fields and "seen" in form.fields:
        # Now the person is told what somebody else changed; what is sent next was written knowing it.
        form.data = MultiValueDict({**dict(form.data.lists()), "seen": [error.fields["seen"]]})  # type: ignore[attr-defined]
    field = error.fields.get("field", "")
    faults: dict[str, str] = error.fields.get("faults") or {field: f"{spoken(error.wrong)} {spoken(error.remedy)}"}
    for name, words in faults.items():
        if name in form.fields:
            form.add_error(name, spoken(words))
    return None if faults.keys() & form.fields.keys() else showing.refusal_words(error)
