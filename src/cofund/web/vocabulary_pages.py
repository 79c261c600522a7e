"""The words of votes, stories, newsletter, published records and days to come that `cofund.web.vocabulary` knows."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_noop as marked

WORDS: Final = frozenset(
    (
        marked("everything that the partner gives now, joint contributions in full"),
        marked("the public money that stands against what the partner gives"),
        marked("what the partner gives, and the match on it"),
        marked("partner multiplier (L1): contributions and match, divided by the contributions"),
        marked("how many projects and topics the partner gives to"),
        marked("everything behind the project, each euro once"),
        marked("the public money of the project"),
        marked("what partners give to the project"),
        marked("what members give to the project"),
        marked("project multiplier (L2): total divided by the partners' contributions"),
        marked("what partners give to the programme's projects and topics"),
        marked("the public money that stands against it"),
        marked("how many partners are public"),
        marked("Joint contributions are counted in full; how they are split is not published."),
        marked("No award is published: the public money is the sum of the matches."),
        marked("A lower bound: only what public sources name is counted."),
        marked("Every week"),
        marked("Every month"),
        marked("Not at all"),
        marked("English"),
        marked("French"),
        marked("Stories"),
        marked("Topics"),
        marked("Ideas"),
        marked("Decisions"),
        marked("The programme's page: envelope, projects and contributions"),
        marked("Open data: the grants"),
        marked("The board is to adopt it"),
        marked("all"),
        marked("all minus abstentions"),
        marked("present"),
        marked("cast"),
        marked("The quorum is reached."),
        marked("There is no quorum, so the point is deferred."),
        marked("The scheme asks for no quorum."),
        marked("Nobody's vote is in the base, so there is no share and no majority."),
    )
)

SENTENCES: Final = (
    marked("about {days} days before the launch, and not after the papers are due"),
    marked("The bloc {bloc} takes part, and has to."),
    marked("The bloc {bloc} does not take part, and has to."),
    marked("{count} of {all} seats of the bloc {bloc} take part; at least {asked} have to."),
    marked("{names}: say yes."),
    marked("{names}: say no."),
    marked("{names}: abstain."),
    marked("{names}: abstain because of a conflict of interest."),
    marked("{names}: take no part."),
    marked("{names}: take part and have not voted."),
    marked("{names}: are divided, though they have one vote, and are not counted as yes."),
    marked("The share is taken of {points} points: {base}."),
    marked("{yes} of {base} points say yes, {share}; that reaches the majority of at least {majority}."),
    marked("{yes} of {base} points say yes, {share}; that does not reach the majority of at least {majority}."),
)
