"""Write a chart or a table of a page to a file."""

from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import click

from scidip.indicators.errors import ScidipError
from scidip.program import Program, bar
from scidip.publish.export.writing import write_whole

KINDS = ("png", "svg", "pdf", "csv", "xlsx")


@click.command(name="chart")
@click.argument("address")
@click.option("--part", required=True, help="The chart or table: its id, or table-1, table-2 …")
@click.option(
    "--shape",
    default="wide",
    show_default=True,
    type=click.Choice(["wide", "standard", "square"]),
    help="16:9, 4:3 or 1:1.",
)
@click.option("--theme", default="light", show_default=True, type=click.Choice(["light", "dark"]), help="Paper.")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; its ending says what: png, svg, pdf, csv or xlsx.",
)
@click.pass_obj
def chart_command(program: Program, address: str, part: str, shape: str, theme: str, out: Path) -> None:
    """Write a chart of the page at ADDRESS ("/country?area=PRT") as a picture, or its table."""
    from scidip.app import create_server

    kind = out.suffix.removeprefix(".").lower()
    if kind not in KINDS:
        raise click.UsageError(f"{out.name}: end the name with one of .{', .'.join(KINDS)}")
    parts = urlsplit(address)
    page = parts.path.strip("/").replace("/", "-") or "overview"
    query = [*parse_qsl(parts.query), ("part", part), ("shape", shape), ("theme", theme)]
    with bar("Drawing") as told:
        told(part)
        answer = (
            create_server(program.settings)
            .test_client()
            .get(
                f"/figure/{page}.{kind}?{urlencode(query)}",
                headers={"Accept": "application/json"},
                base_url=f"http://{program.settings.host}:{program.settings.port}",
            )
        )
    if answer.status_code != 200:
        error = (answer.get_json(silent=True) or {}).get("error", {})
        raise ScidipError(f"{error.get('message', answer.status)} {error.get('remedy', '')}".strip())
    size = write_whole(out, iter([answer.data]))
    click.echo(f"{size:,} bytes written to {out}")


COMMAND = chart_command
