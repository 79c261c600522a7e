"""The French catalogue: which texts are marked in the source, and what stands in the catalogue for each.

`python -m tests.catalogue` takes new texts into the catalogue with an empty French, takes out those that are gone, and compiles it.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parent.parent / "src" / "cofund"
WEB = SOURCE / "web"
# Below the pages only e-mails and workbooks say something to readers; what rules say is said by the pages.
BELOW = ("actions", "exporters", "queries")
CATALOGUE = WEB / "locale" / "fr" / "LC_MESSAGES" / "django.po"
COMPILED = CATALOGUE.with_suffix(".mo")
# How a text is marked in Python; `pgettext` takes the sense of a word first.
MARKS = frozenset({"_", "gettext", "gettext_lazy", "lazy", "marked", "gettext_noop"})
_LITERAL = r"""u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_IN_TEMPLATE = re.compile(rf"\b(?:_|gettext)\(\s*({_LITERAL})\s*\)", re.DOTALL)


def marked() -> dict[str, set[str]]:
    """Every marked text of public pages, workbooks and e-mails, with the files that it stands in."""
    found: dict[str, set[str]] = {}
    for path in sorted(path for package in BELOW for path in (SOURCE / package).rglob("*.py")):
        for text in in_python(path.read_text(encoding="utf-8")):
            found.setdefault(text, set()).add(str(path.relative_to(SOURCE)))
    for path in sorted(WEB.rglob("*.py")):
        for text in in_python(path.read_text(encoding="utf-8")):
            found.setdefault(text, set()).add(str(path.relative_to(WEB)))
    for path in sorted(WEB.rglob("*.html")):
        for text in in_template(path.read_text(encoding="utf-8"), str(path)):
            found.setdefault(text, set()).add(str(path.relative_to(WEB)))
    return found


def in_python(source: str) -> Iterator[str]:
    """The texts that a module marks; a mark around anything but a text written out there is a mark of nothing."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def in_template(source: str, origin: str) -> Iterator[str]:
    """The texts that a template marks, as Django itself finds them."""
    for found in _IN_TEMPLATE.finditer(templatize(source, origin=origin)):
        yield ast.literal_eval(found[1])


def read() -> Catalog:
    """The catalogue as it is kept."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="fr", domain="django")


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue as the site reads it."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def translations(catalogue: Catalog) -> dict[str, str]:
    """Each text with its French."""
    return {str(one.id): str(one.string or "") for one in catalogue if one.id}


def untranslated() -> set[str]:
    """The English of every marked text that is another one in French, and that no French text looks like."""
    found = translations(read())
    return {text for text, french in found.items() if text != french} - set(found.values())


def written(french: dict[str, str]) -> Catalog:
    """A catalogue of every marked text, with the French that is given."""
    catalogue = Catalog(
        locale="fr", domain="django", project="Cofund", version="", charset="utf-8", fuzzy=False, copyright_holder=""
    )
    catalogue.header_comment = "# French texts of the public pages; see docs/languages.md."
    old = read() if CATALOGUE.exists() else catalogue
    catalogue.creation_date, catalogue.revision_date = old.creation_date, old.revision_date
    for text, files in marked().items():
        catalogue.add(text, french.get(text, ""), locations=[(file, None) for file in sorted(files)])
    return catalogue


def main() -> int:
    """Write the catalogue anew and say what has no French yet."""
    catalogue = written(translations(read()) if CATALOGUE.exists() else {})
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, catalogue, width=120, sort_output=False, include_lineno=False)
    COMPILED.write_bytes(compiled(catalogue))
    missing = [text for text, french in translations(catalogue).items() if not french]
    sys.stdout.write("".join(f"no French: {text!r}\n" for text in missing))
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
