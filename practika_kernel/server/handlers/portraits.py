"""People's pictures: ``/portraits/PERSON/VERSION.webp``, and the form on the profile page."""

from __future__ import annotations

from typing import Any

from jupyter_server.utils import url_path_join

from practika_kernel.domain.errors import InvalidInput
from practika_kernel.server.base import PlainHandler
from practika_kernel.server.handlers.account import ProfileHandler
from practika_kernel.services.portraits import LARGEST, MEDIA_TYPE

ROUTE = r"/portraits/([0-9a-z]{26})/([0-9a-z]{26})\.webp"
_FOR_EVER = "private, max-age=31536000, immutable"


class PortraitHandler(PlainHandler):
    """One picture, for whoever may know the person. Another picture has another address."""

    SUPPORTED_METHODS = ("GET", "HEAD")

    async def head(self, person_id: str, version: str) -> None:
        """Describe it."""
        await self.get(person_id, version)

    async def get(self, person_id: str, version: str) -> None:
        """Send it; a browser need not ask again."""
        key = await self.call(self.services.portraits.open, self.actor, person_id, version)
        content = await self.call(self._read, key)
        self.set_header("Content-Type", MEDIA_TYPE)
        self.set_header("Cache-Control", _FOR_EVER)
        self.set_header("Content-Security-Policy", "sandbox; default-src 'none'")
        self.finish(content)

    def _read(self, key: str) -> bytes:
        return b"".join(self.practika.blobs.read(key, 0, LARGEST))

    def compute_etag(self) -> None:
        """No need of one: the address names the version."""
        return


class PictureHandler(ProfileHandler):
    """``/profile/picture``: a photo for oneself, or none."""

    async def get(self) -> None:
        """Lead to the page."""
        self.redirect(url_path_join(self.base_url, "profile"))

    async def post(self) -> None:
        """Store the photo that was sent, or take away the one there is."""
        portraits = self.services.portraits
        if self.get_body_argument("do", "") == "remove":
            await self.call(portraits.remove, self.actor)
            self.back("nopicture")
            return
        sent = self.request.files.get("picture", [])
        try:
            await self.call(portraits.put, self.actor, sent[0].body if sent else b"")
        except InvalidInput as error:
            await self.page(problems={"picture": error.sentence})
            return
        self.back("picture")


ROUTES: list[tuple[str, Any]] = [(r"/profile/picture", PictureHandler)]
