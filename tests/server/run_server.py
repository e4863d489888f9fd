"""Starts the real server for the tests: settings from the environment, pages from a folder."""

from __future__ import annotations

import json
import logging
import os
import sys
from dataclasses import replace
from pathlib import Path

from practika_kernel.bootstrap import assemble
from practika_kernel.domain.errors import PractikaError
from practika_kernel.server.app import PractikaServer, open_sockets
from practika_kernel.settings import Settings


def main(notebooks: Path, forks: Path | None = None) -> int:
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    settings = Settings.read(os.environ)
    try:
        sockets = open_sockets(settings.host, settings.port)
        practika = assemble(settings, migrate=True)
        server = PractikaServer(practika, notebooks=notebooks, forks=forks)
        if "TEST_LIMITS" in os.environ:
            server.limits = replace(server.limits, **json.loads(os.environ["TEST_LIMITS"]))
            server.measure_every = 0.3
        server.ping = int(os.environ.get("TEST_PING", server.ping))
        server.serve(sockets=sockets, ready=lambda address: print(address, flush=True))
    except PractikaError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
