"""Template filters of knocking: `{% load interest %}`."""

from django import template

from cofund.queries import interest
from cofund.records.programme.models import Topic
from cofund.web.vocabulary import spoken

register = template.Library()


@register.filter(name="takes_interest")
def takes_interest(topic: Topic) -> bool:
    """`{% if topic|takes_interest %}`: whether somebody can knock at a topic."""
    return interest.takes_interest(topic)


@register.filter(name="closed_because")
def closed_because(topic: Topic) -> str:
    """`{{ topic|closed_because }}`: why nobody can knock at a topic; empty where somebody can."""
    return spoken(interest.closed_because(topic))
