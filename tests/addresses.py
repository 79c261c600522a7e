"""Every address of the site as its tables have it, and those that are no page to look at: each with an example or a reason."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver, resolve

# What is handed over as a file, or fills a part of a page: asked for, and not looked at.
FILES: dict[str, dict[str, list[str]]] = {
    "demonstration": {
        "": [
            "/programmes/imi2/calendar.ics",
            "/catalogue.ttl",
            "/sitemap.xml",
            "/sitemap-1.xml",
            "/robots.txt",
            "/feed.atom",
            "/feed.rss",
            "/programmes/imi2/feed.atom",
            "/programmes/imi2/feed.rss",
            "/catalogue.jsonld",
            "/programmes/imi2/journal.beancount",
            "/programmes/imi2/journal.csv?as_of=2019-12-31",
            "/programmes/imi2/grants.json",
            "/programmes/imi2/grants.csv?as_of=2019-12-31",
            "/programmes/imi2/iati.xml?as_of=2019-12-31",
            "/check/ihi/plan.xlsx",
            "/api/v1/openapi.json",
            "/api/v1/programmes",
            "/cite.bib?page=/programmes/imi2/",
            "/cite.ris?page=/programmes/imi2/",
            "/calendar/{feed}.ics",
        ],
        "officer": ["/office/organisations/?name=organisation&organisation=JDR"],
    },
    # Who reads the address of a button is led to its page.
    "newsletter": {
        "": ["/newsletter/preferences/{own}/kept.json", "/newsletter/preferences/{own}/erase/"],
        # An e-mail, with styles of its own.
        "olga": ["/office/newsletter/{draft}/as-sent/", "/office/newsletter/{draft}/gather/"],
    },
    "stories": {"": ["/stories/feed.atom", "/stories/{published}/pictures/{picture}"]},
    "board": {
        "": ["/programmes/ihi/papers/{paper}/"],
        "governance_officer": ["/office/governance/papers/{paper}/"],
    },
    "office": {"fred": ["/office/imi2/pledge/preview/"]},
    "applications": {
        "fred": [
            "/office/applications/{checked}/letters/1.pdf",
            "/office/applications/{checked}/letters/1/signed/",
            "/office/applications/{checked}/board-paper.pdf",
            "/office/applications/{returned}/letter/unlocks/",
            "/office/governance/points/{point}/letters/{letter}.pdf",
            "/office/governance/points/{point}/letters/{letter}/signed/",
        ],
    },
    "sheets": {
        "olga": [
            "/office/ihi/sheets/{applied}/file/",
            # Who reads the address of a form that the page of the sheet holds is led to that page.
            "/office/ihi/sheets/{read}/take-over/",
            "/office/ihi/sheets/{read}/discard/",
        ],
    },
    "pairings": {
        "olga": [
            "/office/index/progress/",
            # As above: forms that the pages hold.
            "/office/pairings/{record}/accept/",
            "/office/pairings/{record}/later/",
            "/office/index/fetch/start/",
            "/office/index/tasks/{task}/cancel/",
        ],
    },
    "publication": {
        # As above: a form that the page holds.
        "olga": ["/office/publication/programmes/imi2/record/"],
    },
    "proof": {
        "": ["/audit-key.pem"],
        "ada": ["/office/ihi/projects/x/audit-file.zip", "/office/trail/?format=csv", "/office/trail/?format=json"],
    },
    "documents": {"ada": ["/office/ihi/leverage.pdf"], "flora": ["/office/partner/foundation-f/statement.pdf"]},
    "rounds": {
        "fred": [
            "/office/round/reports/{late}/evidence/{evidence}/",
            "/office/round/reports/{late}/certificate/file/",
        ],
    },
}
# What answers only to a form that is sent, and never to a reader.
# Or shows something once, as a new key; or is no page at all.
NOT_SHOWN = ("sign-out", "api-start", "office-key-made", "office-pledge-preview", "office-letter-unlocks", "nowhere")


def patterns(resolver: URLResolver | None = None, before: str = "") -> Iterator[tuple[str, str, set[str]]]:
    """Every address of the site: its name, how it is made up, and the names of its keys."""
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            yield from patterns(each, before + str(each.pattern))
        elif isinstance(each, URLPattern):
            yield each.name or str(each.pattern), before + str(each.pattern), set(each.pattern.converters)


class Keys(dict[str, str]):
    """The keys of an address, before there is anything."""

    def __missing__(self, name: str) -> str:
        return "1"


def name_of(address: str) -> str:
    """The name of what answers at an example; a key that a place gives is a number or a word, which 1 can be too."""
    return str(resolve(address.split("?")[0].format_map(Keys())).url_name)


def public_pages() -> set[str]:
    """The names of the pages outside the office: of every address of the site that is no file and is shown to readers."""
    files = {name_of(each) for people in FILES.values() for addresses in people.values() for each in addresses}
    return {name for name, path, _ in patterns() if not path.startswith("office/")} - files - set(NOT_SHOWN)
