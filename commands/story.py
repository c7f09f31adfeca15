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
from scidip.publish.render.endings import format_of
from scidip.store.queries import served

OUTLINES = Path(__file__).resolve().parent.parent / "assets" / "topojson"
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(name="story")
@click.argument("action", type=click.Choice(["check", "export"]))
@click.argument("file", type=FILE)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="For export: a pptx, pdf or html file.")
@click.option("--lang", help="For export: language, by its code (default: en).")
@click.pass_obj
def story_command(program: Program, action: str, file: Path, out: Path | None, lang: str | None) -> None:
    """Check the story FILE against the figures, or export it as slides, two pages or a document (docs/stories.md).

    `check` ends with an error when a sentence is not carried by the figures. `export` marks what is not.
    """
    if action == "check" and (out is not None or lang is not None):
        raise click.UsageError("check writes nothing: --out and --lang belong to export")
    story = _story(file)
    if action == "check":
        for line in _checked(story, _evidence(program)):
            click.echo(line)
        return
    if out is None:
        raise click.UsageError("export writes a file: name it with --out, ending in .pptx, .pdf or .html")
    (code,) = format_of(out, (), {known: (known,) for known in FORMATS}, "pptx")
    data = _file(program, story, code, lang or "en")
    write_whole(out, iter([data]))
    click.echo(f"{len(data):,} bytes written to {out}")


def _checked(story: Story, known: Evidence) -> list[str]:
    wrong = list(faults(story, known))
    if wrong:
        raise InputFaults([f"{story.name}: {fault}" for fault in wrong])
    lines = []
    for step in tell(story, known).steps:
        lines.append(f"{step.number}. {step.title}  {step.step.view}")
        lines += [f"   {'checked ' if one.link else '        '} {one.text}" for one in step.said]
    return [*lines, f"Every number holds in data version {known.version}."]


def _file(program: Program, story: Story, code: str, lang: str) -> bytes:
    refuse_unknown("format", (code,), FORMATS)
    languages = load_languages(program.settings.data_dir / "languages")
    refuse_unknown("language", (lang,), languages)
    reader = Reader(program.engine, program.catalogue, program.areas, agency=program.agency)
    if not reader.years:
        raise ScidipError("There are no scores yet: run `scidip build` first.")
    with speaking(languages[lang]):
        site = f"http://{program.settings.host}:{program.settings.port}"
        brief = story_brief(Asked(reader, reader.years[-1], site), tell(story, _evidence(program)))
        return Maker(Pictures(OUTLINES) if code == "pdf" else None).make(brief, code)


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


COMMAND = story_command
