"""``/api/keys``: the keys of a person's player, for the profile page and for players themselves."""

from __future__ import annotations

from typing import Any

from practika_kernel.server.base import SpokenHandler


class KeysHandler(SpokenHandler):
    """What a person chose, and what they may choose."""

    async def get(self) -> None:
        """Send it."""
        self.tell(await self.call(self.services.player_keys.view, self.actor))

    async def post(self) -> None:
        """Store what changed and send how it is then."""
        said = self.said()
        self.tell(await self.call(self.services.player_keys.put, self.actor, said))


ROUTES: list[tuple[str, Any]] = [(r"/api/keys", KeysHandler)]
