"""Structure messages of SDMX (2.1 and 3.0, in XML): which dimensions a data flow has, and what their codes are called.

Elements are told by their names without name spaces, which differ from version to version. A dimension names its code
list itself or through its concept, as a `Ref` (2.1) or as a URN (3.0). Seen in recorded messages of both versions.
"""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.packed import unpacked
from scidip.etl.source import text_of
from scidip.indicators.errors import SourceChanged

LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True)
class Structure:
    """A version of a data flow: its dimensions in the order of the key, time left out, and the names of their codes."""

    version: str
    dimensions: tuple[str, ...]
    codes: Mapping[str, Mapping[str, str]]
    """Dimension → code → English name; empty where the message does not hold the code list."""

    def key(self, **chosen: str) -> str:
        """Return the key that asks for the *chosen* codes, and for all of the dimensions that are not named."""
        return ".".join(chosen.get(name, "") for name in self.dimensions)


def structure(source: str, snapshot: Snapshot, flow: str) -> Structure:
    """Return the structure of the data flow with the id *flow*. Raises SourceChanged where the message lacks it."""
    plain = unpacked(source, snapshot)
    try:
        root = ElementTree.fromstring(text_of(source, plain))
    except (ElementTree.ParseError, ValueError) as error:
        raise SourceChanged(
            source, "the structure message is not whole XML; ask for it again", file=plain.name
        ) from error
    flows = [e for e in _named(root, "Dataflow") if e.get("id") == flow]
    layouts = list(_named(root, "DataStructure"))
    if not flows or not layouts:
        raise SourceChanged(
            source,
            f"the structure message does not hold the data flow {flow} with its data structure; "
            "ask for it with references=descendants",
            file=plain.name,
        )
    wanted = _reference(next(_named(flows[0], "Structure"), flows[0]))
    layout = next((e for e in layouts if e.get("id") == wanted), layouts[0])
    found = [e for e in _named(layout, "Dimension") if e.get("id")]
    order = sorted(found, key=lambda e: int(e.get("position") or found.index(e)))
    codes = {str(e.get("id")): _codes(root, e) for e in order}
    return Structure(flows[0].get("version", ""), tuple(codes), codes)


def _codes(root: ElementTree.Element, dimension: ElementTree.Element) -> dict[str, str]:
    """Return code → English name of a dimension."""
    own = next(_named(dimension, "Enumeration"), None)
    if own is None:
        concept = _reference(next(_named(dimension, "ConceptIdentity"), dimension))
        concepts = (e for e in _named(root, "Concept") if e.get("id") == concept)
        own = next((found for e in concepts for found in _named(e, "Enumeration")), None)
    listed = _reference(own) if own is not None else ""
    lists = (e for e in _named(root, "Codelist") if e.get("id") == listed)
    return {str(c.get("id")): _name(c) for one in lists for c in _named(one, "Code")}


def _reference(element: ElementTree.Element) -> str:
    """Return the id that an element refers to, by `Ref` or by URN."""
    for ref in _named(element, "Ref"):
        return str(ref.get("id"))
    urn = re.search(r"=[^:]+:([^(]+)\([^)]*\)(?:\.(.+))?$", (element.text or "").strip())
    return (urn[2] or urn[1]) if urn else ""


def _name(code: ElementTree.Element) -> str:
    """Return the English name of a code, else its first one."""
    names = [child for child in code if _local(child) == "Name"]
    english = [child for child in names if child.get(LANG, "en") == "en"]
    return " ".join(((english or names)[0].text or "").split()) if names else ""


def _named(element: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    return (e for e in element.iter() if _local(e) == name)


def _local(element: ElementTree.Element) -> str:
    return element.tag.rsplit("}", 1)[-1]
