"""Print what an auditor of composite indicators asks of the index, or write it as a file."""

from pathlib import Path

import click

from scidip.findings.audit.index_audit import IndexAudit, audit_of
from scidip.findings.session import Reader
from scidip.indicators.errors import ScidipError
from scidip.indicators.language.current import ENGLISH, speaking
from scidip.program import YEAR, Program
from scidip.publish.audit.files import FORMATS
from scidip.publish.audit.index_told import told
from scidip.publish.briefs.origin import Asked
from scidip.publish.export.writing import expect_writable, write_whole
from scidip.publish.render.browser import Pictures
from scidip.publish.render.endings import format_of

OUTLINES = Path(__file__).resolve().parent.parent / "assets" / "topojson"


@click.command(name="audit-index")
@click.option("--year", type=YEAR, help="Of the scores (default: the newest).")
@click.option(
    "--out", type=click.Path(path_type=Path), help="A file to write it to, by its ending: .pdf, .html, .json."
)
@click.option("--site", help="Address of the site that the links point to (default: where `serve` listens).")
@click.pass_obj
def audit_index_command(program: Program, year: int | None, out: Path | None, site: str | None) -> None:
    """Print coherence, balance, stability and separation of the index, weak points by rule."""
    code = format_of(out, (), {known: (known,) for known in FORMATS}, "pdf")[0] if out else ""
    if out:
        expect_writable(out)
    reader = Reader(program.engine, program.catalogue, program.areas, agency=program.agency)
    with speaking(ENGLISH):
        audit = _audit(reader, year)
        if out is None:
            for line in told(reader, audit):
                click.echo(line)
            return
        address = site.rstrip("/") if site else f"http://{program.settings.host}:{program.settings.port}"
        data = FORMATS[code].make(Asked(reader, audit.year, address), audit, Pictures(OUTLINES))
    write_whole(out, iter([data]))
    click.echo(f"{len(data):,} bytes written to {out}")


def _audit(reader: Reader, year: int | None) -> IndexAudit:
    if not reader.years:
        raise ScidipError("There are no scores yet: run `scidip build` first.")
    if year is not None and year not in reader.years:
        raise ScidipError(f"{year} is not scored; the years are {reader.years[0]} to {reader.years[-1]}.")
    audit = audit_of(reader, year or reader.years[-1])
    if audit is None:
        raise ScidipError(f"Nobody is ranked in {year or reader.years[-1]}: there is nothing to audit.")
    return audit


COMMAND = audit_index_command
