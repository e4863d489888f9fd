"""All repositories over one open transaction."""

from __future__ import annotations

from sqlalchemy import Connection

from practika_kernel.domain import (
    addresses,
    audit,
    changes,
    consent_ports,
    erasure,
    feedback_ports,
    ledger_ports,
    notice_ports,
    people_ports,
    ports,
    provider,
    resets,
    roll,
    second_step_ports,
)
from practika_kernel.domain.anchors import Anchors
from practika_kernel.domain.attempts import Attempts
from practika_kernel.domain.collections import Collections
from practika_kernel.domain.exemplars import Exemplars
from practika_kernel.domain.guest_ports import Guests
from practika_kernel.domain.history import Histories
from practika_kernel.domain.invitation_ports import Invitations
from practika_kernel.domain.job_ports import Jobs
from practika_kernel.domain.judging_ports import Judgings, Ratings
from practika_kernel.domain.moving import Moves
from practika_kernel.domain.originals import Originals
from practika_kernel.domain.player_keys import KeyRings
from practika_kernel.domain.search_ports import Index
from practika_kernel.domain.storage_use import Storage
from practika_kernel.domain.targets import Targets
from practika_kernel.domain.trash import Bin, ReplyBin
from practika_kernel.storage import schema
from practika_kernel.storage.addresses import SqlAddresses
from practika_kernel.storage.alignments import SqlAlignments
from practika_kernel.storage.anchors import SqlAnchors
from practika_kernel.storage.attempts import SqlAttempts
from practika_kernel.storage.audit import SqlAudit
from practika_kernel.storage.changes import SqlChanges
from practika_kernel.storage.consent import SqlConsents, SqlExports, SqlWithdrawals
from practika_kernel.storage.erasing import SqlErasing
from practika_kernel.storage.events import SqlEvents
from practika_kernel.storage.feedback import SqlClips, SqlDrafts, SqlReplies
from practika_kernel.storage.guests import SqlGuests
from practika_kernel.storage.history import SqlHistories
from practika_kernel.storage.invitations import SqlInvitations
from practika_kernel.storage.judging import SqlJudgings, SqlRatings
from practika_kernel.storage.ledger import SqlDecisions, SqlOutcomes, SqlWatches
from practika_kernel.storage.links import SqlErrands, SqlLinks
from practika_kernel.storage.marking import (
    SqlBank,
    SqlCriteria,
    SqlMarks,
    SqlTags,
    SqlVersions,
    SqlWordings,
)
from practika_kernel.storage.moving import SqlMoves
from practika_kernel.storage.notices import SqlChoices, SqlLetters, SqlNotices
from practika_kernel.storage.originals import SqlOriginals
from practika_kernel.storage.people import SqlCourses, SqlPeople, SqlSignIns
from practika_kernel.storage.player_keys import SqlKeyRings
from practika_kernel.storage.practice import SqlAssets, SqlExercises, SqlTakes, SqlUploads
from practika_kernel.storage.resets import SqlResets
from practika_kernel.storage.roll import SqlRoll
from practika_kernel.storage.search_kinds import index_of
from practika_kernel.storage.search_tables import noted_together
from practika_kernel.storage.second_step import SqlDoorsteps, SqlSecondSteps
from practika_kernel.storage.shelf import SqlCollections, SqlExemplars
from practika_kernel.storage.targets import SqlTargets
from practika_kernel.storage.trash import SqlBin, SqlReplyBin
from practika_kernel.storage.use import SqlStorage
from practika_kernel.storage.work import SqlJobs


class SqlUnit:
    """`practika_kernel.domain.ports.UnitOfWork` in SQL; the record opens and ends it."""

    def __init__(self, connection: Connection) -> None:
        self.people: people_ports.People = SqlPeople(connection)
        self.sign_ins: people_ports.SignIns = SqlSignIns(connection)
        self.courses: people_ports.Courses = SqlCourses(connection)
        self.exercises: ports.Exercises = SqlExercises(connection)
        self.takes: ports.Takes = SqlTakes(connection)
        self.histories: Histories = SqlHistories(
            connection, schema.takes, schema.histories, schema.events, noted_together
        )
        self.assets: ports.Assets = SqlAssets(connection)
        self.replies: ports.Replies = SqlReplies(connection)
        self.clips: feedback_ports.Clips = SqlClips(connection)
        self.alignments: ports.Alignments = SqlAlignments(connection)
        self.watches: ledger_ports.Watches = SqlWatches(connection)
        self.outcomes: ledger_ports.Outcomes = SqlOutcomes(connection)
        self.decisions: ledger_ports.Decisions = SqlDecisions(connection)
        self.anchors: Anchors = SqlAnchors(connection)
        self.uploads: ports.Uploads = SqlUploads(connection)
        self.drafts: ports.Drafts = SqlDrafts(connection)
        self.versions: feedback_ports.ReplyVersions = SqlVersions(connection)
        self.criteria: feedback_ports.Criteria = SqlCriteria(connection)
        self.wordings: feedback_ports.Wordings = SqlWordings(connection)
        self.marks: feedback_ports.Marks = SqlMarks(connection)
        self.tags: feedback_ports.Tags = SqlTags(connection)
        self.bank: feedback_ports.Bank = SqlBank(connection)
        self.targets: Targets = SqlTargets(connection, schema.targets)
        self.ratings: Ratings = SqlRatings(connection)
        self.judgings: Judgings = SqlJudgings(connection)
        self.jobs: Jobs = SqlJobs(connection)
        self.events: ports.Events = SqlEvents(connection)
        self.changes: changes.Changes = SqlChanges(connection)
        self.consents: consent_ports.Consents = SqlConsents(connection)
        self.exports: consent_ports.Exports = SqlExports(connection)
        self.withdrawals: consent_ports.Withdrawals = SqlWithdrawals(connection)
        self.erasing: erasure.Erasing = SqlErasing(connection)
        self.search: Index = index_of(connection)
        self.notices: notice_ports.Notices = SqlNotices(connection)
        self.resets: resets.Resets = SqlResets(connection)
        self.addresses: addresses.Addresses = SqlAddresses(connection)
        self.key_rings: KeyRings = SqlKeyRings(connection)
        self.letters: notice_ports.Letters = SqlLetters(connection)
        self.choices: notice_ports.Choices = SqlChoices(connection)
        self.invitations: Invitations = SqlInvitations(connection)
        self.guests: Guests = SqlGuests(connection)
        self.storage: Storage = SqlStorage(connection)
        self.originals: Originals = SqlOriginals(connection)
        self.trash: Bin = SqlBin(connection)
        self.reply_trash: ReplyBin = SqlReplyBin(connection)
        self.moves: Moves = SqlMoves(connection)
        self.attempts: Attempts = SqlAttempts(connection)
        self.audit: audit.Audit = SqlAudit(connection)
        self.roll: roll.Roll = SqlRoll(connection)
        self.exemplars: Exemplars = SqlExemplars(connection)
        self.collections: Collections = SqlCollections(connection)
        self.second_steps: second_step_ports.SecondSteps = SqlSecondSteps(connection)
        self.doorsteps: second_step_ports.Doorsteps = SqlDoorsteps(connection)
        self.links: provider.Links = SqlLinks(connection)
        self.errands: provider.Errands = SqlErrands(connection)
