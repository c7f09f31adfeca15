"""Write a capsule: pages, tables, method and data of a country or a pair in one signed folder."""

from pathlib import Path

import click

from scidip.commands.brief import OUTLINES, asked_areas, asked_year
from scidip.findings.session import Reader
from scidip.indicators.errors import ScidipError
from scidip.indicators.language.current import speaking
from scidip.indicators.language.po_files import load_languages
from scidip.program import YEAR, Program, bar, refuse_unknown
from scidip.publish.briefs.making import Maker
from scidip.publish.briefs.origin import Asked
from scidip.publish.capsule import minisign
from scidip.publish.capsule.contents import Order
from scidip.publish.capsule.making import Capsule, capsule_of
from scidip.publish.capsule.minisign import SecretKey
from scidip.publish.capsule.packing import write_folder
from scidip.publish.export.writing import expect_writable, write_whole
from scidip.publish.render.browser import Pictures
from scidip.publish.render.endings import format_of
from scidip.version import VERSION

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(name="capsule")
@click.argument("areas", nargs=-1)
@click.option("--out", type=click.Path(path_type=Path), help="A zip file, or a new folder where it has no ending.")
@click.option("--year", type=YEAR, help="Year of the scores (default: the newest).")
@click.option("--lang", default="en", show_default=True, help="Language, by its code.")
@click.option("--no-pictures", is_flag=True, help="Without PDF, map and network, which need a browser.")
@click.option("--site", help="Address of the site that the links of the briefing point to.")
@click.option(
    "--key", type=FILE, help="The secret key that signs (default: SCIDIP_SIGNING_KEY; without one, unsigned)."
)
@click.option("--new-key", type=FILE, help="Only make a pair of keys: the secret FILE, and FILE.pub to be made known.")
@click.pass_obj
def capsule_command(
    program: Program,
    areas: tuple[str, ...],
    out: Path | None,
    year: int | None,
    lang: str,
    no_pictures: bool,
    site: str | None,
    key: Path | None,
    new_key: Path | None,
) -> None:
    """Write a capsule of a country (AREAS: IRN) or a pair (FRA DEU): a folder for a stick, which `verify` checks."""
    if new_key is not None:
        if areas:
            raise click.UsageError("--new-key only makes keys: name no country with it")
        _write_keys(new_key)
        return
    if not areas:
        raise click.UsageError("name a country, or two for a pair")
    languages = load_languages(program.settings.data_dir / "languages")
    refuse_unknown("language", (lang,), languages)
    secret = _secret(key or program.settings.signing_key)
    reader = Reader(program.engine, program.catalogue, program.areas, agency=program.agency)
    codes = asked_areas(reader, areas)
    asked = Asked(reader, asked_year(reader, year), (site or program.settings.site).rstrip("/"))
    out = out or Path(f"scidip-capsule-{'-'.join(codes)}.zip")
    if out.suffix:
        format_of(out, (), {"capsule": ("zip",)}, "capsule")
        expect_writable(out)
    maker = Maker(None if no_pictures else Pictures(OUTLINES))
    order = Order(asked, codes, program.settings.data_dir, maker)
    with speaking(languages[lang]), bar("Writing") as told:
        capsule = capsule_of(order, program.served_catalogue, secret, f"scidip {VERSION}", told)
    _write(out, capsule)
    _report(capsule, out, secret)


def _write(out: Path, capsule: Capsule) -> None:
    if out.suffix:
        write_whole(out, iter([capsule.zipped]))
    else:
        write_folder(out, capsule.files)


def _report(capsule: Capsule, out: Path, secret: SecretKey | None) -> None:
    size = len(capsule.zipped) if out.suffix else sum(map(len, capsule.files.values()))
    click.echo(f"{size:,} bytes, {len(capsule.files)} files written to {out}")
    if secret:
        click.echo(f"Signed with the key {secret.public.name}.")
    else:
        click.echo("Not signed: `scidip capsule --new-key FILE` makes a key, and --key FILE signs with it.")
    if "briefing/briefing.pdf" not in capsule.files:
        click.echo(
            "Without PDF, map and network, which a browser makes: install the package chromium, and leave "
            "--no-pictures out.",
            err=True,
        )


def _secret(file: Path | None) -> SecretKey | None:
    if file is None:
        return None
    try:
        return minisign.read_secret(file.read_text("utf-8"), str(file))
    except UnicodeDecodeError as error:
        raise ScidipError(f"{file} is no secret key of minisign: it is not text") from error


def _write_keys(file: Path) -> None:
    """Write a pair of keys; a file that is there is never written over: what it signed could not be signed again."""
    public = file.with_name(file.name + ".pub")
    for place in (file, public):
        if place.exists() or place.is_symlink():
            raise ScidipError(f"{place} is there already, and a key is never written over; choose another name")
    key = minisign.new_key()
    for place, text, mode in ((file, key.text, 0o600), (public, key.public.text, 0o644)):
        try:
            place.touch(mode, exist_ok=False)
            place.write_text(text, "utf-8")
        except OSError as error:
            if place == public:
                file.unlink(missing_ok=True)
            error.filename = str(place)
            raise
    click.echo(f"The secret key {key.public.name} was written to {file}: keep it, and keep it to yourself.")
    click.echo(f"The public key was written to {public}: make it known where capsules are handed out.")


COMMAND = capsule_command
