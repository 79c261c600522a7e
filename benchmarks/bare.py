"""The site's addresses and, beside them, a bare Django page: a view that renders a plain template and asks nothing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.urls import path

from cofund.project import urls

PLAIN = Template("""<!doctype html><title>{{ title }}</title><h1>{{ title }}</h1>
<ul>{% for number in numbers %}<li>{{ number }}</li>{% endfor %}</ul>""")


def bare(request: HttpRequest) -> HttpResponse:
    """A page with fifty lines and no query."""
    return HttpResponse(PLAIN.render(Context({"title": "Bare", "numbers": range(50)})))


urlpatterns = [path("bare/", bare), *urls.urlpatterns]
