"""The forms of the office: what is asked of a person, in the words of the scheme."""

from __future__ import annotations

from typing import Any

from django import forms

from cofund.queries import clock
from cofund.queries.rates import DAY_RULE
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Contribution
from cofund.records.programme.models import Project, Topic
from cofund.rules.schemes import Scheme
from cofund.web.fields import CountryField, DayField, LongSelect, MoneyField
from cofund.web.formatting import amount
from cofund.web.organisation_field import OrganisationField


class ActForm(forms.Form):
    """What every act needs: the day it is about, the reason, and the evidence."""

    effective_on = DayField(
        label="Day it is about", help_text="Money stands as of this day; today unless you know better."
    )
    reason = forms.CharField(label="Reason", widget=forms.Textarea({"rows": 2}), max_length=2000)
    evidence = forms.CharField(
        label="Evidence", required=False, max_length=500, help_text="The document or address that proves it."
    )
    field_order: tuple[str, ...] = ("amount", "decision", "decided_on", "acronym", "grant_agreement", "title")
    # Fields that are rarely needed stand folded below the others, under words that say when.
    seldom: tuple[str, ...] = ()
    seldom_title = ""

    def __init__(self, *args: Any, scheme: Scheme, contribution: Contribution | None = None, **kwargs: Any) -> None:
        """Take the scheme, for its currency, and the contribution that is acted on."""
        self.scheme, self.contribution = scheme, contribution
        super().__init__(*args, **kwargs)
        self.fields["effective_on"].initial = clock.today
        for name in ("amount", "award"):
            field = self.fields.get(name)
            if isinstance(field, MoneyField):
                field.currency = field.widget.currency = scheme.currency

    @property
    def usual_fields(self) -> list[forms.BoundField]:
        """The fields that everybody fills in."""
        return [field for field in self.visible_fields() if field.name not in self.seldom]

    @property
    def seldom_fields(self) -> list[forms.BoundField]:
        """The fields that are folded."""
        return [field for field in self.visible_fields() if field.name in self.seldom]

    @property
    def is_unfolded(self) -> bool:
        """Whether the folded ones are shown: something is typed in one of them, or is wrong with it."""
        return any(field.value() or field.errors for field in self.seldom_fields)


