"""Who may do what on which thing: a table, read by every service call and every route.

A rule grants one verb on one kind of thing to one relation. What no rule grants is refused.
Relations are found from the record at the moment of the call, never from the browser.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Relation(StrEnum):
    """How a person stands to a thing."""

    SELF = "self"
    OWNER = "owner"
    AUTHOR = "author"
    RATER = "second rater"
    STUDENT = "student"
    TEACHER = "teacher"
    COORDINATOR = "coordinator"
    RESEARCHER = "researcher"
    ADMIN = "admin"


class Verb(StrEnum):
    """What can be done."""

    SEE = "see"
    ADD = "add"
    CHANGE = "change"
    EDIT = "edit"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    ERASE = "erase"
    REPLY = "reply"
    ANSWER = "answer"
    MARK = "mark"
    JUDGE = "judge"
    RELEASE = "release"
    CUT = "cut"
    DOWNLOAD = "download"
    OPEN = "open"
    MANAGE = "manage"
    MOVE = "move"
    INVITE = "invite"


class Thing(StrEnum):
    """Kinds of things; a draft and what is out in the open are different things."""

    COURSE = "course"
    EXERCISE = "exercise"
    TAG = "tag"
    DRAFT_TAKE = "draft take"
    TAKE = "take"
    ANCHOR = "anchor"
    ASKED_EXEMPLAR = "asked exemplar"
    EXEMPLAR = "exemplar"
    COLLECTION = "collection"
    STAFF_COLLECTION = "collection of the staff"
    CLASS_COLLECTION = "collection of the class"
    DRAFT_REPLY = "draft reply"
    REPLY = "reply"
    UPLOAD = "upload"
    PERSON = "person"
    MEMBER = "member"
    STAFF = "member of staff"
    PROGRESS = "progress"
    TARGET = "target"
    SHARE = "share of second ratings"
    RATING = "second rating"
    GUEST_LINK = "link for a guest"
    JUDGING = "judging of pairs"
    STANDING = "standing of takes"
    FINAL_STANDING = "final standing of takes"
    STUDENT_PAGE = "student page"
    TEACHER_PAGE = "teacher page"
    COORDINATOR_PAGE = "coordinator page"
    ADMIN_PAGE = "admin page"
    RESEARCH = "research data"
    CONSENT = "consent"
    CONSENT_COUNTS = "consent counts"
    KERNEL = "kernel"
    JOB = "job"
    STORAGE = "storage"
    AUDIT = "audit log"
    STUDENT_PLACE = "place of a student"
    TEACHER_PLACE = "place of a teacher"
    COORDINATOR_PLACE = "place of a coordinator"
    RESEARCHER_PLACE = "place of a researcher"
    ADMIN_PLACE = "place of an admin"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table."""

    verb: Verb
    thing: Thing
    relation: Relation
    sentence: str


