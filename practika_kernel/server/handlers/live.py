"""``/live``: an open page hears of changes that concern its person (server-sent events).

One poller in each process reads the record while somebody listens. Since it reads what every
process writes, it does not matter which server, worker or kernel made the change.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from dataclasses import dataclass, field

from tornado.iostream import StreamClosedError

from practika_kernel.bootstrap import Services
from practika_kernel.domain.events import Event, Watermark
from practika_kernel.server.base import LOG, PlainHandler
from practika_kernel.server.watch import SignInWatch
from practika_kernel.services.live import Change

ROUTE = r"/live"
EVERY = 0.4
"""Seconds between two looks into the record; a change is told within 2 s with room to spare."""
HEARTBEAT = 15.0
"""Seconds after which a quiet connection says that it lives, before proxies give it up."""
BACKLOG = 200
"""Messages a reader may fall behind before it is sent away to come back with its last id."""

Message = tuple[Watermark, list[Change]]


@dataclass(eq=False)
class Listener:
    """One open page."""

    person_id: str
    queue: asyncio.Queue[Message | None] = field(
        default_factory=lambda: asyncio.Queue(maxsize=BACKLOG)
    )

    def tell(self, message: Message) -> None:
        """Hand a message over; a reader too far behind is sent away."""
        try:
            self.queue.put_nowait(message)
        except asyncio.QueueFull:
            self.leave()

    def leave(self) -> None:
        """End the connection."""
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(None)


class Hub:
    """Everybody who listens, and the one who looks."""

    def __init__(self, services: Services) -> None:
        self._live = services.live
        self._listeners: set[Listener] = set()
        self._task: asyncio.Task[None] | None = None
        self.mark = Watermark()

    async def join(self, listener: Listener) -> None:
        """Tell the listener of everything from now on."""
        if self._task is None or self._task.done():
            self.mark = await asyncio.to_thread(self._live.now)
            if self._task is None or self._task.done():
                self._task = asyncio.get_running_loop().create_task(self._look())
        self._listeners.add(listener)

    def quit(self, listener: Listener) -> None:
        """Stop telling the listener."""
        self._listeners.discard(listener)

    def close(self) -> None:
        """End every connection."""
        for listener in list(self._listeners):
            listener.leave()
        if self._task is not None:
            self._task.cancel()

    async def _look(self) -> None:
        while self._listeners:
            # Whatever the database has to say, it may be back the next time.
            (found,) = await asyncio.gather(self._next(), return_exceptions=True)
            if isinstance(found, BaseException):
                LOG.warning("Changes could not be read, trying again: %s", found)
                await asyncio.sleep(5 * EVERY)
            await asyncio.sleep(EVERY)

    async def _next(self) -> None:
        events, mark = await asyncio.to_thread(self._live.since, self.mark)
        if events:
            await self._tell(events, mark)
        self.mark = mark

    async def _tell(self, events: list[Event], mark: Watermark) -> None:
        by_person: dict[str, list[Listener]] = defaultdict(list)
        for listener in self._listeners:
            by_person[listener.person_id].append(listener)
        for person_id, listeners in by_person.items():
            changes = await asyncio.to_thread(self._live.concerns, person_id, events)
            for listener in listeners if changes else ():
                listener.tell((mark, changes))


class LiveHandler(PlainHandler):
    """One connection of an `EventSource`."""

    lasting = True
    _listener: Listener | None = None

    async def get(self) -> None:
        """Send changes until the page closes or the sign-in ends."""
        hub: Hub = self.settings["practika_hub"]
        self._listener = listener = Listener(self.actor)
        watch: SignInWatch | None = self.settings.get("practika_watch")
        forget = None
        if watch is not None and self.sign_in is not None:
            forget = watch.add(self.sign_in.id, listener.leave)
        self.set_header("Content-Type", "text/event-stream; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Accel-Buffering", "no")
        try:
            # Joining before catching up: a change is told twice rather than not at all.
            await hub.join(listener)
            await self._catch_up(listener)
            await self._stream(listener, hub)
        except StreamClosedError:
            return
        finally:
            hub.quit(listener)
            if forget is not None:
                forget()

    async def _catch_up(self, listener: Listener) -> None:
        """Tell what happened since the page was made, or since the connection was lost."""
        last = self.request.headers.get("Last-Event-ID") or self.get_query_argument("after", "")
        mark = await self.call(self.services.live.behind, last)
        await self._write(f"retry: 1000\nid: {mark}\n\n")
        while True:
            events, following = await self.call(self.services.live.since, mark)
            if not events or following == mark:
                return
            mark = following
            changes = await self.call(self.services.live.concerns, listener.person_id, events)
            if changes:
                await self._write(_message((mark, changes)))

    async def _stream(self, listener: Listener, hub: Hub) -> None:
        while True:
            try:
                message = await asyncio.wait_for(listener.queue.get(), HEARTBEAT)
            except TimeoutError:
                await self._write(f": still here\nid: {hub.mark}\n\n")
                continue
            if message is None:
                return
            await self._write(_message(message))

    async def _write(self, text: str) -> None:
        self.write(text)
        await self.flush()

    def on_connection_close(self) -> None:
        """Wake the loop above, which then finds the connection closed."""
        if self._listener is not None:
            self._listener.leave()


def _message(message: Message) -> str:
    mark, changes = message
    return f"id: {mark}\nevent: changed\ndata: {json.dumps(changes)}\n\n"
