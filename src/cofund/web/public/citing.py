"""How to cite a public page: its title, the address that shows the same figures again, and files for reference managers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cofund.queries import (
    calls,
    chains,
    clock,
    contributions,
    decisions,
    dossiers,
    ideas,
    identity,
    public_partners,
    publication,
    schemes,
)
from cofund.queries.documents import catalogue
from cofund.queries.schemes import SchemeNotInstalledError
from cofund.queries.stories import lists
from cofund.web import languages
from cofund.web.formatting import day
from cofund.web.public.moments import Moment, asked
from cofund.web.routes import reverse

# Pages that answer to `as_of` and `known_on`: their address can say of which day, and by what was known when.
IN_TIME: Final = frozenset(
    {
        *("programme", "projects", "project", "partners", "partner", "contribution", "contributions", "topic"),
        *("movements", "success", "document", "documents", "open-data", "partner-credit"),
        *("public-decisions", "public-decision", "calls", "call"),
    }
)
_OF_PROGRAMME: Final = {
    "programme": gettext_lazy("envelope"),
    "projects": gettext_lazy("projects"),
    "topics": gettext_lazy("topics"),
    "calls": gettext_lazy("calls"),
    "contributions": gettext_lazy("contributions"),
    "public-decisions": gettext_lazy("decisions"),
    "public-groups": gettext_lazy("groups"),
    "trajectory": gettext_lazy("way to one for one"),
    "success": gettext_lazy("success"),
    "documents": gettext_lazy("documents"),
    "open-data": gettext_lazy("open data"),
    "rules": gettext_lazy("rules and sources"),
    "movements": gettext_lazy("movements"),
    "published": gettext_lazy("what was published when"),
}
_ALONE: Final = {
    "programmes": gettext_lazy("Programmes"),
    "partners": gettext_lazy("Partners"),
    "open-topics": gettext_lazy("Open topics"),
    "ideas": gettext_lazy("Ideas for topics"),
    "about-data": gettext_lazy("About the data"),
    "stories": gettext_lazy("Stories"),
}
# Of single things the key in the address is what they are called.
_BY_KEY: Final[Mapping[str, str]] = {
    "topic": "code",
    "topic-chain": "code",
    "call": "code",
    "contribution": "reference",
    "idea": "reference",
    "document": "key",
}


@dataclass(frozen=True, slots=True)
class Citation:
    """A page as it is cited. `address` is permanent; where the page can show past days, it says of which day the figures are."""

    title: str
    site: str
    address: str
    on: date
    known_on: date
    is_in_time: bool
    files: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """The citation in a line, without the address."""
        said = _("%(site)s: %(title)s. Figures as of %(day)s") % {
            "site": self.site,
            "title": self.title,
            "day": day(self.on),
        }
        if self.is_in_time:
            said += _(", by what was known at the end of %(day)s") % {"day": day(self.known_on)}
        return said + "."

    def of(self, sentence: str) -> str:
        """A sentence of the page as it is cited, with the address that shows the same figures again."""
        return f"{replace(self, title=sentence.removesuffix('.')).text} {self.address}"

    @property
    def accessed(self) -> str:
        """When it was looked at."""
        return _("Accessed on %(day)s.") % {"day": day(clock.today())}


def of(request: HttpRequest) -> Citation | None:
    """The citation of the page that is asked for; None where it is none that is cited."""
    match = request.resolver_match
    if match is None or request.method != "GET":
        return None
    return _cited(match, request.path, asked(request), request.GET.get("programme", ""))


def file(request: HttpRequest, kind: str) -> HttpResponse:
    """`/cite.bib?page=…` and `/cite.ris?page=…`: the citation of a page of this site for a reference manager.

    A French page is cited in French, at its own address: as the page itself says it.
    """
    path = request.GET.get("page", "")
    language, inside = languages.of_path(path)
    try:
        match = resolve(inside)
    except Resolver404 as error:
        raise Http404 from error
    made, content_type = _FILES[kind]
    programme = request.GET.get("programme", "")
    with languages.speaking(language):
        found = _cited(match, path, asked(request), programme)
        if found is None or not _is_there(match, programme):
            raise Http404
        answer = HttpResponse(made(found), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="citation.{kind}"'
    return answer


def _cited(match: ResolverMatch, path: str, moment: Moment, programme: str) -> Citation | None:
    """What a page is called, and where it stands."""
    title = _title(match)
    if title is None or moment.problem:
        return None
    known_on = moment.known_on or clock.today()
    name = match.url_name or ""
    pairs = {"programme": programme} if name == "partners" and programme else {}
    if name in IN_TIME:
        pairs |= {"as_of": moment.on.isoformat(), "known_on": known_on.isoformat()}
    address = settings.COFUND_SITE_URL + path + (f"?{urlencode(pairs)}" if pairs else "")
    asked_again = urlencode({"page": path, **pairs})
    files = tuple((label, f"{reverse(f'cite-{kind}')}?{asked_again}") for label, kind in _OFFERED)
    return Citation(title, settings.SITE_TITLE, address, moment.on, known_on, name in IN_TIME, files)


def _title(match: ResolverMatch) -> str | None:
    """What a page is called; None for pages that are not cited, or where the title is looked up and there is none."""
    name, keys = match.url_name or "", match.kwargs
    if name in _ALONE:
        return str(_ALONE[name])
    try:
        scheme = schemes.current(keys["scheme"])[0].name if "scheme" in keys else ""
    except SchemeNotInstalledError:
        return None
    if name in _OF_PROGRAMME:
        return f"{scheme}: {_OF_PROGRAMME[name]}"
    if name == "public-decision":
        decided = decisions.find_published(keys["scheme"], keys["number"])
        # Never the number that the site gave for itself, where none is known.
        said = decided.number_said if decided is not None else ""
    elif name in _BY_KEY:
        said = str(keys[_BY_KEY[name]])
    elif name == "story":
        told = lists.find_out(keys["slug"])
        said = told.shown.title if told is not None and told.shown is not None else ""
    elif name == "project":
        said = dossiers.acronym(keys["scheme"], keys["slug"])
    elif name in ("partner", "partner-credit"):
        said = _partner(keys["slug"])
        if said and name == "partner-credit":
            said = _("What %(organisation)s made possible") % {"organisation": said}
    else:
        return None
    return (f"{scheme}: {said}" if scheme else said) if said else None


def _is_there(match: ResolverMatch, programme: str) -> bool:
    """Whether there is something at the address of a page that has a title; a page that shows its own citation is there itself."""
    name = match.url_name or ""
    if name == "partners" and programme:
        return programme in schemes.installed()
    return name not in _LOOKED_UP or bool(_LOOKED_UP[name](match.kwargs))


def _partner(slug: str) -> str:
    """What a partner is called; empty where it has no public page: its name is in the directory, and not for everybody."""
    found = dossiers.organisation(slug)
    is_public = found is not None and public_partners.is_public(identity.kept(found), publication.of_anybody(_codes()))
    return str(found) if is_public else ""


def _codes() -> tuple[str, ...]:
    """The programmes of the site."""
    return tuple(schemes.installed())


def _bibtex(found: Citation) -> str:
    """As BibTeX; signs that TeX would read as its own are written out."""
    key = "".join(sign for sign in f"{found.title}-{found.on}" if sign.isascii() and (sign.isalnum() or sign == "-"))
    fields = {
        "title": f"{{{_tex(found.title)}}}",
        "author": f"{{{_tex(found.site)}}}",
        "year": str(found.on.year),
        "url": found.address,
        "urldate": clock.today().isoformat(),
        "note": _tex(found.text),
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{{key},\n{lines}\n}}\n"


def _ris(found: Citation) -> str:
    """As RIS."""
    on = found.on
    lines = (
        ("TY", "DATA"),
        ("TI", found.title),
        ("AU", found.site),
        ("PY", str(on.year)),
        ("DA", f"{on:%Y/%m/%d}"),
        ("UR", found.address),
        ("Y2", f"{clock.today():%Y/%m/%d}"),
        ("N1", found.text),
        ("ER", ""),
    )
    return "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in lines)


def _tex(text: str) -> str:
    """A text that TeX takes as it is."""
    signs = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    return "".join(signs.get(sign, f"\\{sign}" if sign in "&%$#_{}" else sign) for sign in text)


# What is there of pages whose title the address says by itself; the title of the others is looked up, and empty where they are not.
_LOOKED_UP: Final[Mapping[str, Callable[[Mapping[str, str]], object]]] = {
    "topic": lambda keys: chains.find_topic(keys["scheme"], keys["code"]),
    "topic-chain": lambda keys: chains.find_topic(keys["scheme"], keys["code"]),
    "call": lambda keys: calls.of_code(keys["scheme"], keys["code"]),
    "contribution": lambda keys: contributions.find(keys["reference"]),
    "idea": lambda keys: ideas.register().filter(reference=keys["reference"]).exists(),
    "document": lambda keys: catalogue.find(keys["scheme"], keys["key"], only_public=True),
    "movements": lambda keys: keys["tranche"] in [one.code for one in schemes.current(keys["scheme"])[0].tranches],
}
_OFFERED: Final = (("BibTeX", "bib"), ("RIS", "ris"))
_FILES: Final[Mapping[str, tuple[Callable[[Citation], str], str]]] = {
    "bib": (_bibtex, "application/x-bibtex; charset=utf-8"),
    "ris": (_ris, "application/x-research-info-systems; charset=utf-8"),
}
