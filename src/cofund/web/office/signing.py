"""Signing in and out: one answer for every wrong pair, and only so many attempts a minute."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as lazy

from cofund.actions import sign_ins
from cofund.queries import demonstration
from cofund.web.languages import is_french
from cofund.web.visitors import origin_of


class SignInForm(AuthenticationForm):
    """Name and password; what is wrong of the two is not told."""

    errors_title = lazy("You are not signed in")
    error_messages = {
        "invalid_login": lazy(
            "This name and password do not belong together. Both are written exactly, capitals included."
        ),
        "inactive": lazy("This name and password do not belong together. Both are written exactly, capitals included."),
    }

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"].label = gettext("User name")
        # Once something is wrong, its summary takes the focus.
        begins = request is None or request.method == "GET"
        self.fields["username"].widget = forms.TextInput(
            {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": begins}
        )


class SignIn(LoginView):
    """`/sign-in/`: leads on to where the person wanted to go, else to the desk."""

    template_name = "cofund/pages/office/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
    next_page = "desk"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show the log-ins of the demonstration on its own site and nowhere else, and in French in which language one goes on."""
        return super().get_context_data(**kwargs) | {
            "log_ins": demonstration.log_ins() if demonstration.is_loaded() else (),
            "is_french": is_french(),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign in, unless this name was tried too often from this address within the minute."""
        if not sign_ins.attempt(*_who(request)):
            context = self.get_context_data(form=self.get_form_class()(request), too_many=True)
            return self.render_to_response(context, status=429)
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Show the form again as one that is refused, as every other form of the site answers."""
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Forget the attempts of somebody who got in."""
        sign_ins.forget(*_who(self.request))
        return super().form_valid(form)


class SignOut(LogoutView):
    """`/sign-out/`, by POST only: ends the session."""

    next_page = "sign-in"


def _who(request: HttpRequest) -> tuple[str, str]:
    """The name that is tried, and the network address that it is tried from."""
    return request.POST.get("username", ""), origin_of(request)
