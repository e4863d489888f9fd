"""A page opens: its head leaves at once, its notebook runs in a kernel of its own.

The browser loads what it needs while the kernel starts. A page that was only reloaded, or left
and come back to, gets its old kernel with everything in it.
"""

from __future__ import annotations

import asyncio
import copy
import secrets
import uuid
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing
from pathlib import Path
from typing import Any, cast

from tornado import web
from tornado.iostream import StreamClosedError

from practika_kernel.domain.people import Person, SignIn
from practika_kernel.server import guard, stock
from practika_kernel.server.base import LOG, Handler
from practika_kernel.server.endings import Ending
from practika_kernel.server.environment import whose
from practika_kernel.server.kernels import OpenPage, kernels_of
from practika_kernel.server.lean.blocks import Model, Shown, block
from practika_kernel.server.lean.notebook import Notebook, load
from practika_kernel.server.lean.run import CellFailed, Talk
from practika_kernel.server.look import ASK_AGAIN
from practika_kernel.server.pages import Page
from practika_kernel.server.pool import Pool
from practika_kernel.server.room import Place
from practika_kernel.server.seats import Seats

RETURN_COOKIE = "practika-return"
LEAVING_SECONDS = 0.5
"""How long the websocket of a page that is being left may take to close. Browsers keep the old
page, and its websocket, until the head of the new one has arrived."""


