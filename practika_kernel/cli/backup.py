"""``practika backup``: everything as of one moment, into a folder, while people work."""

from __future__ import annotations

from pathlib import Path

import click

from practika_kernel.cli.common import as_json, progress_bar, read_settings
from practika_kernel.domain.amounts import human_size
from practika_kernel.domain.errors import InvalidInput

FOLDER = click.argument("dest", type=click.Path(path_type=Path, file_okay=False))


class _Folders(click.Group):
    """A folder in the place of a command's name is backed up to."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = args[0] in self.commands
        return super().resolve_command(ctx, args if known else ["make", *args])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in {"-h", "--help"}:
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Folders, short_help="Back up record and videos while people work.")
def backup() -> None:
    """Back up into a folder: practika backup DEST [--keep N] [--secrets FILE].

    Record and videos of one moment, while everybody goes on working. The first time copies all,
    each next time what is new. DEST is an empty folder, or one that was backed up to before;
    best on another disk or machine. See `practika backup make --help`.

    \b
    Examples:
      practika backup /mnt/backup/practika --keep 30
      practika backup list /mnt/backup/practika
      practika backup verify /mnt/backup/practika
    """


@backup.command(short_help="Make a generation (the word make may be left out).")
@FOLDER
@click.option("--keep", type=click.IntRange(1, 10_000), help="Forget all but the newest N.")
@click.option(
    "--secrets",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the keys into FILE, outside of DEST.",
)
@click.option("--json", "json_", is_flag=True, help="Print what was kept as JSON.")
def make(dest: Path, keep: int | None, secrets: Path | None, json_: bool) -> None:
    """Back up record and videos as of one moment into DEST.

    Not kept: unfinished uploads, which are begun anew; what is made anew by itself; and the keys
    that sign cookies and give research its pseudonyms. Those go into a FILE of their own with
    --secrets (mode 0600): keep it somewhere else than DEST.

    The exit code is 1 when a video was missing or damaged in the store already; all else is
    kept all the same.
    """
    settings = read_settings()
    _look(dest, secrets)
    _demand_data(settings.data)
    from practika_kernel.bootstrap.keeping import backup as of
    from practika_kernel.services.standing import mark_back_up

    with progress_bar(f"Backing up to {dest}", quiet=json_) as tell:
        made = of(settings, dest).run(keep or 0, tell)
    mark_back_up(settings.data)
    keys = []
    if secrets is not None:
        from practika_kernel.storage.secret_files import keep_secrets

        keys = keep_secrets(settings.data, secrets)
    manifest = made.manifest
    if json_:
        as_json(
            {
                "ok": not manifest.problems,
                "generation": manifest.name,
                "files": len(manifest.kept),
                "size": manifest.size,
                "new_files": made.files,
                "new_size": made.size,
                "rows": sum(manifest.rows.values()),
                "problems": list(manifest.problems),
                "keys": keys,
            }
        )
    else:
        for problem in manifest.problems:
            click.echo(f"WRONG {problem}")
        click.echo(
            f"Backed up as {manifest.name}: {sum(manifest.rows.values()):,} rows, "
            f"{len(manifest.media):,} stored files, {human_size(manifest.size)} in all; "
            f"{human_size(made.size)} of that new."
        )
        if secrets is None:
            click.echo("The keys are not in it: --secrets FILE keeps them, somewhere else.")
        else:
            click.echo(f"Keys in {secrets}: {', '.join(keys) or 'there are none yet'}.")
    if manifest.problems:
        raise SystemExit(1)


def _look(dest: Path, secrets: Path | None) -> None:
    if secrets is not None and dest.resolve() in secrets.resolve().parents:
        raise InvalidInput("The keys would lie beside what they lock. Name a FILE outside of DEST.")


def _demand_data(data: Path) -> None:
    if not data.is_dir():
        raise InvalidInput(f"There is nothing in {data} to back up. Is PRACTIKA_DATA right?")


@backup.command("list", short_help="Show the generations of a back-up.")
@FOLDER
@click.option("--json", "json_", is_flag=True, help="Print them as JSON.")
def list_(dest: Path, json_: bool) -> None:
    """Show the generations in DEST that are whole, oldest first; sizes are those of all in it."""
    from practika_kernel.bootstrap.keeping import open_backup

    folder = open_backup(dest)
    folder.open()
    found = [folder.manifest(name) for name in folder.names()]
    rows = [
        {
            "generation": each.name,
            "practika": each.practika,
            "schema": each.schema,
            "engine": each.engine,
            "rows": sum(each.rows.values()),
            "files": len(each.media),
            "size": each.size,
            "problems": list(each.problems),
        }
        for each in found
    ]
    if json_:
        as_json(rows)
        return
    for each in found:
        wrong = f", {len(each.problems)} wrong" if each.problems else ""
        click.echo(
            f"{each.name:<19} {sum(each.rows.values()):>10,} rows {len(each.media):>7,} files "
            f"{human_size(each.size):>9}  {each.engine} {each.schema}{wrong}"
        )
    if not found:
        click.echo("No generation yet.")


@backup.command(short_help="Read every byte of a back-up and compare it.")
@FOLDER
@click.option("--generation", default="", help="One of them; all without it.")
def verify(dest: Path, generation: str) -> None:
    """Read every byte of the generations in DEST; say which file is damaged."""
    from practika_kernel.bootstrap.keeping import open_backup
    from practika_kernel.services.restore import verify as read_all

    folder = open_backup(dest)
    folder.open()
    for name in [generation] if generation else folder.names():
        read_all(folder, folder.manifest(name))
        click.echo(f"{name} is whole.")
