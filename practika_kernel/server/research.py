"""``/researcher`` and the notebooks it lists, each of them a page."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from tornado import web

from practika_kernel.domain.errors import InvalidInput
from practika_kernel.domain.people import Person
from practika_kernel.domain.permissions import Relation, Thing, Verb, allowed
from practika_kernel.server.base import Handler
from practika_kernel.server.lean.notebook import Notebook, load
from practika_kernel.server.opening import NotebookHandler
from practika_kernel.server.pages import Page
from practika_kernel.server.prose import heading

ROUTE = r"/notebook/[^/]+"

_NAME = re.compile(r"\w[\w .,+()'-]{0,99}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A notebook in the list; ``readable`` is False for a file that is damaged."""

    name: str
    title: str
    readable: bool = True


class Shelf:
    """The notebooks there are to open: the files of a few folders, and nothing beside them.

    Folders come nearest first: a school's own notebook stands before one of the same name that
    came with Practika.
    """

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self._folders = folders

    def files(self) -> dict[str, Path]:
        """Return the files by the names they have in addresses; empty when there are none."""
        found: dict[str, Path] = {}
        for folder in self._folders:
            home = folder.resolve()
            for file in sorted(folder.glob("*.ipynb")):
                real = file.resolve()  # a link may stay inside, not lead out
                if _NAME.fullmatch(file.stem) and real.is_file() and real.is_relative_to(home):
                    found.setdefault(file.stem, file)
        return found

    def entries(self) -> list[Entry]:
        """Return what the list shows, by title."""
        entries = [_entry(name, file) for name, file in self.files().items()]
        return sorted(entries, key=lambda entry: (_in_order(entry.title), entry.name))


def _in_order(title: str) -> str:
    """Return a title as it is sorted: capitals and accents make no difference."""
    return unicodedata.normalize("NFKD", title.casefold())


def _entry(name: str, file: Path) -> Entry:
    try:
        return Entry(name, title_of(name, load(file)))
    except (OSError, ValueError, KeyError, AttributeError):  # all that a damaged file raises
        return Entry(name, name, readable=False)


def title_of(name: str, notebook: Notebook) -> str:
    """Return a notebook's first heading, or its file's name in words."""
    return heading(notebook.whole.cells) or name.replace("_", " ").replace("-", " ")


def may_research(person: Person | None) -> bool:
    """Tell whether somebody may read the research data."""
    relations = frozenset({Relation(person.role)} if person else ())
    return allowed(Verb.SEE, Thing.RESEARCH, relations)


class ResearcherHandler(Handler):
    """``/researcher``: how to get at the data."""

    def initialize(self, shelf: Shelf) -> None:
        """Take the notebooks."""
        self._shelf = shelf

    async def get(self) -> None:
        """Show the page to researchers, and to nobody else that there is one."""
        if not may_research(self.person):
            raise web.HTTPError(404)
        entries = await self.call(self._shelf.entries)
        pages = self.settings["practika_pages"]
        self.finish(pages.render("researcher.html", self, page="researcher", entries=entries))


class ResearchNotebookHandler(NotebookHandler):
    """``/notebook/<name>``: one of the notebooks as a page."""

    def initialize(self, shelf: Shelf) -> None:  # type: ignore[override]  # files, not one page
        """Take the notebooks."""
        self._shelf, self._gone = shelf, False

    async def get(self) -> None:
        """Open the notebook for people who may read the data; nobody else sees there is one."""
        if not may_research(self.person):
            raise web.HTTPError(404)
        try:
            name = unquote(self.request.path.rpartition("/")[2], errors="strict")
        except UnicodeDecodeError as error:
            raise web.HTTPError(404) from error
        file = (await self.call(self._shelf.files)).get(name)
        if file is None:
            raise web.HTTPError(404)
        try:
            title = title_of(name, await self.call(load, file))
        except (OSError, ValueError, KeyError, AttributeError) as error:
            raise InvalidInput(f"The notebook {name} is damaged and cannot be opened.") from error
        self._page = Page(f"notebook/{name}", title, Thing.RESEARCH, ())
        await self.open_file(file)

    def may_open(self, person_id: str) -> bool:
        """Tell what `get` has found out already."""
        return may_research(self.person)

    def _render(self, name: str, **values: object) -> str:
        own = {"stock_head.html": "notebook_head.html"}.get(name, name)
        pages = self.settings["practika_pages"]
        return str(pages.render(own, self, page="researcher", **values))
