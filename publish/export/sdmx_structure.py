"""SDMX-ML 3.0: the structure of each table, which programs ask for before they read its SDMX-CSV."""

from typing import Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from scidip.publish.export.tables import OBSERVATIONS, PAIRS, SCORES, STAGES, Column, Kind

AGENCY: Final = "SCIDIP"
VERSION: Final = "1.0"
MIMETYPE: Final = "application/vnd.sdmx.structure+xml;version=3.0.0"
TABLES: Final = {
    "OBSERVATIONS": (OBSERVATIONS, "Figures by country"),
    "PAIRS": (PAIRS, "Figures by pair of countries"),
    "SCORES": (SCORES, "Scores and ranks"),
    "STAGES": (STAGES, "Figures at each step of the score"),
}
"""Columns and name of each table, by the identifier that its SDMX-CSV has."""
TYPES: Final[dict[Kind, str]] = {
    "text": "String",
    "year": "GregorianYear",
    "number": "Double",
    "integer": "Integer",
    "boolean": "Boolean",
}
_SPACES: Final = {
    kind: f"http://www.sdmx.org/resources/sdmxml/schemas/v3_0/{name}"
    for kind, name in (("mes", "message"), ("str", "structure"), ("com", "common"))
}
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_URN: Final = "urn:sdmx:org.sdmx.infomodel"


def message(prepared: str) -> bytes:
    """Return the structures of all tables as one message; *prepared*: when, as ISO 8601."""
    for prefix, space in _SPACES.items():
        ElementTree.register_namespace(prefix, space)
    root = Element(_name("mes", "Structure"))
    header = SubElement(root, _name("mes", "Header"))
    SubElement(header, _name("mes", "ID")).text = "SCIDIP_STRUCTURES"
    SubElement(header, _name("mes", "Test")).text = "false"
    SubElement(header, _name("mes", "Prepared")).text = prepared
    SubElement(header, _name("mes", "Sender"), id=AGENCY)
    held = SubElement(root, _name("mes", "Structures"))
    concepts = _concepts(held)
    structures = SubElement(held, _name("str", "DataStructures"))
    flows = SubElement(held, _name("str", "Dataflows"))
    for code, (columns, title) in TABLES.items():
        _structure(structures, code, columns, title, concepts)
        flow = _maintained(flows, "Dataflow", code, title)
        reference = f"{_URN}.datastructure.DataStructure={AGENCY}:{code}({VERSION})"
        SubElement(flow, _name("str", "Structure")).text = reference
    # The schema wants them in this order: dataflows before what they are made of.
    order = ("ConceptSchemes", "Dataflows", "DataStructures")
    held[:] = [part for n in order for part in held.findall(_name("str", n))]
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _name(prefix: str, name: str) -> str:
    return f"{{{_SPACES[prefix]}}}{name}"


def _titled(parent: Element, kind: str, code: str, title: str, **more: str) -> Element:
    found = SubElement(parent, _name("str", kind), {"id": code, **more})
    SubElement(found, _name("com", "Name"), {_LANGUAGE: "en"}).text = title
    return found


def _maintained(parent: Element, kind: str, code: str, title: str) -> Element:
    return _titled(parent, kind, code, title, agencyID=AGENCY, version=VERSION)


def _concepts(parent: Element) -> dict[str, str]:
    """Add one concept for each name of a column; return their references by name."""
    schemes = SubElement(parent, _name("str", "ConceptSchemes"))
    scheme = _maintained(schemes, "ConceptScheme", "CONCEPTS", "What the columns hold")
    found: dict[str, str] = {}
    for columns, _ in TABLES.values():
        for column in columns:
            code = column.name.upper()
            if code not in found:
                _titled(scheme, "Concept", code, column.title)
                found[code] = f"{_URN}.conceptscheme.Concept={AGENCY}:CONCEPTS({VERSION}).{code}"
    return found


def _structure(parent: Element, code: str, columns: tuple[Column, ...], title: str, concepts: dict[str, str]) -> None:
    structure = _maintained(parent, "DataStructure", code, title)
    parts = SubElement(structure, _name("str", "DataStructureComponents"))
    lists = {
        role: SubElement(parts, _name("str", f"{kind}List"), id=f"{kind}Descriptor")
        for role, kind in (("dimension", "Dimension"), ("attribute", "Attribute"), ("measure", "Measure"))
    }
    position = 0
    for column in columns:
        kind, more = column.role.capitalize(), {}
        if column.name == "time_period":
            kind = "TimeDimension"
        elif column.role == "dimension":
            position += 1
            more = {"position": str(position)}
        _component(lists[column.role], kind, column, concepts[column.name.upper()], more)
    # The one of time stands last.
    lists["dimension"][:] = sorted(lists["dimension"], key=lambda d: d.tag.endswith("TimeDimension"))


def _component(parent: Element, kind: str, column: Column, concept: str, more: dict[str, str]) -> None:
    component = SubElement(parent, _name("str", kind), {"id": column.name.upper(), **more})
    SubElement(component, _name("str", "ConceptIdentity")).text = concept
    representation = SubElement(component, _name("str", "LocalRepresentation"))
    kept = "ObservationalTimePeriod" if kind == "TimeDimension" else TYPES[column.kind]
    SubElement(representation, _name("str", "TextFormat"), textType=kept)
    if kind == "Attribute":
        relation = SubElement(component, _name("str", "AttributeRelationship"))
        SubElement(relation, _name("str", "Observation"))