class NotebookHandler(Handler):
    """A page that is a notebook."""

    def initialize(self, page: Page, folder: Path) -> None:
        """Take the page and the folder of the notebooks."""
        self._page, self._folder = page, folder
        self._gone = False
        self._opening: asyncio.Task[None] | None = None

    def on_connection_close(self) -> None:
        """Stop: nobody waits any longer. A cell may run for long before the next piece is sent."""
        super().on_connection_close()
        self._gone = True
        if self._opening is not None:
            self._opening.cancel()

    async def get(self) -> None:
        """Open the page of that name."""
        await self.open_file(self._folder / f"{self._page.name}.ipynb")

    async def open_file(self, file: Path) -> None:
        """Run a notebook for the person and send what it shows, piece by piece."""
        person, sign_in = self.person, self.sign_in
        if person is None or sign_in is None:
            raise web.HTTPError(401)
        notebook, mark = await self.call(self._looked_up, person.id, file)
        self.set_header("Cache-Control", "no-store")
        # A proxy that waits for the whole page would undo the early head.
        self.set_header("X-Accel-Buffering", "no")
        open_page = self._new_page(person, sign_in, mark)
        seats: Seats = self.settings["practika_seats"]
        back = notebook.lean and self._left_behind(person, sign_in) is not None
        place = None if back else seats.take(open_page)
        if place is not None:
            self._wait(place)
            return
        opening = (
            self._open_lean(notebook, open_page, person, sign_in)
            if notebook.lean
            else self._open_stock(notebook, open_page)
        )
        try:
            await self._while_somebody_waits(opening)
        finally:
            seats.release(open_page)
            if self._gone:
                await kernels_of(self).end(open_page.kernel_id, Ending.CLOSED)

    async def _while_somebody_waits(self, opening: Coroutine[Any, Any, None]) -> None:
        """Open the page; leave off as soon as the browser has gone."""
        self._opening = asyncio.get_running_loop().create_task(opening)
        if self._gone:  # while it was looked up whose page this is
            self._opening.cancel()
        try:
            await self._opening
        except StreamClosedError:
            self._gone = True
        except asyncio.CancelledError:
            if not self._gone:  # not the browser: the server ends
                raise
        finally:
            self._opening.cancel()

    def _left_behind(self, person: Person, sign_in: SignIn) -> OpenPage | None:
        key = self.get_cookie(RETURN_COOKIE) or ""
        return kernels_of(self).left_behind(key, person, sign_in, self._page.name)

    def _wait(self, place: Place) -> None:
        """Answer with the person's place in the line; the page asks again by itself."""
        self.waits = True
        self.set_status(503)
        self.set_header("Retry-After", str(ASK_AGAIN))
        self.finish(self.settings["practika_pages"].full(self, place, self._page.name))

    def may_open(self, person_id: str) -> bool:
        """Tell whether this page is the person's to open."""
        return self.services.accounts.may_open(person_id, self._page.thing)

    def _looked_up(self, person_id: str, file: Path) -> tuple[Notebook, str]:
        """Ask the record for the right to open the page, and where live changes stand.

        The mark is read before the notebook runs: what happens meanwhile is told to the page.
        """
        if not self.may_open(person_id):
            raise web.HTTPError(404)
        self.practika_keys = self.services.player_keys.page(person_id)
        return load(file), str(self.services.live.now())

    def _new_page(self, person: Person, sign_in: SignIn, mark: str) -> OpenPage:
        name = self._page.name
        return OpenPage(str(uuid.uuid4()), person.id, sign_in.id, name, mark)

    # ---- lean ----

    async def _open_lean(
        self, notebook: Notebook, page: OpenPage, person: Person, sign_in: SignIn
    ) -> None:
        await self._send(self._lean_head())
        old = self._left_behind(person, sign_in)
        states = await self._states(old) if old is not None else None
        if old is not None and states is not None:
            async for piece in _taken_back(old, states):
                await self._send(piece)
        else:
            await self._build(page, self._lean_cells(notebook, page))
        await self._send(block({"end": True}) + self._render("end.html"))

    def _lean_head(self) -> str:
        asked = {name for name in ("take", "with") if self.get_query_argument(name, "")}
        scripts = self._page.preloads(
            take="take" in asked,
            with_="with" in asked,
            view=self.get_query_argument("view", ""),
        )
        return self._render("head.html", title=self._page.title, scripts=scripts)

    async def _lean_cells(self, notebook: Notebook, page: OpenPage) -> AsyncGenerator[str, None]:
        talk = await self._talk_for(page)
        try:  # whoever leaves at the first piece leaves no open socket: it would keep the server
            yield _introduction(page, again=False)
            async for shown in talk.run(notebook.code):
                page.shown.append(shown.outputs)
                yield block(shown.as_block())
        finally:
            talk.close()

    async def _talk_for(self, page: OpenPage) -> Talk:
        """Return a conversation with the page's kernel: one that waited, or a new one."""
        kernels, pool = kernels_of(self), cast(Pool, self.settings["practika_pool"])
        waiting = pool.claim()
        if waiting is not None:
            page.kernel_id, talk = waiting
            kernels.bind(page)
            talk.tell(whose(page.person_id, page.sign_in_id, self.request.query))
            kernels.make_room(page)
            return talk
        kernels.bind(page)
        talk = Talk(await kernels.start_for(page, self.request.query))
        await talk.open()
        return talk

    async def _states(self, old: OpenPage) -> dict[str, Model] | None:
        """Return the widgets of the page that was left; None when it cannot be had."""
        old.building = True
        try:
            async with asyncio.timeout(LEAVING_SECONDS):
                await old.vacant.wait()
            async with Talk(kernels_of(self).get_kernel(old.kernel_id)) as talk:
                states = await talk.states()
        except (TimeoutError, CellFailed, KeyError, web.HTTPError):
            return None
        finally:
            old.building = False
        old.come_back()
        return states

    # ---- stock ----

    async def _open_stock(self, notebook: Notebook, page: OpenPage) -> None:
        config = self.settings["practika_front_end"].page_config(page.kernel_id)
        head = {"title": self._page.title, "config": config, "mark": page.mark}
        self.set_header("Content-Security-Policy", guard.policy(self._video_places, stock=True))
        await self._send(self._render("stock_head.html", **head))
        await self._build(page, self._stock_cells(notebook, page))
        await self._send(self._render("end.html"))

    async def _stock_cells(self, notebook: Notebook, page: OpenPage) -> AsyncGenerator[str, None]:
        kernels = kernels_of(self)
        kernels.bind(page)
        kernel = await kernels.start_for(page, self.request.query)
        async for piece in stock.run(copy.deepcopy(notebook.whole), kernel):
            yield piece

    # ---- both ----

    async def _build(self, page: OpenPage, pieces: AsyncGenerator[str, None]) -> None:
        """Send what the cells show; the first failure ends the page with a calm sentence."""
        try:
            async with self.settings["practika_starts"], aclosing(pieces):
                async for piece in pieces:
                    await self._send(piece)
        except CellFailed as error:
            await self._send(self._failed(page, error))
        finally:
            page.built()

    def _failed(self, page: OpenPage, error: CellFailed) -> str:
        ending = kernels_of(self).ending_of(page.kernel_id, self.person, self.sign_in)
        if ending is not None and ending is not Ending.DIED:
            return self._render("failed.html", told=ending.sentence, reference="")
        reference = secrets.token_hex(4)
        LOG.error("/%s failed (reference %s): %s", self._page.name, reference, error)
        return self._render("failed.html", told="", reference=reference)

    def _render(self, name: str, **values: object) -> str:
        pages = self.settings["practika_pages"]
        return str(pages.render(name, self, page=self._page.name, **values))

    async def _send(self, piece: str) -> None:
        if self._gone:
            raise StreamClosedError
        self.write(piece)
        await self.flush()


def _introduction(page: OpenPage, *, again: bool) -> str:
    return block(
        {
            "kernel": page.kernel_id,
            "key": page.key,
            "mark": page.mark,
            "again": again,
            "page": page.page,
        }
    )


async def _taken_back(page: OpenPage, states: dict[str, Model]) -> AsyncGenerator[str, None]:
    """Yield a page that is there already: its widgets as they are now, shown as before."""
    yield _introduction(page, again=True)
    models = states
    for outputs in page.shown:
        yield block(Shown(models, outputs).as_block())
        models = {}
