"""All repositories over one open transaction."""

from __future__ import annotations

from sqlalchemy import Connection

from practika_kernel.domain import ports
from practika_kernel.domain.anchors import Anchors
from practika_kernel.storage.alignments import SqlAlignments
from practika_kernel.storage.anchors import SqlAnchors
from practika_kernel.storage.events import SqlEvents
from practika_kernel.storage.feedback import SqlClips, SqlDrafts, SqlReplies
from practika_kernel.storage.people import SqlCourses, SqlPeople, SqlSignIns
from practika_kernel.storage.practice import SqlAssets, SqlExercises, SqlTakes, SqlUploads
from practika_kernel.storage.work import SqlJobs


class SqlUnit:
    """`practika_kernel.domain.ports.UnitOfWork` in SQL; the record opens and ends it."""

    def __init__(self, connection: Connection) -> None:
        self.people: ports.People = SqlPeople(connection)
        self.sign_ins: ports.SignIns = SqlSignIns(connection)
        self.courses: ports.Courses = SqlCourses(connection)
        self.exercises: ports.Exercises = SqlExercises(connection)
        self.takes: ports.Takes = SqlTakes(connection)
        self.assets: ports.Assets = SqlAssets(connection)
        self.replies: ports.Replies = SqlReplies(connection)
        self.clips: ports.Clips = SqlClips(connection)
        self.alignments: ports.Alignments = SqlAlignments(connection)
        self.anchors: Anchors = SqlAnchors(connection)
        self.uploads: ports.Uploads = SqlUploads(connection)
        self.drafts: ports.Drafts = SqlDrafts(connection)
        self.jobs: ports.Jobs = SqlJobs(connection)
        self.events: ports.Events = SqlEvents(connection)
