"""Every service over one record and one media store."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from practika_kernel.bootstrap.doors import Doors
from practika_kernel.bootstrap.lazy import hasher, utc_now
from practika_kernel.domain.errors import PractikaError
from practika_kernel.domain.jobs import JobKind
from practika_kernel.domain.ports import BlobStore, PageBoard, Record
from practika_kernel.services import presence
from practika_kernel.services.accounts import Accounts
from practika_kernel.services.addresses import Addresses
from practika_kernel.services.alignments import Alignments
from practika_kernel.services.answers import Answers
from practika_kernel.services.attempts import Tries
from practika_kernel.services.bank import Bank
from practika_kernel.services.bell import Bell
from practika_kernel.services.bundles import Bundles
from practika_kernel.services.clips import Clips
from practika_kernel.services.comparisons import Comparisons
from practika_kernel.services.consents import Consents
from practika_kernel.services.doorstep import Doorstep
from practika_kernel.services.edits import Edits
from practika_kernel.services.entrance import Entrance
from practika_kernel.services.erasures import Erasures
from practika_kernel.services.health import Health
from practika_kernel.services.heartbeat import Heartbeats
from practika_kernel.services.holdings import Holdings
from practika_kernel.services.ingest import Ingest
from practika_kernel.services.jobdesk import JobDesk
from practika_kernel.services.judging import Judgings
from practika_kernel.services.ledger import Ledger
from practika_kernel.services.library import Library
from practika_kernel.services.link_news import LinkNews
from practika_kernel.services.live import Live
from practika_kernel.services.marks import Marks
from practika_kernel.services.media import Media
from practika_kernel.services.moments import Moments
from practika_kernel.services.notice_choices import NoticeChoices
from practika_kernel.services.originals import LettingGo
from practika_kernel.services.own_account import OwnAccount
from practika_kernel.services.pages import Pages
from practika_kernel.services.pairing import Pairing
from practika_kernel.services.practising import Practising
from practika_kernel.services.queue import Queue
from practika_kernel.services.quotas import Quotas
from practika_kernel.services.ratings import Ratings
from practika_kernel.services.readiness import Readiness
from practika_kernel.services.recordings import Recordings
from practika_kernel.services.replies import Replies
from practika_kernel.services.reply_trash import ReplyTrash
from practika_kernel.services.resets import Resets
from practika_kernel.services.rubrics import Rubrics
from practika_kernel.services.search import Search
from practika_kernel.services.second_step import SecondStepService
from practika_kernel.services.standing import Standing
from practika_kernel.services.stock_check import Stock
from practika_kernel.services.storage_use import StorageUse
from practika_kernel.services.sweeping import Sweeping
from practika_kernel.services.syncing import Syncing
from practika_kernel.services.tagging import Tagging
from practika_kernel.services.takes import Takes
from practika_kernel.services.telling import Telling
from practika_kernel.services.trash import Trash
from practika_kernel.services.uploads import Uploads
from practika_kernel.services.visits import Visits
from practika_kernel.services.witness import Witness
from practika_kernel.services.worker import Worker
from practika_kernel.settings import Settings
from practika_kernel.storage.sealed import KeyFileSeal

if TYPE_CHECKING:
    from collections.abc import Collection
    from concurrent.futures import Executor
    from pathlib import Path

    from practika_kernel.domain.letters import PostOffice
    from practika_kernel.domain.timeline import TimeRange
    from practika_kernel.research.pseudonyms import Pseudonyms
    from practika_kernel.services.assets import MediaRunner
    from practika_kernel.services.exporting import Exporting
    from practika_kernel.services.measuring import Measuring
    from practika_kernel.services.posting import Posting
    from practika_kernel.services.progress import Progress
    from practika_kernel.services.standings import Standings


def _align_recipe() -> str:
    from practika_kernel.media.align import RECIPE

    return RECIPE


def _clip_key(sha256: str, span: TimeRange) -> str:
    from practika_kernel.media.clip import clip_key

    return clip_key(sha256, span)


def open_office(settings: Settings) -> PostOffice | None:
    """Return the mail server of the settings, not connected yet; None where none is set."""
    if not settings.smtp_url:
        return None
    from practika_kernel.mail.smtp import SmtpOffice

    return SmtpOffice(settings.smtp_url, settings.smtp_secret, settings.mail_sender)


class Services(Doors):
    """Every service over one record and one media store."""

    def __init__(
        self, settings: Settings, record: Record, blobs: BlobStore, board: PageBoard
    ) -> None:
        # A folder for each process, so that the next one knows what a dead one has left.
        scratch = settings.scratch_folder / presence.here()
        run = self._run_media
        self._settings, self._record, self._blobs = settings, record, blobs
        self.quotas = Quotas(record, utc_now, settings.person_quota, settings.course_quota)
        self.storage_use = StorageUse(record, self.quotas, settings.media_folder)
        self.uploads = Uploads(
            record,
            utc_now,
            settings.parts_folder,
            self.quotas,
            limit=settings.upload_limit,
            days=settings.upload_days,
            keep_free=settings.keep_free,
        )
        self.recordings = Recordings(record, utc_now, self.uploads)
        self.queue = Queue(record, utc_now)
        self.replies = Replies(record, utc_now, self.uploads, settings.take_trash_days)
        self.edits = Edits(record, utc_now, settings.take_trash_days)
        self.answers = Answers(record, utc_now, self.replies, self.edits)
        self.marks = Marks(record, utc_now)
        self.rubrics = Rubrics(record, utc_now)
        self.library = Library(record, utc_now, settings.time_zone)
        self.ratings = Ratings(record, utc_now, settings.time_zone)
        self.judgings = Judgings(record, utc_now)
        self.tagging = Tagging(record, utc_now, self.replies.save)
        self.bank = Bank(record, utc_now)
        self.clips = Clips(record, blobs, utc_now, scratch, run, _clip_key)
        alias = self._alias = lambda person_id: self.pseudonyms.of(person_id)
        self.comparisons = Comparisons(record, utc_now, alias, self.uploads)
        self.alignments = Alignments(
            record, blobs, utc_now, scratch, run, _align_recipe, self.comparisons
        )
        self.ledger = Ledger(record, utc_now, self.alignments)
        self.moments = Moments(record, utc_now, self.alignments, self.replies)
        self.takes = Takes(record, utc_now, self.uploads, self.ledger.prepare)
        self.syncing = Syncing(record, utc_now, self.comparisons, self.alignments)
        self.pairing = Pairing(
            record, blobs, scratch, run, self.comparisons, self.alignments, self.syncing
        )
        self.practising = Practising(record, utc_now)
        self.media = Media(record, blobs)
        self.bundles = Bundles(record, blobs, settings.time_zone)
        self.search = Search(record)
        self.live = Live(record)
        self.health = Health(record, blobs, utc_now)
        self.heartbeats = Heartbeats(settings.data / "run" / "workers")
        self.readiness = Readiness(record, blobs, utc_now, self.heartbeats)
        self.standing = Standing(record, utc_now, settings.data, settings.media_folder)
        self._wire_news(settings, record)
        self.board = board
        self.pages = Pages(record, self.board, utc_now)
        self.visits = Visits(record, utc_now)
        self.jobs = JobDesk(record, utc_now)
        self._wire_rights(settings, record, blobs)
        self._wire_store(settings, record, blobs, scratch, run)

    def _wire_store(
        self, settings: Settings, record: Record, blobs: BlobStore, scratch: Path, run: MediaRunner
    ) -> None:
        """What comes into the media store, what it holds, and what goes again."""
        marks, parts = settings.data / "run", settings.parts_folder
        days = settings.original_days
        self.stock = Stock(record, blobs, utc_now, settings.trash_days, marks / "tidied")
        self.originals = LettingGo(record, blobs, utc_now, scratch, run, days, marks / "originals")
        self.ingest = Ingest(record, blobs, utc_now, parts, scratch, run, self.originals)

    def _wire_rights(self, settings: Settings, record: Record, blobs: BlobStore) -> None:
        """What people may say of what is held of them, and how it goes."""
        self.consents = Consents(record, utc_now, settings.time_zone)
        self.holdings = Holdings(record, self.quotas)
        self.erasures = Erasures(record, blobs, utc_now, settings.parts_folder)
        self.trash = Trash(record, utc_now, settings.take_trash_days, self.erasures)
        self.reply_trash = ReplyTrash(record, utc_now, blobs, settings.parts_folder)

    def _wire_news(self, settings: Settings, record: Record) -> None:
        """What people are told and may choose, and how they keep their own account."""
        mails = bool(settings.smtp_url)
        self.link_news = LinkNews(settings.oidc_issuer, settings.oidc_name, mails)
        self.accounts = Accounts(
            record,
            hasher,
            utc_now,
            settings.session_days,
            admins_only=settings.oidc_only,
            link_news=self.link_news,
        )
        zone, speaks = settings.time_zone, settings.language
        self.bell = Bell(record, utc_now, zone, speaks)
        self.notice_choices = NoticeChoices(record, utc_now, zone, mails=mails, language=speaks)
        self.own_account = OwnAccount(record, hasher, utc_now, zone, speaks)
        self.tries = Tries(record, utc_now)
        self.addresses = Addresses(record, hasher, utc_now, mails=mails)
        self.witness = Witness(record, utc_now)
        self.second_step = SecondStepService(
            record,
            hasher,
            KeyFileSeal(settings.totp_key),
            utc_now,
            settings.time_zone,
            demand=settings.staff_totp,
            mails=mails,
        )
        self.doorstep = Doorstep(record, utc_now, self.accounts, self.second_step)
        self.entrance = Entrance(
            record,
            self.accounts,
            self.own_account,
            self.addresses,
            self.tries,
            self.second_step,
            self.doorstep,
            self.witness,
        )
        self.resets = Resets(record, hasher, utc_now, address=settings.public_address, mails=mails)
        self.telling = Telling(record, utc_now, mails=mails)
        self.sweeping = Sweeping(record, utc_now, settings.notice_days, settings.audit_days)

    @cached_property
    def progress(self) -> Progress:
        """The numbers; DuckDB is loaded when somebody first asks for one."""
        from practika_kernel.services.progress import Progress

        return Progress(
            self._record,
            utc_now,
            self._alias,
            zone=self._settings.time_zone,
            memory=self._settings.duckdb_memory,
            threads=self._settings.duckdb_threads,
            sealed=self._settings.data / "facts",
            store=None if self._settings.media_folder else self._blobs,
        )

    @cached_property
    def posting(self) -> Posting:
        """The e-mails; nothing is sent where no mail server is set."""
        from practika_kernel.services.posting import Posting

        return Posting(
            self._record,
            utc_now,
            open_office(self._settings),
            address=self._settings.public_address,
            zone=self._settings.time_zone,
            language=self._settings.language,
            per_minute=self._settings.smtp_per_minute,
        )

    @cached_property
    def measuring(self) -> Measuring:
        """Every measure by its name, for the operator; over the same facts as the pages."""
        from practika_kernel.services.measuring import Measuring

        return Measuring(self.progress.facts, self._settings.time_zone)

    @cached_property
    def standings(self) -> Standings:
        """What came of judging pairs; its statistics are loaded when somebody asks."""
        from practika_kernel.services.standings import Standings

        return Standings(self._record, self._alias)

    @cached_property
    def exporting(self) -> Exporting:
        """Data sets for studies."""
        from practika_kernel.services.exporting import Exporting

        return Exporting(
            self._record,
            self._blobs,
            utc_now,
            self.progress.facts,
            self.measuring,
            self._settings.data,
            self._settings.scratch_folder / presence.here(),
            self._run_media,
        )

    @cached_property
    def executor(self) -> Executor:
        """Where media work runs: children of this process, or a Dask cluster."""
        from practika_kernel.media.executors import make

        # One place more than loops that take everything: somebody who waits needs no place.
        return make(self._settings.executor, self._settings.workers + 1)

    def _run_media(self, task: str, arguments: dict[str, Any], *, on_progress: Any) -> Any:
        from practika_kernel.media.executors import run

        return run(
            self.executor,
            task,
            arguments,
            limit=self._settings.job_minutes * 60,
            memory=self._settings.job_memory,
            on_progress=on_progress,
        )

    def close(self) -> None:
        """End the media work of this process; a later piece of work would begin anew.

        What was noted for the audit log is written down first.
        """
        with suppress(PractikaError):  # without its database nothing more can be kept
            self.witness.flush()
        executor = self.__dict__.pop("executor", None)
        if executor is not None:
            executor.shutdown(cancel_futures=True)

    @cached_property
    def pseudonyms(self) -> Pseudonyms:
        """The names people bear in research, by a key that stays in the data folder."""
        from practika_kernel.research.pseudonyms import Pseudonyms

        return Pseudonyms.kept_in(self._settings.data / "pseudonym-key")

    def _unseal(self) -> int:
        from practika_kernel.analytics.sealing import Sealing

        settings, store = self._settings, self._blobs
        folder = settings.data / "facts"
        shared = None if settings.media_folder else store
        zone = settings.time_zone
        sealing = Sealing(self._record, utc_now, folder, zone=zone, store=shared)
        return sealing.forget_deleted()

    def _tidy_scratch(self) -> int:
        return presence.clean_scratch(
            self._settings.scratch_folder, self._settings.job_minutes * 60
        )

    def _forget_sample(self, email: str, takes: Collection[str]) -> int:
        if not (self._settings.data / "demo-people.json").exists():
            return 0
        from practika_kernel.services.sample.forgetting import forget

        return forget(self._settings.data, email, takes)

    def worker(self) -> Worker:
        """Return a worker that knows every kind of job."""
        from practika_kernel.services.erasure_work import ErasureWork

        parts = self._settings.parts_folder
        return Worker(
            self._record,
            utc_now,
            {
                JobKind.INGEST: self.ingest,
                JobKind.CLIP: self.clips,
                JobKind.ALIGN: self.alignments,
                JobKind.ERASE: ErasureWork(
                    self._record,
                    self._blobs,
                    utc_now,
                    parts,
                    self._unseal,
                    self._tidy_scratch,
                    self._forget_sample,
                ),
                JobKind.MAIL: self.posting,
            },
        )
