"""Say which languages there are, how complete each is, and how much of it a machine has drafted."""

import json

import click

from scidip.indicators.language.po_files import load_languages
from scidip.program import Program


@click.command(name="languages")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_obj
def languages_command(program: Program, as_json: bool) -> None:
    """List the languages: messages, and those drafted by machine that nobody has read."""
    known = load_languages(program.settings.data_dir / "languages")
    most = max(one.count for one in known.values())
    records = [
        {
            "code": code,
            "name": one.name,
            "direction": one.direction,
            "messages": most if code == "en" else one.count,
            "drafted": one.drafted,
        }
        for code, one in known.items()
    ]
    if as_json:
        click.echo(json.dumps(records, ensure_ascii=False, indent=2))
        return
    for r in records:
        read = "all read" if not r["drafted"] else f"{r['drafted']:,} drafted by machine and not yet read"
        click.echo(f"{r['code']}  {r['name']}: {r['messages']:,} messages, {read}")


COMMAND = languages_command
