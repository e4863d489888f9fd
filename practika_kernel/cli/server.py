"""The server alone, as `practika serve` starts it; not in the list of commands."""

from __future__ import annotations

from pathlib import Path

import click

from practika_kernel.cli.common import end_with_parent, log_to_stderr, opened


@click.command(hidden=True)
@click.option("--tethered", is_flag=True, hidden=True)
@click.option("--forks", type=click.Path(path_type=Path), hidden=True)
def server(tethered: bool, forks: Path | None) -> None:
    """Serve pages until SIGTERM. Use `practika serve`, which also looks after the rest."""
    if tethered:
        end_with_parent()
    with opened() as practika:
        log_to_stderr(practika.settings, "server")
        from practika_kernel.server.app import serve

        serve(practika, forks=forks)
