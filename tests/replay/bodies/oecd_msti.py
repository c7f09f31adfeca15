"""The OECD: the structure message of a data flow and one series of it, as CSV of version 1; invented codes and figures.

The code of the measure is not the one that readers of the service use: a job that does not look it up goes wrong.
"""

from collections.abc import Mapping
from xml.sax.saxutils import escape

from tests.replay.answering import CSV, Asked, Reply

HOSTS = ("sdmx.oecd.org",)
VERSION = "1.4"
FLOW = "DSD_MSTI@DF_MSTI"
LAYOUT = f"/public/rest/dataflow/OECD.STI.STP/{FLOW}/latest"
NAME = "Gross domestic expenditure on R&D (GERD)"
MEASURES = {
    "XB": "Business enterprise expenditure on R&D (BERD)",
    "XG": NAME,
    "XH": "Percentage of GERD paid by industry",
}
UNITS = {"PT_B1GQ": "Percentage of GDP", "USD_PPP": "US dollars, PPP converted"}
DIMENSIONS = ("REF_AREA", "FREQ", "MEASURE", "UNIT_MEASURE", "PRICE_BASE", "TRANSFORMATION")
DATA = f"/public/rest/data/OECD.STI.STP,{FLOW},{VERSION}/.A.XG.PT_B1GQ.."
HEADER = f"DATAFLOW,{','.join(DIMENSIONS)},TIME_PERIOD,OBS_VALUE,OBS_STATUS,UNIT_MULT,DECIMALS"
LINES = (
    "PRT,A,XG,PT_B1GQ,_Z,_Z,2023,1.74,A,0,2",
    "KOR,A,XG,PT_B1GQ,_Z,_Z,2023,4.96,P,0,2",
    "TWN,A,XG,PT_B1GQ,_Z,_Z,2022,3.97,E,0,2",
    "PRT,A,XG,PT_B1GQ,_Z,_Z,1995,0.52,B,0,2",
    "PRT,A,XG,PT_B1GQ,_Z,GY,2023,3.1,A,0,2",
    "ZAF,A,XG,PT_B1GQ,_Z,_Z,2023,NaN,O,0,2",
    "OECD,A,XG,PT_B1GQ,_Z,_Z,2023,2.7,A,0,2",
    "EU27_2020,A,XG,PT_B1GQ,_Z,_Z,2023,2.1,A,0,2",
)


def reply(asked: Asked) -> Reply | None:
    if asked.path == LAYOUT and asked.first("references") == "descendants":
        return Reply(layout(), "application/vnd.sdmx.structure+xml; version=2.1")
    return Reply(table(), CSV) if asked.path == DATA else None


def table(header: str = HEADER) -> bytes:
    """Return the answer: CRLF, rows in no order."""
    start = f"OECD.STI.STP:{FLOW}({VERSION})"
    return ("\r\n".join((header, *(f"{start},{line}" for line in LINES))) + "\r\n").encode()


def layout(
    measures: Mapping[str, str] = MEASURES,
    units: Mapping[str, str] = UNITS,
    dimensions: tuple[str, ...] = DIMENSIONS,
    flow: str = FLOW,
) -> bytes:
    """Return the structure message; MEASURE names its code list through its concept."""
    lists = {"CL_M": measures, "CL_U": units}
    named = {"UNIT_MEASURE": "CL_U"}
    return "".join(
        (
            '<?xml version="1.0" encoding="utf-8"?>\n<message:Structure ',
            'xmlns:message="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message" ',
            'xmlns:structure="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/structure" ',
            'xmlns:common="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common"><message:Structures>',
            f'<structure:Dataflows><structure:Dataflow id="{flow}" agencyID="OECD.STI.STP" version="{VERSION}">',
            '<structure:Structure><Ref id="DSD_MSTI" class="DataStructure" /></structure:Structure>',
            "</structure:Dataflow></structure:Dataflows><structure:Codelists>",
            *(_codelist(code, held) for code, held in lists.items()),
            '</structure:Codelists><structure:Concepts><structure:ConceptScheme id="CS"><structure:Concept id="M">',
            '<structure:CoreRepresentation><structure:Enumeration><Ref id="CL_M" class="Codelist" />',
            "</structure:Enumeration></structure:CoreRepresentation></structure:Concept></structure:ConceptScheme>",
            '</structure:Concepts><structure:DataStructures><structure:DataStructure id="DSD_MSTI">',
            '<structure:DimensionList id="DimensionDescriptor">',
            *(_dimension(name, place, named.get(name, "")) for place, name in enumerate(dimensions, 1)),
            '<structure:TimeDimension id="TIME_PERIOD" /></structure:DimensionList></structure:DataStructure>',
            "</structure:DataStructures></message:Structures></message:Structure>",
        )
    ).encode()


def _codelist(code: str, held: Mapping[str, str]) -> str:
    names = (
        f'<structure:Code id="{one}"><common:Name xml:lang="fr">en français</common:Name>'
        f'<common:Name xml:lang="en">{escape(name)}</common:Name></structure:Code>'
        for one, name in held.items()
    )
    return f'<structure:Codelist id="{code}" agencyID="OECD" version="1.0">{"".join(names)}</structure:Codelist>'


def _dimension(name: str, place: int, codelist: str) -> str:
    own = f'<structure:Enumeration><Ref id="{codelist}" /></structure:Enumeration>' if codelist else ""
    concept = "M" if name == "MEASURE" else name
    return (
        f'<structure:Dimension id="{name}" position="{place}"><structure:ConceptIdentity><Ref id="{concept}" '
        f'maintainableParentID="CS" /></structure:ConceptIdentity><structure:LocalRepresentation>{own}'
        "</structure:LocalRepresentation></structure:Dimension>"
    )
