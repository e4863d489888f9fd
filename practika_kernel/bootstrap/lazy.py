"""What is wired when it is first asked for: a page does not wait for what it never needs."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from practika_kernel.domain.ports import BlobStore, PageBoard, Record
from practika_kernel.services.attempts import Tries
from practika_kernel.services.clips import Clips
from practika_kernel.services.ingest import Ingest
from practika_kernel.services.replies import Replies
from practika_kernel.settings import Settings

if TYPE_CHECKING:
    from practika_kernel.services.accounts import Accounts, Hasher
    from practika_kernel.services.auditing import Auditing
    from practika_kernel.services.classroom import Classroom
    from practika_kernel.services.collections import CollectionDesk
    from practika_kernel.services.condition import Condition
    from practika_kernel.services.consent_desk import ConsentDesk
    from practika_kernel.services.courses import CourseDesk
    from practika_kernel.services.exemplars import Exemplars
    from practika_kernel.services.guest_room import GuestRoom
    from practika_kernel.services.guest_words import GuestWords
    from practika_kernel.services.guests import Guests
    from practika_kernel.services.history import Imports
    from practika_kernel.services.in_force import InForce
    from practika_kernel.services.invitations import Invitations
    from practika_kernel.services.joining import Joinings
    from practika_kernel.services.ledger import Ledger
    from practika_kernel.services.link_news import LinkNews
    from practika_kernel.services.moving import Moving
    from practika_kernel.services.own import OwnProgress
    from practika_kernel.services.people_desk import PeopleDesk
    from practika_kernel.services.player_keys import PlayerKeyRing
    from practika_kernel.services.portraits import Portraits
    from practika_kernel.services.readiness import Readiness
    from practika_kernel.services.resets import Resets
    from practika_kernel.services.roster import Rosters
    from practika_kernel.services.standing import Standing
    from practika_kernel.services.watchmaps import WatchMaps
    from practika_kernel.services.witness import Witness


_PHOTO_SECONDS, _PHOTO_MEMORY = 20.0, 1 << 30
"""What turning a photo into a person's picture may take."""


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
    _blobs: BlobStore
    ingest: Ingest
    clips: Clips
    ledger: Ledger
    replies: Replies
    tries: Tries
    witness: Witness
    accounts: Accounts
    resets: Resets
    link_news: LinkNews
    readiness: Readiness
    standing: Standing
    board: PageBoard

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
    def portraits(self) -> Portraits:
        """People's pictures; each photo is opened in a child of its own, within narrow limits."""
        from functools import partial

        from practika_kernel.media import isolate
        from practika_kernel.services import presence
        from practika_kernel.services.portraits import Portraits

        run = partial(isolate.run, limit=_PHOTO_SECONDS, memory=_PHOTO_MEMORY)
        scratch = self._settings.scratch_folder / presence.here()
        return Portraits(self._record, self._blobs, scratch, run)

    @cached_property
    def player_keys(self) -> PlayerKeyRing:
        """The keys of people's players."""
        from practika_kernel.services.player_keys import PlayerKeyRing

        return PlayerKeyRing(self._record, utc_now)

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

        settings = self._settings
        mails = settings.mails or bool(settings.smtp_url)
        return Guests(self._record, hasher, utc_now, settings.public_address, mails=mails)

    @cached_property
    def guest_words(self) -> GuestWords:
        """What guests wrote, for the teachers."""
        from practika_kernel.services.guest_words import GuestWords

        return GuestWords(self._record, utc_now, self.replies, self.guests)

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
    def auditing(self) -> Auditing:
        """The audit log, for who answers for the school."""
        from practika_kernel.services.auditing import Auditing

        settings = self._settings
        return Auditing(
            self._record, utc_now, self.witness, settings.time_zone, settings.audit_days
        )

    @cached_property
    def condition(self) -> Condition:
        """How everything is, for who looks after it."""
        from practika_kernel import __version__
        from practika_kernel.services.condition import Condition
        from practika_kernel.storage import schema

        settings = self._settings
        return Condition(
            self._record,
            utc_now,
            self.readiness,
            self.standing,
            self.board,
            mails=settings.mails or bool(settings.smtp_url),
            version=f"{__version__}, schema {schema.REVISION}",
        )

    @cached_property
    def in_force(self) -> InForce:
        """The settings in force, as the server wrote them down."""
        from practika_kernel.bootstrap.in_force import told
        from practika_kernel.services.in_force import InForce

        place = self._settings.data / "run" / "settings.json"
        return InForce(self._record, utc_now, place, lambda: told(self._settings, os.environ))

    @cached_property
    def people(self) -> PeopleDesk:
        """Everybody's accounts, for who looks after them."""
        from practika_kernel.services.people_desk import PeopleDesk

        return PeopleDesk(self._record, utc_now, self.accounts, self.resets, self.link_news)

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
