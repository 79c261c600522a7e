"""The plain fields of a form as HTML, written at once: a template with another inside it for each takes ten times as long."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.forms.renderers import DjangoTemplates
from django.utils.safestring import SafeString, mark_safe

from cofund.web.choices import escaped


class FormRenderer(DjangoTemplates):
    """Django's own renderer of forms; fields of its plain kinds are written here, as its templates write them."""

    def render(self, template_name: str, context: Any, request: Any = None) -> SafeString:
        """A part of a form as HTML."""
        written = _WRITTEN.get(template_name)
        if written is None:
            return mark_safe(super().render(template_name, context, request))  # noqa: S308
        # Each part is escaped where it is written.
        return mark_safe(written(context["widget"]))  # noqa: S308


def _input(widget: Mapping[str, Any]) -> str:
    """A field of one line, or a box to tick."""
    value = widget["value"]
    stated = "" if value is None else f' value="{escaped(value)}"'
    return f'<input type="{escaped(widget["type"])}" name="{escaped(widget["name"])}"{stated}{_attributes(widget)}>'


def _textarea(widget: Mapping[str, Any]) -> str:
    """A field of several lines."""
    return (
        f'<textarea name="{escaped(widget["name"])}"{_attributes(widget)}>\n{escaped(widget["value"] or "")}</textarea>'
    )


def _select(widget: Mapping[str, Any]) -> str:
    """A list to choose from, with its headings."""
    groups = "".join([_group(name, options) for name, options, _ in widget["optgroups"]])
    return f'<select name="{escaped(widget["name"])}"{_attributes(widget)}>{groups}\n</select>'


def _group(name: str | None, options: list[Mapping[str, Any]]) -> str:
    """Choices, under their heading where they have one."""
    written = "".join(
        f'\n  <option value="{escaped(one["value"])}"{_attributes(one)}>{escaped(one["label"])}</option>'
        for one in options
    )
    return f'\n  <optgroup label="{escaped(name)}">{written}\n  </optgroup>' if name else written


def _attributes(widget: Mapping[str, Any]) -> str:
    """The attributes of a field: those that are true stand alone, those that are false are left out."""
    return "".join(
        f" {name}" if value is True else f' {name}="{escaped(value)}"'
        for name, value in widget["attrs"].items()
        if value is not False
    )


_PARTS: Final = "django/forms/widgets"
_ONE_LINE: Final = ("text", "email", "url", "number", "password", "hidden", "date", "checkbox")
_WRITTEN: Final[dict[str, Callable[[Mapping[str, Any]], str]]] = {
    **{f"{_PARTS}/{kind}.html": _input for kind in _ONE_LINE},
    f"{_PARTS}/textarea.html": _textarea,
    f"{_PARTS}/select.html": _select,
}
