"""Say how each source renews, how that went, and what is to be done by hand."""

import json

import click

from scidip.findings.exhibits.sources import renewals
from scidip.findings.session import Reader
from scidip.indicators.language.current import ENGLISH, speaking
from scidip.program import Program


@click.command(name="sources")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_obj
def sources_command(program: Program, as_json: bool) -> None:
    """List the sources: how each renews, last try, last success, newest figure, next edition, steps by hand."""
    table = renewals(Reader(program.engine, program.catalogue, program.areas))
    if as_json:
        records = [{c.key: record[c.key] for c in table.columns} for record in table.records()]
        click.echo(json.dumps(records, ensure_ascii=False, indent=2))
        return
    with speaking(ENGLISH):
        for record in table.records():
            shown = {c.key: c.write(record[c.key]) for c in table.columns}
            click.echo(
                f"{shown['source_id']}: {shown['renewal']}; figures to {shown['newest_period']}, vintage "
                f"{shown['vintage']}; last try {shown['last_tried']} ({shown['last_status']}), last success "
                f"{shown['last_success']}; next edition expected {shown['next_edition']}"
            )
            if record["by_hand"]:
                click.echo(f"  {record['by_hand']}")


COMMAND = sources_command
