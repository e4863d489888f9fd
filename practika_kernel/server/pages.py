"""The pages: who may open which, and a role's notebook run by a kernel of its own.

The head of a page leaves at once, so that the browser loads what it needs while the kernel
starts. Cells are run by Voila's executor; Voila's front end draws their widgets.
"""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.utils import url_path_join
from tornado import web
from tornado.iostream import StreamClosedError

from practika_kernel.domain.permissions import Relation, Thing, Verb, allowed
from practika_kernel.server.base import LOG, Handler
from practika_kernel.server.identity import CookieIdentity
from practika_kernel.server.kernels import kernels_of
from practika_kernel.server.look import script_json

if TYPE_CHECKING:
    from nbformat import NotebookNode

CELL_SECONDS = 60
"""A page that takes longer than this has failed; people have long gone by then."""

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_SHOWN = frozenset({"display_data", "execute_result"})


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its address, its title, who may open it."""

    name: str
    title: str
    thing: Thing


PAGES = (
    Page("student", "Today", Thing.STUDENT_PAGE),
    Page("teacher", "Queue", Thing.TEACHER_PAGE),
    Page("coordinator", "Progress", Thing.COORDINATOR_PAGE),
    Page("admin", "People", Thing.ADMIN_PAGE),
)


class HomeHandler(Handler):
    """``/``: to the page of one's role."""

    async def get(self) -> None:
        """Send people on; nobody stays here."""
        if self.person is None:
            raise web.HTTPError(401)
        home = self.services.accounts.home(self.person)
        self.redirect(url_path_join(self.base_url, home))


class ResearcherHandler(Handler):
    """``/researcher``: how to get at the data."""

    async def get(self) -> None:
        """Show the page to researchers, and to nobody else that there is one."""
        relations = frozenset({Relation(self.person.role)} if self.person else ())
        if not allowed(Verb.SEE, Thing.RESEARCH, relations):
            raise web.HTTPError(404)
        pages = self.settings["practika_pages"]
        self.finish(pages.render("researcher.html", self, page="researcher"))


class MissingHandler(Handler):
    """Every other address."""

    @allow_unauthenticated
    async def prepare(self, *, _redirect_to_login: bool = True) -> None:
        """Answer before anything is read; a sign-in only decides what the page looks like."""
        identity: CookieIdentity = self.settings["identity_provider"]
        self.current_user = self._jupyter_current_user = await identity.get_user(self)
        raise web.HTTPError(404)


class NotebookHandler(Handler):
    """A role's page."""

    def initialize(self, page: Page, folder: Path) -> None:
        """Take the page and the folder of the notebooks."""
        self._page, self._folder = page, folder
        self._gone = False

    def on_connection_close(self) -> None:
        """Remember that nobody waits any longer."""
        self._gone = True

    async def get(self) -> None:
        """Run the notebook for the person and send what it shows, piece by piece."""
        person, sign_in = self.person, self.sign_in
        if person is None or sign_in is None:
            raise web.HTTPError(401)
        if not await self.call(self.services.accounts.may_open, person.id, self._page.thing):
            raise web.HTTPError(404)
        # Read before the notebook runs: what happens meanwhile is told to the open page.
        mark = await self.call(self.services.live.now)
        notebook = await self.call(_load, self._folder / f"{self._page.name}.ipynb")
        kernel_id = str(uuid.uuid4())
        self.set_header("Cache-Control", "no-store")
        # A proxy that waits for the whole page would undo the early head.
        self.set_header("X-Accel-Buffering", "no")
        try:
            await self._send(self._head(kernel_id, str(mark)))
            kernel = await kernels_of(self).start_for(person, sign_in, kernel_id)
            async for piece in self._body(notebook, kernel):
                await self._send(piece)
            await self._send(self._render("end.html"))
        except StreamClosedError:
            self._gone = True
        if self._gone:
            await kernels_of(self).end(kernel_id)

    def _render(self, name: str, **values: Any) -> str:
        pages = self.settings["practika_pages"]
        return str(pages.render(name, self, page=self._page.name, **values))

    def _head(self, kernel_id: str, mark: str) -> str:
        config = self.settings["practika_front_end"].page_config(kernel_id)
        return self._render("head.html", title=self._page.title, config=config, mark=mark)

    async def _send(self, piece: str) -> None:
        if self._gone:
            raise StreamClosedError
        self.write(piece)
        await self.flush()

    async def _body(self, notebook: NotebookNode, kernel: Any) -> AsyncIterator[str]:
        """Yield what each cell shows; the first failure ends the page with a calm sentence."""
        from nbclient.exceptions import CellExecutionError, DeadKernelError
        from voila.execute import VoilaExecutor

        executor = VoilaExecutor(notebook, km=kernel, timeout=CELL_SECONDS, show_tracebacks=True)
        try:
            executor.kc = await executor.async_start_new_kernel_client()
            for index, cell in enumerate(notebook.cells):
                if cell.cell_type == "code" and cell.source.strip():
                    yield _outputs(await executor.async_execute_cell(cell, index, None, False))
        except (CellExecutionError, DeadKernelError, TimeoutError, RuntimeError) as error:
            reference = secrets.token_hex(4)
            told = _COLOURS.sub("", str(error)).strip()
            LOG.error("/%s failed (reference %s): %s", self._page.name, reference, told)
            yield self._render("failed.html", reference=reference)
        finally:
            if getattr(executor, "kc", None) is not None:
                executor.kc.stop_channels()


def _load(file: Path) -> NotebookNode:
    import nbformat

    if not file.is_file():
        raise FileNotFoundError(f"The page's notebook {file} is missing.")
    notebook: NotebookNode = nbformat.read(file, as_version=4)  # type: ignore[no-untyped-call]
    return notebook


def _outputs(cell: NotebookNode) -> str:
    """Wrap each thing a cell shows in the markup Voila's front end draws from."""
    shown = [output for output in cell.outputs if output.output_type in _SHOWN]
    return "".join(
        '<div class="jp-OutputArea-child"><script type="application/vnd.voila.cell-output+json">'
        f"{script_json({**output, 'trusted': True})}</script></div>\n"
        for output in shown
    )
