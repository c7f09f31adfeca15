"""What the files of an institution declare, held against the catalogue and what serves: all faults at once."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import astuple, replace

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.publishing import Workshop
from scidip.etl.reading import declarations
from scidip.etl.reading.declarations import MOST, Block, Fault
from scidip.etl.renewal import joined
from scidip.etl.sources.user import first_rows
from scidip.indicators.model.areas import fold
from scidip.indicators.model.catalogue import Catalogue
from scidip.indicators.model.declared import PREFIX, Declared, declaring, own_code
from scidip.indicators.supply import SOURCE
from scidip.store.queries import supply_queries

COLUMNS = list(Declared.__dataclass_fields__)


def of_files(shop: Workshop, source: str, snapshots: Sequence[Snapshot]) -> tuple[Workshop, pd.DataFrame]:
    """Return a workshop whose catalogue has what the files of *source* declare, and that as a frame.

    The frame has a row for each indicator beside the catalogue of which a file has figures; columns COLUMNS, `file`
    is its position among *snapshots*. Raises SourceChanged with all faults of a file.
    """
    if source != SOURCE:
        return shop, pd.DataFrame()
    serving = {d.indicator: d for d in supply_queries.declared(shop.engine)}
    found: list[Declared] = []
    for file, snapshot in enumerate(snapshots):
        blocks = declarations.read(SOURCE, snapshot)[1]
        used = first_rows(snapshot)
        declarations.refuse(SOURCE, snapshot, list(_faults(blocks, used, shop.catalogue, serving)))
        found += _declared(blocks, used, shop.catalogue, serving, file)
    frame = pd.DataFrame([astuple(d) for d in found], columns=COLUMNS)
    return replace(shop, catalogue=declaring(shop.catalogue, found)), frame


def renamed(origins: pd.DataFrame, codes: Collection[str]) -> pd.DataFrame:
    """Return origins by the codes of the figures, those of *codes* as they are and others with their prefix."""
    if origins.empty:
        return origins
    named = origins.assign(indicator=[c if c in codes else own_code(c) for c in origins["indicator"]])
    return named.groupby("indicator", as_index=False).agg(joined)


def _declared(
    blocks: Sequence[Block], used: Mapping[str, int], catalogue: Catalogue, serving: Mapping[str, Declared], file: int
) -> Iterator[Declared]:
    """Yield what is beside the catalogue of the indicators that a file has figures of."""
    own = {own_code(b.said["indicator"]): b for b in blocks}
    for code in dict.fromkeys(own_code(u) for u in used if not _is_supplied(u, catalogue)):
        plain, block = code.removeprefix(PREFIX), own.get(code)
        if block is not None:
            said = (block.said["name"], block.unit, block.said.get("definition", ""), block.direction)
            yield Declared(code, "", *said, file)
        elif base := catalogue.indicators.get(plain):
            yield Declared(code, plain, base.name, base.unit, base.definition, base.direction, file)
        elif code in serving:
            yield replace(serving[code], file=file)


def _is_supplied(code: str, catalogue: Catalogue) -> bool:
    """Return whether the catalogue itself leaves an indicator to the user."""
    return code in catalogue.indicators and catalogue.indicators[code].source == SOURCE


def _faults(
    blocks: Sequence[Block], used: Mapping[str, int], catalogue: Catalogue, serving: Mapping[str, Declared]
) -> Iterator[Fault]:
    names = {fold(i.name): i.code for i in catalogue.indicators.values()}
    new = {own_code(b.said["indicator"]) for b in blocks} | {c for c, d in serving.items() if not d.beside}
    for block in blocks:
        code = own_code(block.said["indicator"])
        plain, line = code.removeprefix(PREFIX), block.lines["indicator"]
        if plain in catalogue.indicators:
            yield line, _in_catalogue(plain, catalogue)
        if (other := names.get(fold(block.said["name"]))) is not None:
            yield block.lines["name"], f"the catalogue calls {other} by this name; choose another"
        if (old := serving.get(code)) is not None and old.unit != block.unit:
            yield (
                block.lines["unit"],
                f"{code} serves in {old.unit!r} from an earlier file; write that unit, choose another code, or remove "
                "that file first",
            )
    same = Counter(fold(b.said["name"]) for b in blocks)
    for block in blocks:
        if same[fold(block.said["name"])] > 1:
            yield block.lines["name"], "another indicator of the file has the same name; choose another"
    if blocks and len(new) > MOST:
        yield blocks[0].line, f"with those that serve these are {len(new)} new indicators; a copy takes {MOST}"
    for code, row in used.items():
        base = catalogue.indicators.get(code.removeprefix(PREFIX))
        if base is not None and base.arity == "pair":
            yield row, f"{base.code} is a figure of two countries, and only those of one can be supplied; take it out"
        elif base is not None and base.source == SOURCE and code != base.code:
            yield row, f"{base.code} is supplied under its own code; write it without {PREFIX}"


def _in_catalogue(code: str, catalogue: Catalogue) -> str:
    if _is_supplied(code, catalogue):
        return f"{code} is in the catalogue, and its figures are taken as they are; leave the declaration out"
    return (
        f"{code} is in the catalogue; choose another code, or leave the declaration out: your figures are then kept "
        f"beside the official ones, as {own_code(code)}"
    )
