"""The command line: ``practika serve``, ``practika clip`` and the rest.

Each command lives in a module of its own that loads what it needs when it runs, so that
``practika --help`` answers at once.
"""

from __future__ import annotations

import gc
import keyword
import sys
from importlib import import_module

import click

from practika_kernel import __version__
from practika_kernel.domain.errors import PractikaError

_NAMES = (
    "serve", "worker", "server", "demo", "person", "import", "consent", "erase", "clip", "align",
    "measure", "export", "audit", "storage", "backup", "restore", "probe", "doctor", "lab",
)  # fmt: skip

_HELP = """Upload, reply, compare: a workbench for skills learnt by practising on video.

\b
To look at it with a sample course:
  practika serve --sample --open

\b
To start for real, with an empty record:
  practika person add "Noor Haddad" noor@school.example --role admin
  practika serve

\b
To cut a video on its own:
  practika clip lesson.mp4 bars-5-8.mp4 --start 12.5 --end 17

Settings are environment variables such as PRACTIKA_PORT and PRACTIKA_DATA;
`practika doctor` lists them with their values and looks whether all is well.
"""


class _Commands(click.Group):
    """The commands in the order one meets them, each imported when it is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_NAMES)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _NAMES:
            return None
        word = f"{name}_" if keyword.iskeyword(name) else name
        found = getattr(import_module(f"{__name__}.{word}"), word)
        assert isinstance(found, click.Command)
        return found


@click.command(cls=_Commands, help=_HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="practika %(version)s")
def practika() -> None:
    """Gather the commands; `_HELP` is what people read."""


def main() -> None:
    """Run one command. What goes wrong on purpose is one sentence on stderr, and exit code 2."""
    try:
        code = practika.main(prog_name="practika", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except PractikaError as error:
        click.echo(error.sentence, err=True)
        code = 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped. Nothing was half-stored.", err=True)
        code = 130
    if "_duckdb" not in sys.modules:  # which would complain of each object it cannot let go of
        gc.freeze()  # what is left ends with the process: to look through it again helps nobody
    sys.exit(code if isinstance(code, int) else 0)
