"""The sentences that `cofund.web.vocabulary` knows by their pattern: what rules and actions say, with places for its parts."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_noop as marked

SENTENCES: Final = (
    marked("{kind} given"),
    marked("of which {kind} in third countries"),
    marked("{label} asked for"),
    marked("{label} that the topic offers at most"),
    marked("Limit of the topic: {test}"),
    marked("{label} has this much open"),
    marked("{ratio} of what counts of the contribution"),
    marked("{ratio} of what counts of the contribution, rounded down to the scheme's unit"),
    marked(
        "its part of the public money, shared {how}: {left} is to be shared, and it asks for {own} of the "
        "{asked} that all ask for"
    ),
    marked(
        "its part of the public money, shared {how}: {kept} stands decided for it; {left} is to be shared, "
        "and it asks for {own} of the {asked} that all ask for"
    ),
    marked(
        "Tranche {tranche}: the rules state a ceiling of {stated}, and the books hold {booked}. What the "
        "books hold counts; only a decision changes it (top-up, cut or reallocation)."
    ),
    marked("{reference} (title not published)"),
    marked("{title} (number and day assumed)"),
    marked("{title}; taken elsewhere, not recorded here"),
    marked("at least {limit}"),
    marked("at most {limit}"),
    marked("between {least} and {most}"),
    marked("{between}, and the limit is {limit}: it is not known whether it is kept."),
    marked("{share} is below the limit of {limit}."),
    marked("{share} is above the limit of {limit}."),
    marked("{share} is above the limit of {limit}. {amount} of it is not counted."),
    marked("{share} is above the limit of {limit}. {amount} of it is refused."),
    marked("{share} keeps the limit of {limit}."),
    marked("{share} keeps the limit of {limit}, and is close to it."),
    marked("{amount} more of {what} fits"),
    marked("{amount} of {what} may fall away"),
    marked("{amount} of {what} may move"),
    marked("{amount} more of {what} may be asked for"),
    marked("{amount} less of {what} may be asked for"),
    marked("add {amount} of {what}"),
    marked("let {amount} of {what} arise in the Union or an associated country"),
    marked("ask for {amount} more of {what}"),
    marked("ask for {amount}"),
    marked("add {amount} of {what} with costs in the Union or an associated country"),
    marked("add {amount} of {what} ({kinds} only with costs in the Union or an associated country)"),
    marked("lower {what} by {amount}, to {left}"),
    marked("{advice}; change the stated eligible costs with the money that pays for them"),
    marked("Where {amount} arises is not known. If all of it counted above the line, the share would be {share}."),
    marked(
        "Participants come from {count} countries of the Union or associated ones ({list}), and at least "
        "{least} are needed."
    ),
    marked("Participants come from {count} countries of the Union, and at least {least} is needed."),
    marked("{amount} of {label} is asked for; the topic offers {most} at most."),
    marked("Ask for {amount} less."),
    marked("State one of: {list}."),
    marked("{who} gives {amount} of {kind} as {role}. Only {givers} may, so it counts nowhere."),
    marked("Give it as {roles}."),
    marked("{who} stands in the plan twice, in row {row} too."),
    marked("{who} asks for {public}, and its turnover is not stated."),
    marked("{who} asks for {public}. Its turnover of {turnover} is not below {most}."),
    marked("Let it take part without {label}."),
    marked("{who} takes part as {role} and asks for {public} of {label}."),
    marked("{who} has costs of {costs}; what pays for them is {over} more."),
    marked("{who} is established in a third country ({country})."),
    marked(
        "{who} is established in a third country ({country}). Nobody said where its {kinds} arises: all of "
        "it is taken as arising there."
    ),
    marked("You asked to contribute to {topic}."),
    marked("You asked to comment on {topic}."),
    marked("Too many expressions of interest came from {whom} within a short time."),
    marked("Too many comments came from {whom} within a short time."),
    marked("Please try again after {time} on {day}; what you wrote is still in the form."),
    marked("A link holds for {days} days. Please fill in the form once more."),
    marked("A link holds for {days} days. Please write the comment once more."),
    marked("A link holds for {days} days. Please hand the idea in once more."),
)
