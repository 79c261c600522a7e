"""The pages that say calmly that something did not work, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_noop as marked

from cofund.web.languages import gettext as _
from cofund.web.office import navigation
from cofund.web.public.sheets import UnknownFormatError


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """One error in words: what happened, and what the reader can do."""

    code: int
    heading: str
    what: str
    todo: tuple[str, ...]


BAD_REQUEST = ErrorPage(
    400,
    marked("This request cannot be read"),
    marked("Something in the address or in what was sent is not as this page expects it. Nothing was changed."),
    (
        marked("Check the address, if you typed or shortened it."),
        marked("Go back, load the page again and repeat your step."),
    ),
)
FORBIDDEN = ErrorPage(
    403,
    marked("This page is not open to you"),
    marked("You may be signed out, or your role does not include this page. Nothing was changed."),
    (
        marked("Sign in, if you have an account."),
        marked("Ask the programme office, if you think that your role should include this page."),
    ),
)
NOT_YOURS = ErrorPage(
    403,
    marked("This page is not open to you"),
    marked("Your role does not include this page. Nothing was changed."),
    (
        marked("Go back to where you came from, or to your desk in the bar above."),
        marked("Ask the programme office, if you think that your role should include this page."),
    ),
)
STALE_FORM = ErrorPage(
    403,
    marked("This form was open for too long"),
    marked("The form could not be matched with your session, so nothing was recorded."),
    (
        marked("Go back, load the page again and send the form once more."),
        marked("Allow cookies of this site: the form needs one to be safe."),
    ),
)
NOT_FOUND = ErrorPage(
    404,
    marked("There is no page at this address"),
    marked(
        "The address may be mistyped, or what it pointed to has never been here: addresses of this site do not expire."
    ),
    (
        marked("Check the address for a missing or a doubled letter."),
        marked("Start from the list of programmes and follow the links."),
    ),
)
TOO_MANY = ErrorPage(
    429,
    marked("Too many documents at once"),
    marked(
        "A document of a past day is computed anew, and too many of them were asked for. Nothing is wrong with your request."
    ),
    (marked("Try again in a minute."), marked("Take the document of today, which is ready.")),
)
SERVER_ERROR = ErrorPage(
    500,
    marked("This did not work, and it is our fault"),
    marked(
        "An error inside the site stopped your request. What belongs together is recorded together or not at all, "
        "so nothing is half done."
    ),
    (
        marked("Look at the page of what you were working on: it shows what is recorded."),
        marked("Try once more in a minute. If it fails again, tell the office the time and the address of this page."),
    ),
)


def render(page: ErrorPage, request: HttpRequest | None = None) -> HttpResponse:
    """The page of an error, for whoever is signed in where a request is given.

    Without one it asks no database and no session, because these may be what failed. It never depends on the address: what is
    absent and what somebody may not know of look alike.
    """
    user = getattr(request, "user", None)
    context = {
        "site_title": settings.SITE_TITLE,
        "code": page.code,
        "heading": _(page.heading),
        "what": _(page.what),
        "todo": [_(one) for one in page.todo],
        "reader": user,
        "office_bar": navigation.bar_of(user) if user is not None else "",
    }
    return HttpResponse(render_to_string("cofund/error.html", context), status=page.code)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; in one plain line where a file was asked for that there is not."""
    if isinstance(exception, UnknownFormatError):
        return HttpResponse(f"{exception}\n", status=400, content_type="text/plain; charset=utf-8")
    return render(BAD_REQUEST, request)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403; who is signed in is not asked to sign in."""
    user = getattr(request, "user", None)
    return render(NOT_YOURS if user is not None and user.is_authenticated else FORBIDDEN, request)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return render(NOT_FOUND, request)


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    return render(SERVER_ERROR)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 where the token of a form does not fit."""
    return render(STALE_FORM)