_R, _V, _T = Relation, Verb, Thing
RULES: tuple[Rule, ...] = (
    Rule(_V.OPEN, _T.STUDENT_PAGE, _R.STUDENT, "Students have a page of their own."),
    Rule(_V.OPEN, _T.TEACHER_PAGE, _R.TEACHER, "Teachers have a page of their own."),
    Rule(_V.OPEN, _T.COORDINATOR_PAGE, _R.COORDINATOR, "Coordinators see progress."),
    Rule(_V.OPEN, _T.COORDINATOR_PAGE, _R.ADMIN, "Admins may look at progress too."),
    Rule(_V.OPEN, _T.COORDINATOR_PAGE, _R.RESEARCHER, "Researchers may look at progress too."),
    Rule(_V.OPEN, _T.ADMIN_PAGE, _R.ADMIN, "Admins look after people and health."),
    Rule(_V.OPEN, _T.KERNEL, _R.OWNER, "A kernel answers only the person it was started for."),
    Rule(_V.SEE, _T.KERNEL, _R.ADMIN, "Admins see which pages are open, not what is on them."),
    Rule(_V.MANAGE, _T.KERNEL, _R.ADMIN, "Admins may close a page that stands in the way."),
    Rule(_V.SEE, _T.JOB, _R.ADMIN, "Admins see which work waits, runs or failed."),
    Rule(_V.MANAGE, _T.JOB, _R.ADMIN, "Admins have failed work tried again."),
    Rule(_V.SEE, _T.COURSE, _R.STUDENT, "Students see the courses they are in."),
    Rule(_V.SEE, _T.COURSE, _R.TEACHER, "Teachers see the courses they teach."),
    Rule(_V.SEE, _T.COURSE, _R.COORDINATOR, "Coordinators see their courses."),
    Rule(_V.SEE, _T.COURSE, _R.RESEARCHER, "Researchers see the courses they study."),
    Rule(_V.SEE, _T.COURSE, _R.ADMIN, "Admins see every course."),
    Rule(_V.ADD, _T.COURSE, _R.COORDINATOR, "Coordinators make courses."),
    Rule(_V.ADD, _T.COURSE, _R.ADMIN, "Admins make courses."),
    Rule(_V.CHANGE, _T.COURSE, _R.COORDINATOR, "Coordinators name, copy, archive theirs."),
    Rule(_V.CHANGE, _T.COURSE, _R.ADMIN, "Admins name, copy and archive every course."),
    Rule(_V.SEE, _T.EXERCISE, _R.STUDENT, "Students see the exercises of their courses."),
    Rule(_V.SEE, _T.EXERCISE, _R.TEACHER, "Teachers see the exercises they teach."),
    Rule(_V.SEE, _T.EXERCISE, _R.COORDINATOR, "Coordinators see their courses' exercises."),
    Rule(_V.SEE, _T.EXERCISE, _R.RESEARCHER, "Researchers see the exercises they study."),
    Rule(_V.SEE, _T.EXERCISE, _R.ADMIN, "Admins see every exercise."),
    Rule(_V.CHANGE, _T.EXERCISE, _R.TEACHER, "Teachers write exercises and their rubrics."),
    Rule(_V.CHANGE, _T.EXERCISE, _R.ADMIN, "Admins may write them in every course."),
    Rule(_V.SEE, _T.TAG, _R.TEACHER, "Teachers press the tags of their courses."),
    Rule(_V.CHANGE, _T.TAG, _R.TEACHER, "Teachers make and change their courses' tags."),
    Rule(_V.SEE, _T.TAG, _R.ADMIN, "Admins see the tags of every course."),
    Rule(_V.CHANGE, _T.TAG, _R.ADMIN, "Admins may change them."),
    Rule(_V.ADD, _T.TAKE, _R.STUDENT, "Students upload takes at their courses' exercises."),
    Rule(_V.SEE, _T.DRAFT_TAKE, _R.OWNER, "A draft take is its student's alone."),
    Rule(_V.CHANGE, _T.DRAFT_TAKE, _R.OWNER, "Students change the note of a draft."),
    Rule(_V.SUBMIT, _T.DRAFT_TAKE, _R.OWNER, "Students submit their drafts."),
    Rule(_V.WITHDRAW, _T.DRAFT_TAKE, _R.OWNER, "Students throw their drafts away."),
    Rule(_V.SEE, _T.TAKE, _R.OWNER, "Students see their own takes."),
    Rule(_V.WITHDRAW, _T.TAKE, _R.OWNER, "Students throw takes away nobody has replied to."),
    Rule(_V.MOVE, _T.DRAFT_TAKE, _R.OWNER, "Students move their drafts to another exercise."),
    Rule(_V.MOVE, _T.TAKE, _R.OWNER, "Students move takes nobody has replied to."),
    Rule(_V.MOVE, _T.TAKE, _R.TEACHER, "Teachers move takes between exercises they teach."),
    Rule(_V.SEE, _T.TAKE, _R.TEACHER, "Teachers see takes submitted to their courses."),
    Rule(_V.SEE, _T.TAKE, _R.RESEARCHER, "Researchers see takes of the courses they study."),
    Rule(_V.REPLY, _T.TAKE, _R.TEACHER, "Teachers reply to takes of their courses."),
    Rule(_V.ANSWER, _T.TAKE, _R.OWNER, "Students answer comments on their takes."),
    Rule(_V.ANSWER, _T.TAKE, _R.TEACHER, "Teachers answer in the threads of their courses."),
    Rule(_V.MANAGE, _T.TAKE, _R.TEACHER, "Teachers have the failed video of a take tried again."),
    Rule(_V.MARK, _T.TAKE, _R.TEACHER, "Teachers mark takes of their courses by the rubric."),
    Rule(_V.INVITE, _T.TAKE, _R.TEACHER, "Teachers show a take of their courses to a guest."),
    Rule(_V.SEE, _T.GUEST_LINK, _R.OWNER, "Students see which guests their takes are shown to."),
    Rule(_V.SEE, _T.GUEST_LINK, _R.TEACHER, "Teachers see the links of their courses."),
    Rule(_V.SEE, _T.GUEST_LINK, _R.COORDINATOR, "Coordinators see the links of theirs."),
    Rule(_V.SEE, _T.GUEST_LINK, _R.ADMIN, "Admins see the links of every course."),
    Rule(_V.MANAGE, _T.GUEST_LINK, _R.OWNER, "Students end links to their takes."),
    Rule(_V.MANAGE, _T.GUEST_LINK, _R.TEACHER, "Teachers end links of their courses."),
    Rule(_V.MANAGE, _T.GUEST_LINK, _R.COORDINATOR, "Coordinators end links of theirs."),
    Rule(_V.MANAGE, _T.GUEST_LINK, _R.ADMIN, "Admins may end every link."),
    Rule(_V.CUT, _T.TAKE, _R.TEACHER, "Teachers cut clips from takes of their courses."),
    Rule(_V.CHANGE, _T.ANCHOR, _R.OWNER, "Students set anchors in their own takes."),
    Rule(_V.CHANGE, _T.ANCHOR, _R.TEACHER, "Teachers set anchors in takes of their courses."),
    Rule(_V.ADD, _T.ASKED_EXEMPLAR, _R.TEACHER, "Teachers ask whether the class may see a take."),
    Rule(_V.SEE, _T.ASKED_EXEMPLAR, _R.OWNER, "Students see what they are asked."),
    Rule(_V.SEE, _T.ASKED_EXEMPLAR, _R.TEACHER, "Teachers see what was asked in their courses."),
    Rule(_V.ANSWER, _T.ASKED_EXEMPLAR, _R.OWNER, "The student of a take alone says yes or no."),
    Rule(_V.MANAGE, _T.ASKED_EXEMPLAR, _R.TEACHER, "Teachers end what was asked."),
    Rule(_V.SEE, _T.EXEMPLAR, _R.STUDENT, "The class sees what a student said yes to."),
    Rule(_V.SEE, _T.EXEMPLAR, _R.TEACHER, "Its teachers see it as the class does."),
    Rule(_V.SEE, _T.EXEMPLAR, _R.OWNER, "Students see what of theirs is shown."),
    Rule(_V.ANSWER, _T.EXEMPLAR, _R.OWNER, "Students say whether their name stands there."),
    Rule(_V.WITHDRAW, _T.EXEMPLAR, _R.OWNER, "Students take their yes back at any time."),
    Rule(_V.MANAGE, _T.EXEMPLAR, _R.TEACHER, "Teachers end showing a take."),
    Rule(_V.ADD, _T.COLLECTION, _R.TEACHER, "Teachers make collections in their courses."),
    Rule(_V.SEE, _T.COLLECTION, _R.AUTHOR, "One's own collection is one's own."),
    Rule(_V.EDIT, _T.COLLECTION, _R.AUTHOR, "Owners put things into it and order them."),
    Rule(_V.MANAGE, _T.COLLECTION, _R.AUTHOR, "Owners name, share and archive it."),
    Rule(_V.SEE, _T.STAFF_COLLECTION, _R.TEACHER, "Teachers see what is shared among them."),
    Rule(_V.EDIT, _T.STAFF_COLLECTION, _R.TEACHER, "They put things into it, too."),
    Rule(_V.MANAGE, _T.STAFF_COLLECTION, _R.AUTHOR, "Its owner alone names and shares it."),
    Rule(_V.SEE, _T.CLASS_COLLECTION, _R.STUDENT, "Students see what is shared with the class."),
    Rule(_V.SEE, _T.CLASS_COLLECTION, _R.TEACHER, "So do its teachers."),
    Rule(_V.EDIT, _T.CLASS_COLLECTION, _R.TEACHER, "Teachers put things into it."),
    Rule(_V.MANAGE, _T.CLASS_COLLECTION, _R.AUTHOR, "Its owner alone names and shares it."),
    Rule(_V.SEE, _T.DRAFT_REPLY, _R.AUTHOR, "A draft reply is its author's alone."),
    Rule(_V.CHANGE, _T.DRAFT_REPLY, _R.AUTHOR, "Authors change their drafts."),
    Rule(_V.RELEASE, _T.DRAFT_REPLY, _R.AUTHOR, "Authors release their drafts."),
    Rule(_V.SEE, _T.REPLY, _R.AUTHOR, "Authors see what they released."),
    Rule(_V.EDIT, _T.REPLY, _R.AUTHOR, "Authors correct what they released; it stays on record."),
    Rule(_V.WITHDRAW, _T.REPLY, _R.AUTHOR, "Authors take back what they released."),
    Rule(_V.SEE, _T.REPLY, _R.OWNER, "Students see replies to their takes."),
    Rule(_V.SEE, _T.REPLY, _R.TEACHER, "Teachers see replies in their courses."),
    Rule(_V.SEE, _T.REPLY, _R.RESEARCHER, "Researchers see replies of courses they study."),
    Rule(_V.JUDGE, _T.REPLY, _R.OWNER, "Students say what became of a comment."),
    Rule(_V.JUDGE, _T.REPLY, _R.TEACHER, "Teachers say what became of a comment."),
    Rule(_V.SEE, _T.UPLOAD, _R.OWNER, "An upload belongs to the person who began it."),
    Rule(_V.CHANGE, _T.UPLOAD, _R.OWNER, "Only that person carries it on or ends it."),
    Rule(_V.SEE, _T.PROGRESS, _R.SELF, "Students see their own progress."),
    Rule(_V.SEE, _T.PROGRESS, _R.TEACHER, "Teachers see progress in their courses."),
    Rule(_V.SEE, _T.PROGRESS, _R.COORDINATOR, "Coordinators see progress in their courses."),
    Rule(_V.SEE, _T.PROGRESS, _R.RESEARCHER, "Researchers see progress without names."),
    Rule(_V.SEE, _T.PROGRESS, _R.ADMIN, "Admins see progress in every course."),
    Rule(_V.CHANGE, _T.TARGET, _R.COORDINATOR, "Coordinators set their courses' targets."),
    Rule(_V.CHANGE, _T.TARGET, _R.ADMIN, "Admins may set the targets of every course."),
    Rule(_V.SEE, _T.SHARE, _R.COORDINATOR, "Coordinators see how many takes are rated twice."),
    Rule(_V.SEE, _T.SHARE, _R.ADMIN, "Admins see that of every course."),
    Rule(_V.CHANGE, _T.SHARE, _R.COORDINATOR, "Coordinators set their courses' share."),
    Rule(_V.CHANGE, _T.SHARE, _R.ADMIN, "Admins may set the share of every course."),
    Rule(_V.SEE, _T.RATING, _R.RATER, "Second raters see a take, not what was said of it."),
    Rule(_V.MARK, _T.RATING, _R.RATER, "Second raters rate it by the rubric."),
    Rule(_V.RELEASE, _T.RATING, _R.RATER, "Second raters hand their rating in."),
    Rule(_V.SEE, _T.JUDGING, _R.TEACHER, "Teachers see what is judged in their courses."),
    Rule(_V.SEE, _T.JUDGING, _R.COORDINATOR, "Coordinators see what is judged in theirs."),
    Rule(_V.SEE, _T.JUDGING, _R.RESEARCHER, "Researchers see what is judged where they study."),
    Rule(_V.SEE, _T.JUDGING, _R.ADMIN, "Admins see what is judged in every course."),
    Rule(_V.JUDGE, _T.JUDGING, _R.TEACHER, "Teachers say which of two takes is better."),
    Rule(_V.MANAGE, _T.JUDGING, _R.TEACHER, "Teachers set judgings up and close them."),
    Rule(_V.MANAGE, _T.JUDGING, _R.COORDINATOR, "Coordinators set judgings up and close them."),
    Rule(_V.MANAGE, _T.JUDGING, _R.ADMIN, "Admins may do so in every course."),
    Rule(_V.SEE, _T.STANDING, _R.COORDINATOR, "Coordinators see the order as it forms."),
    Rule(_V.SEE, _T.STANDING, _R.RESEARCHER, "Researchers see it without names."),
    Rule(_V.SEE, _T.STANDING, _R.ADMIN, "Admins see it in every course."),
    Rule(_V.SEE, _T.FINAL_STANDING, _R.TEACHER, "Teachers see it once judging is closed."),
    Rule(_V.SEE, _T.FINAL_STANDING, _R.COORDINATOR, "Coordinators see it afterwards, too."),
    Rule(_V.SEE, _T.FINAL_STANDING, _R.RESEARCHER, "Researchers see it without names."),
    Rule(_V.SEE, _T.FINAL_STANDING, _R.ADMIN, "Admins see it in every course."),
    Rule(_V.SEE, _T.RESEARCH, _R.RESEARCHER, "Researchers read the tidy tables."),
    Rule(_V.SEE, _T.RESEARCH, _R.ADMIN, "Admins may read the tidy tables too."),
    Rule(_V.DOWNLOAD, _T.TAKE, _R.OWNER, "Students take their videos away, all at once."),
    Rule(_V.DOWNLOAD, _T.DRAFT_TAKE, _R.OWNER, "Drafts are theirs as well."),
    Rule(_V.DOWNLOAD, _T.TAKE, _R.TEACHER, "Teachers take away the takes of their courses."),
    Rule(_V.ERASE, _T.DRAFT_TAKE, _R.OWNER, "Students take their videos back for good."),
    Rule(_V.ERASE, _T.TAKE, _R.OWNER, "Students take their videos back for good."),
    Rule(_V.ERASE, _T.PERSON, _R.ADMIN, "Admins erase somebody who asked for it."),
    Rule(_V.SEE, _T.CONSENT, _R.SELF, "People see what they agreed to, and all of its history."),
    Rule(_V.CHANGE, _T.CONSENT, _R.SELF, "People give, limit and withdraw their own consent."),
    Rule(_V.ADD, _T.CONSENT, _R.COORDINATOR, "Coordinators record consent held on paper."),
    Rule(_V.SEE, _T.CONSENT_COUNTS, _R.COORDINATOR, "Coordinators see how many consent."),
    Rule(_V.SEE, _T.CONSENT_COUNTS, _R.RESEARCHER, "Researchers see how many consent."),
    Rule(_V.SEE, _T.CONSENT_COUNTS, _R.ADMIN, "Admins see how many consent."),
    Rule(_V.SEE, _T.MEMBER, _R.TEACHER, "Teachers see who is in their courses."),
    Rule(_V.SEE, _T.MEMBER, _R.COORDINATOR, "Coordinators see who is in their courses."),
    Rule(_V.SEE, _T.STAFF, _R.STUDENT, "Students see who looks after their courses."),
    Rule(_V.SEE, _T.STAFF, _R.TEACHER, "Teachers see who works in their courses with them."),
    Rule(_V.SEE, _T.STAFF, _R.COORDINATOR, "Coordinators see who works in their courses."),
    Rule(_V.SEE, _T.PERSON, _R.SELF, "People see their own profile."),
    Rule(_V.SEE, _T.PERSON, _R.ADMIN, "Admins see everybody's account."),
    Rule(_V.MANAGE, _T.PERSON, _R.ADMIN, "Admins add people and switch accounts off."),
    Rule(_V.SEE, _T.STORAGE, _R.ADMIN, "Admins see how much room videos take."),
    Rule(_V.MANAGE, _T.STORAGE, _R.ADMIN, "Admins say how much somebody may store."),
    Rule(_V.SEE, _T.AUDIT, _R.ADMIN, "Admins read who did what, and who saw whose video."),
    Rule(_V.INVITE, _T.STUDENT_PLACE, _R.TEACHER, "Teachers invite students to their courses."),
    Rule(_V.INVITE, _T.STUDENT_PLACE, _R.COORDINATOR, "Coordinators invite students to theirs."),
    Rule(_V.INVITE, _T.STUDENT_PLACE, _R.ADMIN, "Admins invite students to every course."),
    Rule(_V.INVITE, _T.TEACHER_PLACE, _R.COORDINATOR, "Coordinators invite teachers to theirs."),
    Rule(_V.INVITE, _T.TEACHER_PLACE, _R.ADMIN, "Admins invite teachers to every course."),
    Rule(_V.INVITE, _T.COORDINATOR_PLACE, _R.ADMIN, "Admins alone invite coordinators."),
    Rule(_V.INVITE, _T.RESEARCHER_PLACE, _R.ADMIN, "Admins alone invite researchers."),
    Rule(_V.INVITE, _T.ADMIN_PLACE, _R.ADMIN, "Admins alone invite admins."),
)

_GRANTED = {(rule.verb, rule.thing, rule.relation) for rule in RULES}


def allowed(verb: Verb, thing: Thing, relations: frozenset[Relation]) -> bool:
    """Tell whether any of the relations is granted the verb on the thing.

    No relation at all means nothing is allowed.

    >>> allowed(Verb.SEE, Thing.DRAFT_TAKE, frozenset({Relation.OWNER}))
    True
    >>> allowed(Verb.SEE, Thing.DRAFT_TAKE, frozenset({Relation.TEACHER, Relation.ADMIN}))
    False
    """
    return any((verb, thing, relation) in _GRANTED for relation in relations)
