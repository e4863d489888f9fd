"""What browsers load: our own files by content, and Voila's front end by version.

Both have addresses that change with what is behind them, so browsers may keep them for ever.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import re
from pathlib import Path
from typing import Any

from jupyter_server.utils import url_path_join
from tornado import web

from practika_kernel.server import guard
from practika_kernel.server.compress import Kept, KeptFiles, accepts_gzip

FOREVER = "public, max-age=31536000, immutable"

_EXTENSIONS = (
    "@jupyter-widgets/jupyterlab-manager",
    "@voila-dashboards/widgets-manager8",
    "anywidget",
)
"""What every page of the stock way needs: the manager of widgets, and anywidget's."""

_WIDGETS = "@jupyter-widgets/base"

_VERSIONED_BY = ("voila", "anywidget", "ipywidgets", "jupyterlab-widgets")


class Assets:
    """Addresses of the files in the static folder."""

    def __init__(self, folder: Path, base_url: str) -> None:
        self.folder, self._base_url = folder, base_url
        self._known: dict[str, tuple[int, str]] = {}

    def url(self, name: str) -> str:
        """Return the address of a file with eight digits of its SHA-256; plain when missing."""
        address = url_path_join(self._base_url, "practika/static", name)
        try:
            stamp = (self.folder / name).stat().st_mtime_ns
        except FileNotFoundError:
            return address
        known = self._known.get(name)
        if known is None or known[0] != stamp:
            digest = hashlib.sha256((self.folder / name).read_bytes()).hexdigest()[:8]
            known = self._known[name] = (stamp, digest)
        return f"{address}?v={known[1]}"


class _Static(web.StaticFileHandler):
    """Files anybody may read, without a look at who is asking; compressed where that pays."""

    SUPPORTED_METHODS = ("GET", "HEAD")

    _files = KeptFiles()
    _kept: Kept | None = None
    _packed = False

    def set_default_headers(self) -> None:
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Server", "Practika")
        if self.request.protocol == "https":
            self.set_header("Strict-Transport-Security", guard.HTTPS_ONLY)

    async def get(self, path: str, include_body: bool = True) -> None:
        """Send a file, compressed unless a part of it is asked for."""
        if "\0" in path:  # no file system has such a name
            raise web.HTTPError(404)
        self.path = self.parse_url_path(path)
        absolute = self.get_absolute_path(self.root, self.path)
        self.absolute_path = self.validate_absolute_path(self.root, absolute)
        if self.absolute_path is None:
            raise web.HTTPError(404)
        try:
            kept = await self._files.get(Path(self.absolute_path), self.get_content_type())
        except FileNotFoundError as error:
            raise web.HTTPError(404) from error
        self._kept = kept
        self._only_the_part_of_this_version()
        accepted = accepts_gzip(self.request.headers.get("Accept-Encoding", ""))
        if kept.packed is None or not accepted or "Range" in self.request.headers:
            await super().get(path, include_body)
            return
        self._packed = True
        self.modified = self.get_modified_time()
        self.set_headers()
        if self.should_return_304():
            self.set_status(304)
            return
        self.clear_header("Accept-Ranges")  # a part of this would be a part of the plain file
        self.set_header("Content-Encoding", "gzip")
        self.set_header("Content-Length", len(kept.packed))
        if include_body:
            self.write(kept.packed)

    def _only_the_part_of_this_version(self) -> None:
        """Whoever holds a part of another version, or of the compressed file, gets the whole."""
        condition = self.request.headers.get("If-Range")
        if condition is not None and condition.strip() != self.compute_etag():
            self.request.headers.pop("Range", None)

    def compute_etag(self) -> str | None:
        """Return the digest of what is sent; compressed it is something else."""
        if self._kept is None:
            return None
        return f'"{self._kept.digest[:32]}{"-gzip" if self._packed else ""}"'

    def get_cache_time(self, path: str, modified: object, mime_type: str) -> int:
        """Leave it to `set_extra_headers`."""
        return 0

    def set_extra_headers(self, path: str) -> None:
        """Kept for ever when the address changes with the content, else asked for again."""
        self.set_header("Cache-Control", FOREVER if self._is_versioned(path) else "no-cache")
        if self._kept is not None and self._kept.packed is not None:
            self.set_header("Vary", "Accept-Encoding")
        if self.get_content_type() == "text/javascript":
            self.set_header("Content-Type", "text/javascript; charset=utf-8")

    def get_content_type(self) -> str:
        """Return the type by the name, whatever this machine's own table says of scripts."""
        if str(self.absolute_path).endswith((".js", ".mjs")):
            return "text/javascript"
        return super().get_content_type()

    def _is_versioned(self, path: str) -> bool:
        raise NotImplementedError

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        if status_code == 403:  # a name that leads outside is no more there than any other
            self.set_status(404)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish("There is nothing here under that address.")


