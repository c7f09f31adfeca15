"""The messages of the program and of the catalogue, for those who translate them.

Code is read with Babel; names, definitions and notes come from the catalogue, so that a new indicator
asks for its translation by itself.
"""

import io
import string
from collections.abc import Iterator, Mapping
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from scidip.indicators.model.areas import Areas
from scidip.indicators.model.catalogue import Catalogue
from scidip.indicators.model.fields import measure_name

ROOMS = ("dashboard", "figures", "findings", "indicators", "publish")
"""Folders whose sentences a visitor may read."""
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
Where = tuple[str, int]


def template(root: Path, catalogue: Catalogue, areas: Areas) -> Catalog:
    """Return every message there is to translate, each with the places it stands in."""
    found = Catalog(project="scidip", charset="utf-8", fuzzy=False)
    for room in ROOMS:
        messages = extract_from_dir(
            root / room, method_map=[("**.py", "python")], keywords=KEYWORDS, comment_tags=("L10N:",)
        )
        for file, _line, message, comments, context in messages:
            found.add(message, None, [(f"{room}/{file}", 0)], auto_comments=comments, context=context)
    for message, where in _catalogue_texts(catalogue, areas):
        found.add(message, None, [(where, 0)])
    return found


def _catalogue_texts(catalogue: Catalogue, areas: Areas) -> Iterator[tuple[str, str]]:
    """Yield (message, where it stands) of the catalogue and the code lists; empty texts left out."""
    texts: list[tuple[str, str]] = []
    for framework in catalogue.frameworks.values():
        where = f"framework {framework.code}"
        texts += [(framework.name, where), (framework.description, where)]
        for node in framework.nodes:
            texts += [(node.name, where), (node.not_measured, where)]
        for factor in framework.factor:
            texts += [(dimension.element, where) for dimension in factor.dimension]
    for spec in catalogue.indicators.values():
        where = f"indicator {spec.code}"
        name = measure_name(spec.name, catalogue.fields[spec.field]) if spec.measure else spec.name
        texts += [(t, where) for t in (name, spec.definition, spec.note, spec.scored_note)]
    for panel in catalogue.panels.values():
        where = f"panel {panel.code}"
        texts += [(panel.name, where), (panel.description, where)]
        for programme in panel.programme:
            texts += [(t, where) for t in (programme.name, programme.proxy, programme.not_measured)]
    for methodology in catalogue.methodologies.values():
        where = f"methodology {methodology.code}"
        texts += [(methodology.name, where), (methodology.description, where)]
        texts += [(reason, where) for reason in methodology.reasons.values()]
    texts += [(text, "fields") for field in catalogue.fields.values() for text in (field.name, field.short)]
    texts += [(text, "topics") for topic in catalogue.topics.values() for text in (topic.name, topic.proxy)]
    texts += [(e.argument, f"exception {e.code}") for e in catalogue.exceptions.values()]
    texts += [(group.name, "area groups") for group in areas.groups.values()]
    texts += [(edition.short, "editions") for edition in areas.editions.values()]
    for column in ("region", "income_group"):
        texts += [(value, "areas") for value in sorted(set(areas.table[column]))]
    yield from ((text, where) for text, where in texts if text)


def updated(language: Path, found: Catalog) -> Catalog:
    """Return the messages of a language's file brought up to *found*; translations are kept, none is guessed."""
    with language.open("rb") as file:
        known = read_po(file, locale=language.stem.replace("-", "_"))
    known.update(found, no_fuzzy_matching=True, update_header_comment=False)
    known.obsolete.clear()
    return known


def save(path: Path, messages: Catalog) -> None:
    """Write messages in the order of their text, whole or not at all."""
    text = io.BytesIO()
    write_po(text, messages, width=110, sort_output=True, omit_header=False, include_lineno=False)
    partial = path.with_suffix(".partial")
    partial.write_bytes(text.getvalue())
    partial.replace(path)


def write_languages(folder: Path, found: Catalog, target: Path | None = None) -> list[Path]:
    """Bring every language of *folder* up to date, there or in *target*; return the files."""
    target = target or folder
    target.mkdir(parents=True, exist_ok=True)
    files = {file: target / file.name for file in sorted(folder.glob("*.po"))}
    for file, out in files.items():
        save(out, updated(file, found))
    return list(files.values())


def wanting(messages: Catalog) -> Mapping[str, str]:
    """Return what a language lacks: message → "not translated" or "names other fields than the original"."""
    faults = {}
    for message in messages:
        if not message.id:
            continue
        said = message.string if isinstance(message.string, tuple | list) else (message.string,)
        asked = message.id if isinstance(message.id, tuple | list) else (message.id,)
        texts = [text for text in said if text]
        if len(texts) < len(said):
            faults[asked[0]] = "not translated"
        elif any(fields(text) - fields(*asked) for text in texts):
            faults[asked[0]] = "names other fields than the original"
    return faults


def fields(*texts: str) -> set[str]:
    """Return the names between braces in some texts."""
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}
