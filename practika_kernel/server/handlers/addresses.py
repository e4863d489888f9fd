"""``/profile/address``: the forms about one's e-mail address; ``/address/TOKEN``: the link."""

from __future__ import annotations

from functools import partial
from typing import Any

from jupyter_server.utils import url_path_join
from tornado import web

from practika_kernel.domain.errors import InvalidInput, NotFound, TooManyTries
from practika_kernel.server.handlers.account import TOKEN, ProfileHandler
from practika_kernel.server.identity import device_text, keep_device
from practika_kernel.services.own_account import NotThePassword


class AddressHandler(ProfileHandler):
    """The form for another address, and the buttons that send a link and cancel the change."""

    async def get(self) -> None:
        """Lead to the page: somebody reloaded it after a refusal."""
        self.redirect(url_path_join(self.base_url, "profile"))

    async def post(self) -> None:
        """Do what the pressed button says: ``change``, ``send`` or ``cancel``."""
        if self.sign_in is None:
            raise web.HTTPError(401)
        what, own = self.get_body_argument("do", "change"), self.services.addresses
        email = self.get_body_argument("address", "")
        try:
            if what == "cancel":
                await self.call(own.cancel, self.actor)
            elif what == "send":
                await self.call(own.send, self.actor)
            else:
                proof = self.get_body_argument("proof", "", strip=False)
                ask = partial(self.services.entrance.ask_address, client=self.client)
                await self.slowly(ask, self.actor, self.sign_in.id, email, proof)
        except TooManyTries as error:
            self.wait(error)
            await self.page(problems={"proof": error.sentence}, address=email)
            return
        except InvalidInput as error:
            which = "proof" if isinstance(error, NotThePassword) else "address"
            await self.page(problems={which: error.sentence}, address=email)
            return
        self.back({"cancel": "kept", "send": "sent"}.get(what, "asked"))


class ProveHandler(ProfileHandler):
    """The link, for whoever is signed in and asked for it. Looking at it uses nothing up."""

    async def get(self, token: str) -> None:  # type: ignore[override]  # has a token in its path
        """Show the button."""
        try:
            email = await self.call(self.services.addresses.offered, self.actor, token)
        except NotFound:
            self._gone()
            return
        self.show("address.html", language=self.speaks, token=token, email=email)

    async def post(self, token: str) -> None:  # type: ignore[override]
        """Take the address as proven, and lead to the profile."""
        try:
            new = await self.call(self.services.addresses.confirm, self.actor, token)
        except NotFound:
            self._gone()
            return
        if new:  # devices are known by the address, too
            person = await self.call(self.services.accounts.person, self.actor)
            remember = self.services.entrance.remember
            keep_device(self, await self.call(remember, person, device_text(self)))
        self.back("moved" if new else "proven")

    def _gone(self) -> None:
        self.set_status(404)
        self.show("address.html", language=self.speaks, token="", email="")


ROUTES: list[tuple[str, Any]] = [
    (r"/profile/address", AddressHandler),
    (rf"/address/{TOKEN}", ProveHandler),
]
