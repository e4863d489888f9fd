"""``practika restore``: a back-up into a new place, every byte compared."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from practika_kernel.cli.common import as_json, progress_bar
from practika_kernel.domain.amounts import human_size

if TYPE_CHECKING:
    from practika_kernel.domain.backups import Manifest


@click.command(short_help="Restore a back-up into a new place.")
@click.argument("src", type=click.Path(path_type=Path, file_okay=False))
@click.option("--to", type=click.Path(path_type=Path), required=True, help="The new data folder.")
@click.option("--generation", default="", help="Which; the newest without it.")
@click.option("--database", default="", metavar="URL", help="An empty PostgreSQL, if it was one.")
@click.option("--media", default="", metavar="URL", help="An empty s3://bucket/prefix or folder.")
@click.option(
    "--secrets",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The keys `practika backup --secrets` wrote.",
)
@click.option("--json", "json_", is_flag=True, help="Print what was restored as JSON.")
def restore(
    src: Path,
    to: Path,
    generation: str,
    database: str,
    media: str,
    secrets: Path | None,
    json_: bool,
) -> None:
    """Restore the back-up in SRC into a new data folder, which must be empty or not there.

    Every byte is compared before anything is written, and again where it has arrived; rows are
    counted. What fails leaves nothing behind. A record of an older Practika is brought up to date
    by the next start; one of a newer Practika is refused. An S3 service that is not Amazon's is
    named by PRACTIKA_S3_ENDPOINT.

    \b
    Examples:
      practika restore /mnt/backup/practika --to /srv/practika-new
      practika restore /mnt/backup/practika --to drill --generation 20261130t020000z
    """
    from practika_kernel.bootstrap.keeping import restore as into
    from practika_kernel.cli.common import read_settings
    from practika_kernel.storage.secret_files import bring_secrets, read_secrets

    keys = read_secrets(secrets) if secrets else {}
    endpoint, to = read_settings().s3_endpoint, to.expanduser().absolute()
    with progress_bar(f"Restoring to {to}", quiet=json_) as tell:
        manifest = into(src, to, media_url=media, endpoint=endpoint, database_url=database).run(
            generation, tell
        )
    bring_secrets(keys, to)
    settings = {"PRACTIKA_DATA": str(to)}
    if media:
        settings["PRACTIKA_MEDIA_URL"] = media
    if json_:
        as_json(
            {
                "generation": manifest.name,
                "rows": sum(manifest.rows.values()),
                "files": len(manifest.media),
                "size": manifest.size,
                "problems": list(manifest.problems),
                "keys": sorted(keys),
                "settings": settings,
            }
        )
        return
    _print(manifest, settings, bool(keys), bool(database))


def _print(
    manifest: Manifest, settings: dict[str, str], with_keys: bool, with_database: bool
) -> None:
    for problem in manifest.problems:
        click.echo(f"WRONG {problem}")
    click.echo(
        f"Restored {manifest.name}: {sum(manifest.rows.values()):,} rows, "
        f"{len(manifest.media):,} stored files, {human_size(manifest.size)}, all compared."
    )
    if not with_keys:
        click.echo(
            "No keys were restored: everybody signs in again, and research gets new pseudonyms "
            "unless you restore with --secrets FILE."
        )
    told = " ".join(f"{name}={shlex.quote(value)}" for name, value in settings.items())
    other = " PRACTIKA_DATABASE_URL=…" if with_database else ""
    click.echo(f"Start it with\n  {told}{other} practika serve")