class AssetHandler(_Static):
    """``/practika/static/<file>?v=<hash>``."""

    def _is_versioned(self, path: str) -> bool:
        # An address of another version gets today's file, too, but not to be kept under it:
        # that version may come back. Files in chunks/ carry their hash in their names.
        asked = self.get_argument("v", "")
        named = self._kept is not None and asked == self._kept.digest[:8]
        return named or path.replace(os.sep, "/").startswith("chunks/")


class FrontEnd:
    """Voila's browser part and the few extensions our pages need, found in this environment."""

    def __init__(self, base_url: str) -> None:
        from jupyter_core.paths import ENV_JUPYTER_PATH, jupyter_path
        from voila.paths import STATIC_ROOT, collect_static_paths

        # The environment's own first: what a user has lying around elsewhere is not ours.
        shares = [*ENV_JUPYTER_PATH, *jupyter_path()]
        self.static = [*collect_static_paths(["voila"], "base", root_dirs=shares), STATIC_ROOT]
        self.extensions = [
            folder
            for share in dict.fromkeys(shares)
            for folder in (
                str(Path(share, "labextensions")),
                str(Path(share, "voila", "labextensions")),
            )
        ]
        self._base_url = base_url
        found = self._installed()
        needed = [found.pop(name) for name in _EXTENSIONS if name in found]
        self._federated = needed + [found[name] for name in sorted(found)]
        versions = [f"{name} {importlib.metadata.version(name)}" for name in _VERSIONED_BY]
        versions += [f"{each['name']} {each['load']}" for each in self._federated]
        self.version = hashlib.sha256("\n".join(versions).encode()).hexdigest()[:8]
        self.url = url_path_join(base_url, "practika/voila", self.version)

    def _installed(self) -> dict[str, dict[str, Any]]:
        """Return what draws in a page, by name; of one name the nearest counts."""
        found: dict[str, dict[str, Any]] = {}
        for folder in map(Path, self.extensions):
            for pattern in ("[!@]*/package.json", "@*/*/package.json"):
                for package in sorted(folder.glob(pattern)):
                    name = package.parent.relative_to(folder).as_posix()
                    built = _built(name, package)
                    if built is not None:
                        found.setdefault(name, {"name": name, **built})
        return found

    def page_config(self, kernel_id: str) -> dict[str, Any]:
        """Return what Voila's front end wants to know about a page."""
        return {
            "appUrl": "voila/",
            "baseUrl": self._base_url,
            "disabledExtensions": ["@jupyterlab/mathjax2-extension"],
            "federated_extensions": self._federated,
            "frontend": "voila",
            "fullLabextensionsUrl": f"{self.url}/extensions",
            "fullStaticUrl": f"{self.url}/static",
            "jupyterLabTheme": "light",
            "kernelId": kernel_id,
            "progressiveRendering": False,
            "terminalsAvailable": False,
            "themesUrl": "/voila/api/themes",
        }

    def handlers(self) -> list[tuple[str, type, dict[str, Any]]]:
        """Return the routes of these files, and of nothing beside them."""
        names = "|".join(re.escape(each["name"]) for each in self._federated)
        return [
            (rf"{self.url}/static/(.*)", LibraryHandler, {"paths": self.static}),
            (
                rf"{self.url}/extensions/((?:{names})/.*)",
                LibraryHandler,
                {"paths": self.extensions},
            ),
        ]


def _built(name: str, package: Path) -> dict[str, Any] | None:
    """Return how an extension is loaded; None for one that only changes JupyterLab's own desk.

    Packages of widgets build on ipywidgets' base; others draw a kind of output.
    """
    try:
        told = json.loads(package.read_text(encoding="utf-8"))
        built: dict[str, Any] = told["jupyterlab"]["_build"]
        draws = told["jupyterlab"].get("mimeExtension") or _WIDGETS in told.get("dependencies", {})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None  # somebody else's package, damaged
    # Voila brings managers for each age of ipywidgets; only one of them may be there.
    draws = draws and not name.startswith("@voila-dashboards/")
    return built if draws or name in _EXTENSIONS else None


class LibraryHandler(_Static):
    """Files of others, in the first of several folders that has them."""

    def initialize(self, paths: list[str]) -> None:  # type: ignore[override]  # many, not one
        """Take the folders, nearest first."""
        self._paths = paths
        super().initialize(path=paths[0])

    @classmethod
    def get_absolute_path(cls, root: str, path: str) -> str:
        """Return the name below the first folder, looked at in `validate_absolute_path`."""
        return os.path.abspath(os.path.join(root, path))

    def validate_absolute_path(self, root: str, absolute_path: str) -> str | None:
        """Return the first file of that name; 404 for none and for names that lead outside."""
        relative = os.path.relpath(absolute_path, os.path.abspath(root))
        if relative.startswith(os.pardir):
            raise web.HTTPError(404)
        for folder in self._paths:
            if os.path.isfile(os.path.join(folder, relative)):
                self.root = folder
                return super().validate_absolute_path(folder, os.path.join(folder, relative))
        raise web.HTTPError(404)

    def _is_versioned(self, path: str) -> bool:
        return True  # it is in the address
