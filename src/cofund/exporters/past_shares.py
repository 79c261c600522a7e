"""The shares of past projects as a document, project by project, with what public data cannot tell; made anew by a command."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from cofund.rules import share_words
from cofund.rules.money import in_words
from cofund.rules.own_cost import ASSOCIATED, NEITHER, OWN, UNPAID, PastGrant, Weighed, share, weigh
from cofund.rules.places import place_of
from cofund.rules.schemes import Scheme, ShareTest
from cofund.rules.share_changes import ADD
from cofund.rules.shares import ShareResult

STANDINGS: Final = {
    UNPAID: "kept by those without Union money",
    OWN: "kept with all own cost",
    NEITHER: "below in both readings",
}
_UNTOLD: Final = """\
* **Contributions.** CORDIS says what each participant costs and what the Union pays of it. Whether the rest is a
  contribution that was committed, by whom and in which role (member, its entity, contributing partner), it does not say. Own
  cost is a proxy, and no figure here is a commitment.
* **Additional activities and cash.** Nothing of either is public by project. Both stand above the line, so a project that is
  below here may keep the limit by them.
* **Associated partners and affiliated entities.** The first take part without funding and have no figure at all, the second
  mostly none of their own. What they bear is missing above the line, and in the costs below it. Entities of members often
  take part like this.
* **Sponsors.** Who pays for the part of a participant, a company or a foundation behind it, does not show. Who is paid by its own
  state in place of the Union counts here like a contributor.
* **Where costs arise.** Known is only where a participant is established. The countries that count as associated are those
  of the scheme's list today; some of them were third countries when the first calls closed, and the list is recalled, not
  verified.
* **The reading.** The upper limit holds for the programme as a whole, over its whole life; for one project it is only a
  sign. Gross or net, it is the same whether it is kept; only what is left out above the line differs.
