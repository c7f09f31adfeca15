"""Write a briefing on a country or a pair."""

from collections.abc import Mapping
from pathlib import Path

import click

from scidip.findings.session import Reader
from scidip.indicators.errors import ScidipError
from scidip.indicators.language.current import speaking
from scidip.indicators.language.po_files import load_languages
from scidip.program import YEAR, Program, area_codes, bar, refuse_unknown
from scidip.publish.briefs.making import FORMATS, Maker, brief_of
from scidip.publish.briefs.origin import Asked
from scidip.publish.export.writing import write_whole
from scidip.publish.render.browser import Pictures
from scidip.publish.render.endings import format_of

OUTLINES = Path(__file__).resolve().parent.parent / "assets" / "topojson"


@click.command(name="brief")
@click.argument("areas", nargs=-1, required=True)
@click.option(
    "--format",
    "formats",
    multiple=True,
    help="pptx, pdf or html; may be repeated (default: that of the ending of --out, else pptx).",
)
@click.option("--year", type=YEAR, help="Year of the scores (default: the newest).")
@click.option("--out", type=click.Path(path_type=Path), default=Path(), help="A file (of one format) or a folder.")
@click.option("--lang", default="en", show_default=True, help="Language, by its code.")
@click.option("--no-pictures", is_flag=True, help="Without the map and the network, which need a browser.")
@click.option(
    "--workspace",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of an index of your own; AREAS is then one of its units.",
)
@click.option("--site", help="Address of the site that the links point to (default: where `serve` listens).")
@click.pass_obj
def brief_command(
    program: Program,
    areas: tuple[str, ...],
    formats: tuple[str, ...],
    year: int | None,
    out: Path,
    lang: str,
    no_pictures: bool,
    workspace: Path | None,
    site: str | None,
) -> None:
    """Write a briefing on a country (AREAS: IRN) or on a pair (FRA DEU): slides, two pages, or a document."""
    if workspace is not None:
        program = Program.of_workspace(workspace)
        click.get_current_context().call_on_close(program.close)
    refuse_unknown("format", formats, FORMATS)
    formats = format_of(out, formats, {code: (code,) for code in FORMATS}, "pptx")
    if len(formats) > 1 and out.suffix and not out.is_dir():
        raise click.UsageError(f"{out} is one file, and {len(formats)} formats are asked for: name a folder")
    languages = load_languages(program.settings.data_dir / "languages")
    refuse_unknown("language", (lang,), languages)
    reader = Reader(program.engine, program.catalogue, program.areas, agency=program.agency, own=program.own)
    areas = asked_areas(reader, areas)
    asked = Asked(reader, asked_year(reader, year), site.rstrip("/") if site else _served(program))
    maker = Maker(Pictures(OUTLINES) if "pdf" in formats or not no_pictures else None)
    drawing = Maker(None if no_pictures else maker.pictures)
    with speaking(languages[lang]), bar("Writing") as told:
        brief = brief_of(asked, areas)
        files = {}
        for code in dict.fromkeys(formats):
            told(f"{brief.stem}.{code}")
            files[code] = (maker if code == "pdf" else drawing).make(brief, code)
    _put(out, brief.stem, files, drawing)


def _put(out: Path, stem: str, files: Mapping[str, bytes], drawing: Maker) -> None:
    """Write the files of a briefing by their formats, and say what was left out of them."""
    for code, data in files.items():
        place = _place(out, f"{stem}.{code}", len(files))
        write_whole(place, iter([data]))
        click.echo(f"{len(data):,} bytes written to {place}")
    if drawing.left_out:
        click.echo(
            "Without the map and the network: they are drawn by a browser, and none is installed. "
            "Install the package chromium and run the command again.",
            err=True,
        )


def asked_areas(reader: Reader, areas: tuple[str, ...]) -> tuple[str, ...]:
    """Return the codes of one area or of two. Raises click.UsageError for what is neither."""
    if len(areas) > 2:
        raise click.UsageError("a briefing or a capsule is about one country or about two")
    codes = area_codes(areas, reader.areas, reader.present_areas)
    if len(set(codes)) < len(codes):
        raise click.UsageError("a country has no tie with itself: name one country, or two different ones")
    return codes


def asked_year(reader: Reader, year: int | None) -> int:
    """Return *year*, by default the newest with scores. Raises click.UsageError for a year without."""
    if not reader.years:
        raise ScidipError("There are no scores yet: run `scidip build` first.")
    if year is not None and year not in reader.years:
        first, last = reader.years[0], reader.years[-1]
        raise click.UsageError(f"no scores of {year}; there are those of {first} to {last}")
    return year or reader.years[-1]


def _served(program: Program) -> str:
    return f"http://{program.settings.host}:{program.settings.port}"


def _place(out: Path, name: str, files: int) -> Path:
    """Return where a file goes: *out* itself when it is to be one file, else into the folder *out*."""
    if out.is_dir():
        return out / name
    if out.exists() and files == 1:
        return out
    if files > 1 or out.suffix == "":
        out.mkdir(parents=True, exist_ok=True)
        return out / name
    return out


COMMAND = brief_command
