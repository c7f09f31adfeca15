"""Verify a capsule: every file, and the signature."""

from pathlib import Path

import click

from scidip.indicators.errors import ScidipError
from scidip.publish.capsule import minisign
from scidip.publish.capsule.minisign import PublicKey
from scidip.publish.capsule.verifying import verify


@click.command(name="verify")
@click.argument("capsule", type=click.Path(exists=True, path_type=Path))
@click.option("--public-key", type=click.Path(path_type=Path), help="The maker's key, from the maker: FILE.pub.")
def verify_command(capsule: Path, public_key: Path | None) -> None:
    """Hold a CAPSULE, a zip file or a folder, against its manifest and its signature (docs/capsule.md)."""
    found = verify(capsule, None if public_key is None else _public(public_key))
    for line in (*found.faults, found.files, found.signature):
        if line:
            click.echo(line)
    if not found.is_good:
        raise ScidipError(
            f"{capsule} is not as it was made, or its signature does not hold; get it anew from its maker"
        )


def _public(file: Path) -> PublicKey:
    try:
        return minisign.read_public(file.read_text("utf-8"), str(file))
    except UnicodeDecodeError as error:
        raise ScidipError(f"{file} is no public key of minisign: it is not text") from error


COMMAND = verify_command
