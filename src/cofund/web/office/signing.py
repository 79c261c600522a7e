"""Signing in and out: one answer for every wrong pair, and only so many attempts a minute."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from cofund.queries import demonstration

MOST_ATTEMPTS: Final = 10
WINDOW_SECONDS: Final = 60


class SignInForm(AuthenticationForm):
    """Name and password; what is wrong of the two is not told."""

    error_messages = {
        "invalid_login": "This name and password do not belong together. Both are written exactly, capitals included.",
        "inactive": "This name and password do not belong together. Both are written exactly, capitals included.",
    }

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"].label = "User name"
        self.fields["username"].widget = forms.TextInput(
            {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        )


class SignIn(LoginView):
    """`/sign-in/`: leads on to where the person wanted to go, else to the desk."""

    template_name = "cofund/pages/office/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
    next_page = "desk"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show the log-ins of the demonstration on the site of a demonstration, and nowhere else."""
        return super().get_context_data(**kwargs) | {
            "log_ins": demonstration.log_ins() if demonstration.is_loaded() else ()
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign in, unless this name was tried too often from this address within the minute."""
        key = _attempts_key(request)
        cache.add(key, 0, WINDOW_SECONDS)
        if cache.incr(key) > MOST_ATTEMPTS:
            context = self.get_context_data(form=self.get_form_class()(), too_many=True)
            return self.render_to_response(context, status=429)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Forget the attempts of somebody who got in."""
        cache.set(_attempts_key(self.request), 0, WINDOW_SECONDS)
        return super().form_valid(form)


class SignOut(LogoutView):
    """`/sign-out/`, by POST only: ends the session."""

    next_page = "sign-in"


def _attempts_key(request: HttpRequest) -> str:
    """The counter of one name from one address; hashed, so that no cache holds names."""
    name = request.POST.get("username", "").casefold()
    spoken = f"{name} {request.META.get('REMOTE_ADDR', '')}"
    return f"sign-in-{hashlib.sha256(spoken.encode()).hexdigest()}"
