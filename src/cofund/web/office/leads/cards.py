"""The cards of the board as HTML, written at once: a template for each of its thirty marks takes five times as long."""

from __future__ import annotations

from html import escape

from django.utils.safestring import SafeString, mark_safe

from cofund.web import atoms
from cofund.web import components as c
from cofund.web.office.leads.presenting import Card

_OVERDUE = atoms.status(c.Status("Overdue", c.Tone.BAD))


def listed(cards: tuple[Card, ...]) -> SafeString:
    """The cards of one column."""
    # Each part is escaped where it is written.
    return mark_safe("".join(map(_card, cards)))  # noqa: S308


def _card(card: Card) -> str:
    """A lead with what it may bring, what is next, and where it can go from here."""
    lead, name = card.lead, escape(str(card.lead.organisation))
    topic = escape(lead.topic.code) if lead.topic else "no topic yet"
    amount = atoms.value(card.amount) if lead.amount_cents else "amount not known"
    likely = f" at {lead.probability_percent} %" if lead.probability_percent is not None else ""
    assumed = f" {atoms.certainty(c.Certainty.ASSUMED)}" if lead.certainty == "assumed" else ""
    return (
        f'<li class="card{" card-overdue" if card.is_overdue else ""}">\n'
        f'<h3 class="card-title"><a href="{escape(card.href)}">{name}</a></h3>\n'
        f'<p class="card-topic">{topic}</p>\n'
        f'<p class="card-figures">{amount}{likely}</p>\n'
        f'<p class="card-note">{escape(card.route)}, {escape(card.age)}{assumed}</p>\n'
        f"{_next(card)}{_moves(card, name)}</li>"
    )


def _next(card: Card) -> str:
    """What is next, and by when."""
    lead = card.lead
    if not lead.next_step:
        return ""
    overdue = f"{_OVERDUE} " if card.is_overdue else ""
    due = f", {atoms.day(lead.next_step_on)}" if lead.next_step_on else ""
    return f'<p class="card-next">{overdue}{escape(lead.next_step)}{due}</p>\n'


def _moves(card: Card, name: str) -> str:
    """Where it can go from here; each link names the lead for those who listen."""
    if not card.moves:
        return ""
    reference = escape(card.lead.reference)
    links = "".join(
        f'<li><a href="{escape(move.href)}">{escape(move.text)}<span class="visually-hidden">: {reference}</span></a></li>'
        for move in card.moves
    )
    hidden = f'<span class="visually-hidden"> {name}, {reference}</span>'
    return f'<details class="card-moves"><summary>Move{hidden}</summary><ul>{links}</ul></details>\n'
