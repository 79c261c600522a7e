"""Keys of the API: the list, a new one, which is shown once, and the end of one."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cofund.actions import api_keys as actions
from cofund.actions.api_keys import NewKey
from cofund.queries import access, api_keys
from cofund.records.directory.models import ApiKey, PartnerRight, User
from cofund.rules import roles, scopes
from cofund.web import components as c
from cofund.web.lists import page_of
from cofund.web.office import navigation
from cofund.web.office.access import actor_of, opened_by
from cofund.web.office.editing import Editing, edit
from cofund.web.routes import reverse

TONES: Final = {"open": c.Tone.GOOD, "expired": c.Tone.CLOSED, "revoked": c.Tone.CLOSED}
WORDS: Final = {"open": "Opens something", "expired": "Expired", "revoked": "Revoked"}
COOKIE: Final = "new-key"
SALT: Final = "cofund.key"
_COOKIE_OF_KEYS: Final[dict[str, Any]] = {"path": "/office/keys/", "httponly": True, "samesite": "Strict"}
NO_RIGHT: Final = c.Callout(
    "You may not make a key yet",
    "A key reads your organisation's desk. A colleague who may grant rights, or the office, can give you the right to read.",
)


class KeyForm(forms.Form):
    """What a key is for, what it may do, and until when."""

    name = forms.CharField(label="What it is for", max_length=100, help_text="For example the name of the program.")
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        widget=forms.CheckboxSelectMultiple,
        help_text="It never does more than you may do yourself, and ends with your log-in.",
    )
    expires_on = forms.DateField(
        label="Last day",
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text="After it the key opens nothing. Empty: until you revoke it.",
    )

    def __init__(self, *args: Any, role: str, **kwargs: Any) -> None:
        """Offer what somebody of this role may put into a key."""
        super().__init__(*args, **kwargs)
        field = self.fields["scopes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(scope.name, f"{scope.words} ({scope.name})") for scope in scopes.open_to(role)]


class RevokeForm(forms.Form):
    """A form that only asks whether to go on."""


@opened_by("make key")
def listed(request: HttpRequest) -> HttpResponse:
    """`/office/keys/`: one's own keys; with the right to end others' keys those of everybody."""
    user = _person(request)
    context = navigation.context(request, "Keys for programs") | {
        "table": _table(request, user),
        "no_right": None if _may_make(user) else NO_RIGHT,
        "may_make": _may_make(user),
    }
    return render(request, "cofund/pages/office/keys.html", context)


@opened_by("make key")
def new(request: HttpRequest) -> HttpResponse:
    """`/office/keys/new/`: a new key. It is shown by the answer to the form, and never again."""
    user = _person(request)
    if not _may_make(user):
        raise Http404
    form = KeyForm(request.POST if request.method == "POST" else None, role=user.role)
    page = Editing(
        heading="Make a key",
        verb="Make the key",
        cancel_href=reverse("office-keys"),
        done="The key is made.",
        lede="A program that has the key reads and writes in your name.",
        crumbs=(c.Link("Keys for programs", reverse("office-keys")),),
    )
    made: list[tuple[ApiKey, str]] = []

    def act(data: dict[str, Any]) -> str:
        wanted = NewKey(data["name"], tuple(data["scopes"]), data["expires_on"])
        made.append(actions.make(actor_of(request), user, wanted))
        return reverse("office-key-made", args=[made[0][0].pk])

    response = edit(request, page, form, act)
    if made:
        # It travels to the browser that asked and to nowhere else, and goes with the page that shows it.
        response.set_signed_cookie(COOKIE, made[0][1], SALT, max_age=600, **_COOKIE_OF_KEYS, secure=settings.BEHIND_TLS)
    return response


@opened_by("make key")
def shown(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/keys/<key>/made/`: a new key, this once; asked for again it leads to the list."""
    secret = request.get_signed_cookie(COOKIE, "", SALT, max_age=600) or ""
    row = ApiKey.objects.filter(pk=key, owner=_person(request), digest=api_keys.digest_of(secret)).first()
    if row is None:
        return redirect("office-keys")
    crumbs = (c.Link("Keys for programs", reverse("office-keys")),)
    context = navigation.context(request, f"Your key {row.prefix}", crumbs=crumbs) | {"row": row, "secret": secret}
    response = render(request, "cofund/pages/office/key_made.html", context)
    response.delete_cookie(COOKIE, path=_COOKIE_OF_KEYS["path"], samesite="Strict")
    return response


@opened_by("revoke key", "revoke another's key")
def revoke(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/keys/<key>/revoke/`: the end of a key, at once. One that this person may not see answers as if it were not there."""
    row = api_keys.visible(_person(request)).filter(pk=key).first()
    if row is None:
        raise Http404
    found = row

    def act(_: dict[str, Any]) -> str:
        actions.revoke(actor_of(request), found)
        return reverse("office-keys")

    page = Editing(
        heading=f"Revoke the key {row.prefix}",
        verb="Revoke",
        cancel_href=reverse("office-keys"),
        done="The key opens nothing any more.",
        lede="Programs that hold it are refused from now on. This cannot be undone.",
        crumbs=(c.Link("Keys for programs", reverse("office-keys")),),
        facts=(
            c.Fact("What it is for", row.name),
            c.Fact("Made by", str(row.owner)),
            c.Fact("May do", _scopes(row)),
            c.Fact("Used last", row.last_used_on or "never"),
        ),
        is_grave=True,
    )
    return edit(request, page, RevokeForm(request.POST if request.method == "POST" else None), act)


def _person(request: HttpRequest) -> User:
    """Who is signed in; the page asks for that."""
    assert isinstance(request.user, User)
    return request.user


def _may_make(user: User) -> bool:
    """Whether this person's keys can open anything: a partner's only with the right to read."""
    return access.role_of(user) != roles.PARTNER or bool(access.organisations_with(user, PartnerRight.Right.READ))


def _scopes(row: ApiKey) -> str:
    """What a key may do, in its names."""
    return ", ".join(row.scopes)


def _table(request: HttpRequest, user: User) -> c.Table:
    """A page of the keys."""
    rows = api_keys.visible(user)
    address = c.Address.of(request.path, request.GET.items())
    count = rows.count()
    part, pages = page_of(address, count)
    return c.Table(
        "keys",
        "Keys",
        tuple(c.Column(name) for name in ("What it is for", "Made by", "May do", "State", "Last day", "Used last")),
        tuple(_row(row) for row in rows[part]),
        noun=("key", "keys"),
        total_count=count,
        empty=c.EmptyState("There is no key yet.", "What is public needs none."),
        pages=pages,
    )


def _row(row: ApiKey) -> c.Row:
    """A key; by its name one gets to its end while it opens something."""
    state = api_keys.state(row)
    href = reverse("office-key-revoke", args=[row.pk]) if state == "open" else ""
    return c.Row.of(
        c.Cell(row.name, href=href, note=row.prefix),
        c.Cell(str(row.owner), note=str(row.organisation or "")),
        _scopes(row),
        c.Status(WORDS[state], TONES[state]),
        row.expires_on or "until revoked",
        row.last_used_on or "never",
        kind="" if state == "open" else "muted",
    )
