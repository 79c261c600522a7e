"""The form field for an organisation: a name or identifier is typed, the site finds it, and asks which where several fit.

A directory has thousands of organisations: a list to choose from would be longer than everything else on its page. The field works
without JavaScript; with it, names are suggested while one types.
"""

from __future__ import annotations

from typing import Any

from django import forms

from cofund.queries import naming
from cofund.records.directory.models import Organisation
from cofund.web.countries import country_name
from cofund.web.languages import gettext as _
from cofund.web.routes import reverse
from cofund.web.vocabulary import spoken


class Typed(str):
    """What was typed, and the slug that was chosen of those that were offered for just this text; empty where none was."""

    chosen: str = ""


class OrganisationInput(forms.TextInput):
    """A text field; below it, once a text was sent that several organisations fit, the choice of one of them."""

    template_name = "cofund/components/organisation_input.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        self.offered: tuple[Organisation, ...] = ()
        super().__init__({"autocomplete": "off", "spellcheck": "false", **(attrs or {})})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The text; with the choice that was made for this text, and not for one that stood there before."""
        value = super().value_from_datadict(data, files, name)
        if value is None:
            return None
        typed = Typed(value)
        if data.get(f"{name}-for", "").strip() == typed.strip():
            typed.chosen = data.get(f"{name}-is", "")
        return typed

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The text field, with those who are to be chosen from."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        chosen = getattr(value, "chosen", "")
        context |= {
            "suggest_href": reverse("organisations-suggested"),
            "list_id": f"{context['widget']['attrs'].get('id', name)}-suggested",
            "offered": [
                {"slug": one.slug, "name": one.name, "about": _about(one), "is_chosen": one.slug == chosen}
                for one in self.offered
            ],
        }
        context["widget"]["attrs"]["list"] = context["list_id"]
        return context


class OrganisationField(forms.CharField):
    """An organisation by a name or identifier; cleans to the `Organisation`, or None where it is empty and not required.

    A part of a name that a single organisation has is enough, unless `whole` asks for a whole name or identifier: then that one is
    offered to be chosen, so that money is never booked for an organisation that was only guessed.
    """

    widget: Any = OrganisationInput

    def __init__(self, *, whole: bool = False, **kwargs: Any) -> None:
        self.whole = whole
        kwargs.setdefault("max_length", 300)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """The organisation that is meant. Raises ValidationError where none is, or one is to be chosen."""
        chosen = getattr(value, "chosen", "")
        typed = super().clean(value)
        if not typed:
            return None
        if chosen:
            found = naming.by_slug(chosen)
            if found is not None:
                self._offer((found,))
                return found
        meant = naming.meant(typed)
        if meant.only is not None and (meant.is_exact or not self.whole):
            return meant.only
        if not meant.organisations:
            raise forms.ValidationError(
                _(
                    "No organisation here has the name or identifier “{typed}”. Write another part of its name, or "
                    "say below that it is new here, where the form offers that."
                ).format(typed=typed),
                code="unknown",
            )
        if meant.only is not None:
            self._offer(meant.organisations)
            raise forms.ValidationError(_("This is a part of one name. Choose it below if it is meant."), code="part")
        raise self.several(meant.organisations, is_more=meant.is_more)

    def several(self, organisations: tuple[Organisation, ...], *, is_more: bool) -> forms.ValidationError:
        """Let one of several be chosen, and give the error that says so."""
        self._offer(organisations)
        more = _(" There are more: write more of the name if it is none of these.") if is_more else ""
        return forms.ValidationError(
            _("Several fit. Choose one of them below.{more}").format(more=more), code="several"
        )

    def prepare_value(self, value: Any) -> Any:
        """An organisation as its name."""
        return value.name if isinstance(value, Organisation) else value

    def _offer(self, organisations: tuple[Organisation, ...]) -> None:
        """Let one of these be chosen below the field; each form has a field and widget of its own."""
        if isinstance(self.widget, OrganisationInput):
            self.widget.offered = organisations


def _about(organisation: Organisation) -> str:
    """What tells one organisation from another of a like name."""
    kind = "" if organisation.kind == Organisation.Kind.UNKNOWN else spoken(organisation.get_kind_display())
    pic = _("PIC {pic}").format(pic=organisation.pic) if organisation.pic else ""
    return ", ".join(part for part in (organisation.short_name, kind, country_name(organisation.country), pic) if part)
