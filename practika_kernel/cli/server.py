"""The server alone, as `practika serve` starts it; not in the list of commands."""

from __future__ import annotations

import logging
from pathlib import Path

import click

from practika_kernel.cli.common import end_with_parent, log_to_stderr, opened

log = logging.getLogger("practika.server")


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

        try:
            practika.services.in_force.put_up()
        except OSError as error:  # without it the settings page tells less, and that is all
            log.warning("The settings in force could not be written down: %s", error)
        serve(practika, forks=forks)