class DecisionForm(ActForm):
    """An act that only a decision allows."""

    decision = forms.CharField(label="Number of the decision", max_length=80, help_text="As the minutes write it.")
    decided_on = DayField(label="Decided on", help_text="A number that is known already keeps its day.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].label = f"Number of the decision of the {self.scheme.label('board')}"


class AmountForm(ActForm):
    """An act with an amount and without a decision."""

    amount = MoneyField(label="Amount")


class NewAmountForm(ActForm):
    """Amending or reducing: the amount as it shall be from now on."""

    amount = MoneyField(
        label="New amount in all", min_cents=0, help_text="The whole contribution after the change, not the difference."
    )
    decision = forms.CharField(label="Number of a decision behind it", max_length=80, required=False)
    decided_on = DayField(label="Decided on", required=False)
    accepts_unmatched = forms.BooleanField(required=False, widget=forms.HiddenInput)


class MoneyWithDecisionForm(DecisionForm):
    """An act that moves public money by a decision."""

    amount = MoneyField(label="Amount")


class AwardForm(DecisionForm):
    """Fixing the public money of a topic or project."""

    amount = MoneyField(
        label="Public money in all", min_cents=0, help_text="From then on the contributions share exactly this much."
    )


class ReserveForm(DecisionForm):
    """Adoption; the amended work plan is offered where the topic is adopted already."""

    amends_work_plan = forms.BooleanField(required=False, widget=forms.HiddenInput)


class ShareExceptionForm(DecisionForm):
    """A decision that may also allow a share that is not within its limit."""

    seldom = ("share_exception", "exception_decision", "exception_decided_on", "exception_text")
    seldom_title = "A share or a shortfall is not within its limit"

    share_exception = forms.CharField(
        label="Why a share or a shortfall that is not within its limit is accepted",
        max_length=300,
        required=False,
        help_text="Only where one is not. A share needs its decision or the text of the call, too.",
    )
    exception_decision = forms.CharField(
        label="Decision that allows the share",
        max_length=80,
        required=False,
        help_text="Its number as the minutes write it; it may be the decision above.",
    )
    exception_decided_on = DayField(label="Day of the decision that allows it", required=False)
    exception_text = forms.CharField(
        label="Or where the text of the call allows it",
        max_length=300,
        required=False,
        help_text="The page or section, or the address of the text.",
    )


class PartForm(ShareExceptionForm):
    """Endorsing: in full, or in part."""

    amount = MoneyField(
        label="Endorsed amount", required=False, help_text="Leave it empty to endorse everything that is pledged."
    )


class GrantForm(ShareExceptionForm):
    """The signature of a grant of a topic: the project that it makes."""

    acronym = forms.CharField(label="Acronym of the project", max_length=80)
    grant_agreement = forms.CharField(label="Grant agreement number", max_length=20)
    title = forms.CharField(label="Title", max_length=400, required=False)
    starts_on = DayField(label="Start of the project", required=False)
    starts_before_signature = forms.BooleanField(
        label="The decision allows a start before the signature", required=False, help_text="Only on the fast track."
    )


class ProjectGrantForm(ShareExceptionForm):
    """The signature of a grant, or of its amendment, of a project that there is."""


class TopicForm(forms.Form):
    """A topic that opens for drafting."""

    code = forms.CharField(
        label="Code", max_length=80, help_text="As the work plan writes it, for example IMI2-2015-03-05."
    )
    title = forms.CharField(label="Title", max_length=400)
    call = forms.CharField(label="Call", max_length=80, required=False)
    source_url = forms.URLField(label="Address of a source", max_length=500, required=False, assume_scheme="https")
    reason = forms.CharField(label="Reason", widget=forms.Textarea({"rows": 2}), max_length=2000)


PLACES = (
    ("unknown", "Not said"),
    ("eu", "In the Union"),
    ("associated", "In an associated country"),
    ("third", "In a third country"),
)
UNION_FUNDING = (
    ("yes", "The partner states that no other Union funds pay for it"),
    ("no", "Other Union funds pay for it"),
    ("", "The partner has not said"),
)


class CitationField(forms.CharField):
    """The reference of an existing contribution that a new one rests on; empty where it is new money."""

    def __init__(self, scheme: Scheme | None = None) -> None:
        only_new = [rule.label for rule in scheme.tranches if rule.additional] if scheme is not None else []
        what_follows = f" “{only_new[0]}” takes new money only." if only_new else ""
        super().__init__(
            label="Existing contribution that it rests on",
            required=False,
            max_length=60,
            help_text=f"Its reference; leave it empty where all of it is new money.{what_follows}",
        )


class PledgeForm(ActForm):
    """A pledge: for what, from whom, as what, how much, and what the partner states about the money."""

    target = forms.ChoiceField(label="For which topic or project", widget=LongSelect)
    organisation = OrganisationField(
        label="Partner",
        required=False,
        whole=True,
        help_text="Its name or identifier, for example its PIC. One that is new here is added below.",
    )
    new_name = forms.CharField(label="Legal name", required=False, max_length=300)
    new_kind = forms.ChoiceField(
        label="What it is", choices=Organisation.Kind.choices, required=False, initial="unknown"
    )
    new_country = CountryField(label="Country")
    is_another = forms.BooleanField(
        label="I have looked at them: this is another organisation", required=False, widget=forms.HiddenInput
    )
    capacity = forms.ChoiceField(label="Given as", help_text="Only what each role may give is listed.")
    amount = MoneyField(label="Amount")
    original_currency = forms.RegexField(
        r"^[A-Za-z]{3}$", label="Currency", required=False, help_text="For example USD."
    )
    original_amount = MoneyField(label="Amount in it", required=False, currency="")
    rate = forms.CharField(label="Rate", required=False, max_length=40, help_text="As stated, never computed back.")
    rate_on = DayField(
        label="Day of the rate",
        required=False,
        help_text=f"The day of the endorsement. Where the rate is left empty, it is {DAY_RULE}.",
    )
    rate_source = forms.CharField(label="Source of the rate", required=False, max_length=200)
    place = forms.ChoiceField(label="Where the cost arises", choices=PLACES, initial="unknown")
    no_other_union_funding = forms.ChoiceField(
        label="Other Union funds", choices=UNION_FUNDING, required=False, widget=forms.RadioSelect, initial=""
    )
    public_origin = MoneyField(
        label="Part that comes from a public budget",
        required=False,
        min_cents=0,
        help_text="Nothing where it is left empty.",
    )
    cites = CitationField()
    accepts_unmatched = forms.BooleanField(required=False, widget=forms.HiddenInput)
    field_order = ("target", "organisation", "capacity", "amount", "no_other_union_funding")

    def __init__(
        self, *args: Any, scheme: Scheme, targets: tuple[list[tuple[str, str]], list[tuple[str, str]]], **kwargs: Any
    ) -> None:
        """Take the choices of the scheme: its open and its other targets, its roles with what they may give."""
        super().__init__(*args, scheme=scheme, **kwargs)
        being_drafted, others = targets
        choices: list[Any] = [("", f"Choose a {scheme.label('topic').lower()} or {scheme.label('project').lower()}")]
        if being_drafted:
            choices.append(("Open: not adopted yet", being_drafted))
        if others:
            choices.append(("Adopted or funded already", others))
        self.fields["target"] = _choices(self.fields["target"], choices)
        self.fields["capacity"] = _choices(self.fields["capacity"], capacities(scheme))
        public_origin = self.fields["public_origin"]
        if isinstance(public_origin, MoneyField):
            public_origin.currency = public_origin.widget.currency = scheme.currency
        self.fields["cites"] = CitationField(scheme)
        # One partner is needed: of the list, or a new one.
        self.fields["organisation"].required = not self.data.get("new_name")
        if scheme.requires_no_other_union_funding:
            self.fields[
                "no_other_union_funding"
            ].help_text = f"{scheme.name} matches only money of which this is stated."
        else:
            del self.fields["no_other_union_funding"]
        if not scheme.asks_place:
            del self.fields["place"]

    def clean(self) -> dict[str, Any]:
        """Ask for exactly one partner: one of the list, or a new one."""
        cleaned: dict[str, Any] = super().clean() or {}
        chosen, new = cleaned.get("organisation"), cleaned.get("new_name")
        if chosen and new:
            self.add_error("new_name", f"{chosen} is chosen above. Clear one of the two.")
        return cleaned


def capacities(scheme: Scheme) -> list[Any]:
    """What each role may give, grouped by role; roles that a tranche matches come first."""
    roles = sorted(scheme.roles, key=lambda role: not role.matched)
    groups: list[Any] = [("", "Choose the role and the kind")]
    for role in roles:
        kinds = [(f"{role.code}:{kind.code}", kind.label) for kind in scheme.kinds if role.code in kind.given_by]
        if kinds:
            groups.append((role.label, kinds))
    return groups


def target_choice(topic: Topic | None, project: Project | None) -> tuple[str, str]:
    """A topic or project as a choice: `topic:CODE` or `project:slug`, and its words."""
    if project is not None:
        return f"project:{project.slug}", project.acronym
    assert topic is not None
    return f"topic:{topic.code}", f"{topic.code} {topic.title}"[:110]


def typed_amount(cents: int | None) -> str:
    """An amount as a person would type it, to fill a field."""
    return "" if cents is None else amount(cents)


def _choices(field: forms.Field, choices: list[Any]) -> forms.Field:
    """The same field with other choices."""
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
    return field
