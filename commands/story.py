"""Check a story of one's own against the figures, and write it as a file."""

from pathlib import Path

import click

from scidip.findings.claims import check
from scidip.findings.claims.check import Evidence
from scidip.findings.session import Reader
from scidip.findings.stories.told import faults, tell
from scidip.indicators.errors import InputFaults, ScidipError
from scidip.indicators.language.current import speaking
from scidip.indicators.language.po_files import load_languages
from scidip.indicators.stories.story import Story, read
from scidip.program import Program, refuse_unknown
from scidip.publish.briefs.making import FORMATS, Maker
from scidip.publish.briefs.origin import Asked
from scidip.publish.briefs.story import story_brief
from scidip.publish.export.writing import write_whole
from scidip.publish.render.browser import Pictures
from scidip.store.queries import served

OUTLINES = Path(__file__).resolve().parent.parent / "assets" / "topojson"
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(name="story")
def story_group() -> None:
    """Check a story (docs/stories.md), or write it as slides, two pages or a document."""


@story_group.command(name="check")
@click.argument("file", type=FILE)
@click.pass_obj
def story_check(program: Program, file: Path) -> None:
    """Say which sentences of the story FILE the figures carry; end with an error when one is not carried."""
    story, known = _story(file), _evidence(program)
    wrong = list(faults(story, known))
    if wrong:
        raise InputFaults([f"{story.name}: {fault}" for fault in wrong])
    for step in tell(story, known).steps:
        click.echo(f"{step.number}. {step.title}  {step.step.view}")
        for one in step.said:
            click.echo(f"   {'checked ' if one.link else '        '} {one.text}")
    click.echo(f"Every number holds in data version {known.version}.")


@story_group.command(name="export")
@click.argument("file", type=FILE)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="pptx, pdf or html.")
@click.option("--lang", default="en", show_default=True, help="Language, by its code.")
@click.pass_obj
def story_export(program: Program, file: Path, out: Path, lang: str) -> None:
    """Write the story FILE as slides (pptx), two pages (pdf) or a document (html); what no longer holds is marked."""
    code = out.suffix.removeprefix(".").lower()
    refuse_unknown("format", (code,), FORMATS)
    languages = load_languages(program.settings.data_dir / "languages")
    refuse_unknown("language", (lang,), languages)
    reader = Reader(program.engine, program.catalogue, program.areas)
    if not reader.years:
        raise ScidipError("There are no scores yet: run `scidip build` first.")
    with speaking(languages[lang]):
        site = f"http://{program.settings.host}:{program.settings.port}"
        told = tell(_story(file), _evidence(program))
        brief = story_brief(Asked(reader, reader.years[-1], site), told)
        data = Maker(Pictures(OUTLINES) if code == "pdf" else None).make(brief, code)
    write_whole(out, iter([data]))
    click.echo(f"{len(data):,} bytes written to {out}")


def _story(file: Path) -> Story:
    try:
        return read(file.read_text("utf-8"), file.stem)
    except UnicodeDecodeError as error:
        raise InputFaults([f"{file.name}: not UTF-8; save it as UTF-8"]) from error


def _evidence(program: Program) -> Evidence:
    engine = program.engine
    catalogue = program.served_catalogue.with_supplied(served.supplied_indicators(engine))
    years, version = served.scored_years(engine), served.data_version(engine)
    return check.evidence(engine, catalogue, program.areas, years, version)


COMMAND = story_group