* **Exceptions.** A work programme may allow a single action a smaller share; CORDIS does not say where that was done.
* **Time.** These are the figures of grants as CORDIS had them, after amendments, and not those of the proposals that were
  tested."""


def document(scheme: Scheme, grants: Sequence[PastGrant], prefix: str) -> str:
    """The whole document, in Markdown."""
    whole = weigh(scheme, grants)
    lines = [f"# The shares of {scheme.name} in public data", ""]
    lines += [_made(prefix, scheme), "", _about(scheme, grants, whole), ""]
    lines += ["## What public data cannot tell", "", _UNTOLD, ""]
    lines += ["## All projects", "", *_summary(scheme, grants, whole), "", *_table(scheme, grants, whole), ""]
    lines += ["## Project by project", ""]
    for grant in grants:
        lines += [*_project(scheme, grant), ""]
    return "\n".join(lines).rstrip() + "\n"


def _made(prefix: str, scheme: Scheme) -> str:
    """How the document is made."""
    return (
        "*Made by a command from the CORDIS download of Horizon Europe (European Union, CC BY 4.0), and not written by hand:*\n\n"
        f"    cofund import cordis cordis-HORIZONprojects-csv.zip\n    cofund past-shares {prefix} --scheme {scheme.code} "
        f"--markdown docs/{scheme.code}-shares.md"
    )


def _about(scheme: Scheme, grants: Sequence[PastGrant], whole: Weighed) -> str:
    """What is computed."""
    named = "; ".join(
        f"*{test.label}*, {share_words.limit(whole.result(test.id))} ({whole.result(test.id).limit_source})"
        for test in whole.tests
    )
    return (
        f"{len(grants)} projects, tested by the rules of the scheme, version {scheme.version}: {named}. Above the line stands "
        "*own cost*, as the proxy for what contributors give in kind, in two readings. **Unpaid** counts participants that have a "
        "cost and get no Union money. **All own cost** adds what partly paid participants bear themselves, an upper bound: not "
        "all of them are contributors. Below the line stand the costs of the whole project."
    )


def _summary(scheme: Scheme, grants: Sequence[PastGrant], whole: Weighed) -> list[str]:
    """How many projects keep the lower limits, and how the upper ones stand over all of them."""
    found = []
    for test in _floors(whole):
        counts = Counter(weigh(scheme, [grant]).standing(test.id) for grant in grants)
        said = ", ".join(f"{counts[standing]} {words}" for standing, words in STANDINGS.items())
        both = " and ".join(
            f"{_percent(whole.result(test.id, reading))} {words}"
            for reading, words in ((UNPAID, "unpaid"), (OWN, "with all own cost"))
        )
        found.append(f"* {test.label}: of {len(grants)} projects {said}. Over all of them together {both}.")
    for test in _ceilings(whole):
        result = whole.result(test.id, UNPAID)
        found.append(
            f"* {test.label}, over all projects: {in_words(result.numerator_cents, scheme.currency)} of "
            f"{in_words(result.denominator_cents, scheme.currency)} unpaid. {share_words.verdict(scheme, result)} With all own "
            f"cost {_percent(whole.result(test.id))}."
        )
    return found


def _table(scheme: Scheme, grants: Sequence[PastGrant], whole: Weighed) -> list[str]:
    """One row a project."""
    floors, ceilings = _floors(whole), _ceilings(whole)
    public = scheme.label("public_money")
    headings = [
        "Project",
        f"Costs ({scheme.currency})",
        f"{public} ({scheme.currency})",
        f"Unpaid own cost ({scheme.currency})",
    ]
    headings += ["Unpaid", "All own cost"] * len(floors)
    headings += [share_words.limit(whole.result(one.id)).capitalize() for one in floors]
    headings += ["Third countries, of unpaid"] * len(ceilings)
    headings += ["Without any figure"]
    rows = [
        headings,
        [
            "---",
            *["---:"] * 3,
            *["---:", "---:"] * len(floors),
            *["---"] * len(floors),
            *["---:"] * len(ceilings),
            "---:",
        ],
    ]
    for grant in grants:
        found = weigh(scheme, [grant])
        row = [grant.acronym, _amount(grant.cost_cents), _amount(grant.public_cents), _amount(found.unpaid_cents)]
        for test in floors:
            row += [_percent(found.result(test.id, UNPAID)), _percent(found.result(test.id, OWN))]
        row += [STANDINGS[found.standing(test.id)] for test in floors]
        row += [_percent(found.result(test.id, UNPAID)) for test in ceilings]
        rows.append([*row, str(sum(part.is_silent for part in grant.parts))])
    return [f"| {' | '.join(row)} |" for row in rows]


def _project(scheme: Scheme, grant: PastGrant) -> list[str]:
    """One project in sentences."""
    found = weigh(scheme, [grant])
    lines = [f"Grant {grant.number}, {grant.call}."]
    unpaid = [part for part in grant.parts if part.is_unpaid]
    partly = [part for part in grant.parts if part.own_cents and part.public_cents]
    lines.append(_bear(scheme, found, unpaid, partly))
    for test in _floors(found):
        lines.append(_floor(scheme, found, test))
    for test in _ceilings(found):
        result = found.result(test.id, UNPAID)
        by_country = Counter[str]()
        for part in unpaid:
            if place_of(scheme, part.country) == "third":
                by_country[part.country] += part.own_cents
        where = ", ".join(
            f"{country} {in_words(cents, scheme.currency)}" for country, cents in sorted(by_country.items())
        )
        lines.append(
            f"In third countries: {_percent(result)} of it ({where}), {'within' if result.passes else 'above'} the "
            f"{share_words.percent(result.limit)} of the programme."
            if where
            else "In third countries: none of it."
        )
    lines.append(_silent(grant))
    return [f"### {grant.acronym}", "", " ".join(lines)]


def _bear(scheme: Scheme, found: Weighed, unpaid: Sequence[object], partly: Sequence[object]) -> str:
    """What participants bear themselves."""
    said = []
    if unpaid:
        verb = "bears" if len(unpaid) == 1 else "bear"
        amount = in_words(found.unpaid_cents, scheme.currency)
        said.append(f"{_counted(unpaid, 'participant')} without Union money {verb} {amount}")
    if partly:
        verb = "bears" if len(partly) == 1 else "bear"
        amount = in_words(found.own_cents - found.unpaid_cents, scheme.currency)
        said.append(f"{_counted(partly, 'partly paid one')} {verb} {amount}{' more' if unpaid else ''}")
    return f"{'; '.join(said) or 'No participant bears any of its cost itself'}."


def _floor(scheme: Scheme, found: Weighed, test: ShareTest) -> str:
    """How a project stands to a lower limit."""
    unpaid, own = found.result(test.id, UNPAID), found.result(test.id, OWN)
    standing = found.standing(test.id)
    said = f"**{_percent(unpaid)}** unpaid, **{_percent(own)}** with all own cost: {STANDINGS[standing]}."
    if standing == NEITHER:
        added = [share_words.change(scheme, own, one) for one in own.remedies if one.what == ADD]
        said += f" To pass, beyond what is public: {' or '.join(added)}." if added else ""
    return said


def _silent(grant: PastGrant) -> str:
    """Who has no figure."""
    silent = [part for part in grant.parts if part.is_silent]
    kinds = (
        ("associated partner", [part for part in silent if part.role == ASSOCIATED]),
        ("affiliated entity", [part for part in silent if part.role == "thirdParty"]),
        (
            "participant that has left",
            [part for part in silent if part.role not in (ASSOCIATED, "thirdParty") and part.has_ended],
        ),
        (
            "other participant",
            [part for part in silent if part.role not in (ASSOCIATED, "thirdParty") and not part.has_ended],
        ),
    )
    said = [_counted(parts, noun) for noun, parts in kinds if parts]
    return f"Without any figure: {', '.join(said)}." if said else "Every participant has a figure."


def _counted(parts: Sequence[object], noun: str) -> str:
    """A number of parts with its noun."""
    plurals = {
        "affiliated entity": "affiliated entities",
        "participant that has left": "participants that have left",
    }
    return f"{len(parts)} {noun if len(parts) == 1 else plurals.get(noun, f'{noun}s')}"


def _floors(found: Weighed) -> list[ShareTest]:
    """The tests with a lower limit."""
    return [test for test in found.tests if test.minimum is not None]


def _ceilings(found: Weighed) -> list[ShareTest]:
    """The tests with an upper limit only."""
    return [test for test in found.tests if test.minimum is None]


def _percent(result: ShareResult) -> str:
    """A share in hundredths."""
    return "–" if result.share is None else share_words.percent(share(result), result.limit)


def _amount(cents: int | None) -> str:
    """An amount for a table."""
    return "not known" if cents is None else in_words(cents, "").strip()
