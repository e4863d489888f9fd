"""The pages people have open: what an admin sees of them, and closing one."""

from __future__ import annotations

from typing import Any

from practika_kernel.domain.board import Board, OpenKernel
from practika_kernel.domain.errors import Conflict
from practika_kernel.domain.events import Event, EventKind
from practika_kernel.domain.people import Person
from practika_kernel.domain.permissions import Thing, Verb
from practika_kernel.domain.ports import Clock, PageBoard, Record
from practika_kernel.services import access

View = dict[str, Any]


class Pages:
    """Reads the board the server puts up, and asks the server to close a page."""

    def __init__(self, record: Record, board: PageBoard, clock: Clock) -> None:
        self._record, self._board, self._clock = record, board, clock

    def open_pages(self, actor: str) -> View:
        """Return what is open, the largest first, for admins only.

        ``running`` is False, and everything else empty, when the server does not run (a
        notebook elsewhere). A page goes by a token of eight letters that opens nothing.
        """
        with self._record.read() as uow:
            me = access.acting(uow, actor)
            access.demand(access.role_relations(me), Verb.SEE, Thing.KERNEL)
            board = self._board.read()
            kernels = board.kernels if board else []
            people = uow.people.many({kernel.person_id for kernel in kernels})
        largest_first = sorted(kernels, key=lambda kernel: (-kernel.memory, kernel.started))
        return {
            **_totals(board),
            "pages": [_row(each, people.get(each.person_id), actor) for each in largest_first],
        }

    def close_page(self, actor: str, token: str) -> View:
        """Ask the server to close the page of this token; return its row.

        The person's page says who closed it, and what they saved is safe. Raises `NotFound`
        for everybody but admins, and `Conflict` when the page is not open any more.
        """
        with self._record.write() as uow:
            me = access.acting(uow, actor)
            access.demand(access.role_relations(me), Verb.MANAGE, Thing.KERNEL)
            board = self._board.read()
            found = [each for each in board.kernels if each.token == token] if board else []
            if len(found) != 1:
                raise Conflict("This page is not open any more.")
            (kernel,) = found
            uow.events.append(
                Event(
                    EventKind.PAGE_CLOSED,
                    self._clock(),
                    actor_id=me.id,
                    student_id=kernel.person_id,
                    data={"page": kernel.page},
                )
            )
            person = uow.people.get(kernel.person_id)
            self._board.ask_to_end(kernel.id)
        return _row(kernel, person, actor)


def _totals(board: Board | None) -> View:
    if board is None:
        return {"running": False, "limit": 0, "waiting": 0, "memory": 0, "forks": None}
    return {
        "running": True,
        "limit": board.limit,
        "waiting": board.waiting,
        "memory": board.memory,
        "forks": {"running": board.forks.running, "why": board.forks.why},
    }


def _row(kernel: OpenKernel, person: Person | None, actor: str) -> View:
    return {
        "token": kernel.token,
        "name": person.name if person else "Somebody",
        "initials": person.initials if person else "?",
        "picture": person.picture if person else "",
        "mine": kernel.person_id == actor,
        "page": kernel.page,
        "started": kernel.started.isoformat(),
        "used": kernel.used.isoformat(),
        "shown": kernel.websockets > 0,
        "memory": kernel.memory,
        "old": kernel.old_code,
    }
