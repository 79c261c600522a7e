"""Schemes as installed, their groups and decisions, calls, topics and projects, ideas, and leads."""

from cofund.records.directory.models import Certainty
from cofund.records.programme.models.groups import TAKEN_ELSEWHERE, Decision, Group, Seat
from cofund.records.programme.models.ideas import Comment, Consultation, Credit, Idea, PendingComment
from cofund.records.programme.models.leads import Exchange, ExpressionOfInterest, Lead, LeadStep
from cofund.records.programme.models.meetings import AgendaItem, Attendance, Conflict, Meeting, Paper, Vote
from cofund.records.programme.models.newsletter import Followed, LeftAddress, NewsletterIssue, SignUp, Subscriber
from cofund.records.programme.models.rates import ExchangeRate
from cofund.records.programme.models.recommendations import CandidateMark, FitAlert, ShownCandidates
from cofund.records.programme.models.schemes import RoleHolding, Scheme, SchemeVersion, Tranche
from cofund.records.programme.models.search import SearchEntry
from cofund.records.programme.models.stories import Story, StoryPicture, StoryVersion
from cofund.records.programme.models.topics import (
    Call,
    CallResult,
    IndicativeContribution,
    Project,
    Proposal,
    Topic,
    TopicVersion,
)

__all__ = [
    "TAKEN_ELSEWHERE",
    "AgendaItem",
    "Attendance",
    "Call",
    "CallResult",
    "CandidateMark",
    "Certainty",
    "Comment",
    "Conflict",
    "Consultation",
    "Credit",
    "Decision",
    "Exchange",
    "ExchangeRate",
    "ExpressionOfInterest",
    "FitAlert",
    "Followed",
    "Group",
    "Idea",
    "IndicativeContribution",
    "Lead",
    "LeadStep",
    "LeftAddress",
    "Meeting",
    "NewsletterIssue",
    "Paper",
    "PendingComment",
    "Project",
    "Proposal",
    "RoleHolding",
    "Scheme",
    "SchemeVersion",
    "SearchEntry",
    "Seat",
    "ShownCandidates",
    "SignUp",
    "Story",
    "StoryPicture",
    "StoryVersion",
    "Subscriber",
    "Topic",
    "TopicVersion",
    "Tranche",
    "Vote",
]
