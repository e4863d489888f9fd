"""What is wired when it is first asked for: a page does not wait for what it never needs."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from practika_kernel.domain.ports import Record
from practika_kernel.services.attempts import Tries
from practika_kernel.services.clips import Clips
from practika_kernel.services.ingest import Ingest
from practika_kernel.services.replies import Replies
from practika_kernel.settings import Settings

if TYPE_CHECKING:
    from practika_kernel.services.accounts import Hasher
    from practika_kernel.services.classroom import Classroom
    from practika_kernel.services.collections import CollectionDesk
    from practika_kernel.services.consent_desk import ConsentDesk
    from practika_kernel.services.courses import CourseDesk
    from practika_kernel.services.exemplars import Exemplars
    from practika_kernel.services.guest_room import GuestRoom
    from practika_kernel.services.guest_words import GuestWords
    from practika_kernel.services.guests import Guests
    from practika_kernel.services.history import Imports
    from practika_kernel.services.invitations import Invitations
    from practika_kernel.services.joining import Joinings
    from practika_kernel.services.ledger import Ledger
    from practika_kernel.services.moving import Moving
    from practika_kernel.services.own import OwnProgress
    from practika_kernel.services.roster import Rosters
    from practika_kernel.services.watchmaps import WatchMaps


def utc_now() -> datetime:
    """Return now, aware, in UTC."""
    return datetime.now(UTC)


def hasher() -> Hasher:
    """Return what hashes passwords; loaded with the first password."""
    from practika_kernel.services.passwords import argon2

    return argon2()


class Lazy:
    """Services of few pages and commands, each built once, when it is first asked for."""

    _settings: Settings
    _record: Record
    ingest: Ingest
    clips: Clips
    ledger: Ledger
    replies: Replies
    tries: Tries

    @cached_property
    def classroom(self) -> Classroom:
        """A teacher's own class, read from the record when its page asks."""
        from practika_kernel.services.classroom import Classroom

        return Classroom(self._record, utc_now)

    @cached_property
    def own(self) -> OwnProgress:
        """A student's own progress, read from the record when its page asks."""
        from practika_kernel.services.own import OwnProgress

        return OwnProgress(self._record, utc_now, self._settings.time_zone)

    @cached_property
    def moving(self) -> Moving:
        """Takes that are moved to another exercise."""
        from practika_kernel.services.moving import Moving

        return Moving(self._record, utc_now, self.ledger.prepare)

    @cached_property
    def watchmaps(self) -> WatchMaps:
        """What was watched of a take; drawn when its page stands."""
        from practika_kernel.services.watchmaps import WatchMaps

        return WatchMaps(self._record)

    @cached_property
    def rosters(self) -> Rosters:
        """Classes from tables, for who looks after the people."""
        from practika_kernel.services.roster import Rosters

        return Rosters(self._record, hasher, utc_now)

    @cached_property
    def invitations(self) -> Invitations:
        """Links to join by, for who looks after people."""
        from practika_kernel.services.invitations import Invitations

        settings = self._settings
        mails = settings.mails or bool(settings.smtp_url)
        return Invitations(self._record, utc_now, settings.public_address, mails=mails)

    @cached_property
    def courses(self) -> CourseDesk:
        """Courses, for who makes and orders them."""
        from practika_kernel.services.courses import CourseDesk

        return CourseDesk(self._record, utc_now, self._settings.time_zone)

    @cached_property
    def joinings(self) -> Joinings:
        """The way in by such a link."""
        from practika_kernel.services.joining import Joinings

        only = self._settings.oidc_only
        return Joinings(self._record, hasher, utc_now, admins_only=only)

    @cached_property
    def guests(self) -> Guests:
        """Links that show one take to a guest."""
        from practika_kernel.services.guests import Guests

        return Guests(self._record, hasher, utc_now, self._settings.public_address)

    @cached_property
    def guest_words(self) -> GuestWords:
        """What guests wrote, for the teachers."""
        from practika_kernel.services.guest_words import GuestWords

        return GuestWords(self._record, utc_now, self.replies)

    @cached_property
    def guest_room(self) -> GuestRoom:
        """What a guest gets."""
        from practika_kernel.services.guest_room import GuestRoom

        return GuestRoom(self._record, hasher, utc_now, self.tries)

    @cached_property
    def imports(self) -> Imports:
        """Takes from tables, for who brings a school's history."""
        from zoneinfo import ZoneInfo

        from practika_kernel.services.history import Imports
        from practika_kernel.services.history_films import Films

        films = Films(self.ingest, self._settings.upload_limit)
        return Imports(self._record, utc_now, ZoneInfo(self._settings.time_zone), films)

    @cached_property
    def consent_desk(self) -> ConsentDesk:
        """Consents on paper, and how many there are."""
        from practika_kernel.services.consent_desk import ConsentDesk

        return ConsentDesk(self._record, utc_now, self._settings.time_zone)

    @cached_property
    def exemplars(self) -> Exemplars:
        """Takes shown to the class, and the questions to their students."""
        from practika_kernel.services.exemplars import Exemplars

        return Exemplars(self._record, utc_now, self.clips.ask)

    @cached_property
    def collections(self) -> CollectionDesk:
        """Named lists of teachers."""
        from practika_kernel.services.collections import CollectionDesk

        return CollectionDesk(self._record, utc_now)
