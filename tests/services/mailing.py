"""A school whose practika sends its letters to a box of the test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import post
import school as world
from post import Box
from practika_kernel.bootstrap import Practika, assemble
from practika_kernel.settings import Settings


@contextmanager
def mailed(school: world.School) -> Iterator[tuple[Practika, Box]]:
    """The same school with a mail server, and what arrives there."""
    box = Box()
    with post.office(box) as where:
        environ = {
            "PRACTIKA_DATA": str(school.practika.settings.data),
            "PRACTIKA_SMTP_URL": f"smtp+plain://{where}",
            "PRACTIKA_PUBLIC_URL": "https://school.example",
        }
        practika = assemble(Settings.read(environ))
        yield practika, box
        practika.close()
