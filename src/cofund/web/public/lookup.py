"""Turns what a site does not have into a calm page that says so."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from cofund.queries.schemes import SchemeNotInstalledError
from cofund.records.ledger.models import Book
from cofund.rules.schemes import UnknownCodeError

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[HttpRequest, Arguments], HttpResponseBase]


def or_not_found(view: View[Arguments]) -> View[Arguments]:
    """Answer 404 where a programme, a tranche or a book that is asked for is not there."""

    @wraps(view)
    def answering(request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (SchemeNotInstalledError, UnknownCodeError, Book.DoesNotExist) as error:
            raise Http404(str(error)) from error

    return answering
