"""What is said about taking things back: before, and in the receipt."""

from __future__ import annotations

from typing import Any

from practika_kernel.domain.amounts import human_size
from practika_kernel.domain.erasure import Gone, Scope

_KINDS = (
    (("takes",), "take", "takes"),
    (("replies",), "comment or answer, with its drawing", "comments and answers, with drawings"),
    (("marks",), "mark by a rubric", "marks by a rubric"),
    (("clips",), "clip", "clips"),
    (("alignments", "anchors"), "comparison that was measured", "comparisons that were measured"),
    (("uploads",), "entry about a file that was sent", "entries about files that were sent"),
    (("watches", "outcomes", "decisions", "reply_versions", "drafts"),
     "note of what was played, judged or typed", "notes of what was played, judged and typed"),
    (("events",), "entry in the history that numbers are made from",
     "entries in the history that numbers are made from"),
    (("enrolments",), "place in a course", "places in courses"),
    (("sign_ins",), "sign-in", "sign-ins"),
    (("invitations", "joinings"), "invitation or note of one", "invitations and notes of them"),
    (("guest_links", "guest_letters", "guest_visits", "guest_comments"),
     "link for a guest, or note of what a guest did",
     "links for guests and notes of what guests did"),
    (("exemplars",), "question whether the class may see it, with its answer",
     "questions whether the class may see them, with their answers"),
    (("collection_items",), "place in a teacher's list", "places in teachers' lists"),
    (("audit",), "line of the audit log", "lines of the audit log"),
    (("take_moves",), "note of a move to another exercise", "notes of moves to other exercises"),
    (("second_steps", "recovery_codes", "half_sign_ins", "trusted_browsers", "second_letters"),
     "entry of the second step or a provider at sign-in",
     "entries of the second step or a provider at sign-in"),
    (("ratings", "rated_levels", "judgements"), "second rating or comparison by a judge",
     "second ratings and comparisons by judges"),
    (("notifications", "letters"), "notification or note of an e-mail",
     "notifications and notes of e-mails"),
)  # fmt: skip
_SILENT = {"renditions", "assets", "jobs", "notice_choices", "notice_rhythms", "password_resets",
           "thrown_takes", "addresses", "player_keys", "thrown_replies", "let_go",
           "provider_links", "provider_errands"}  # fmt: skip
"""Rows that are told as files, or as nothing: work that waited."""


def will_go(
    scope: Scope, gone: Gone, files: int, size: int, *, pictured: bool = False
) -> list[str]:
    """Say what goes, a line each; only what there is. ``pictured``: whether there is a portrait."""
    lines = counted(gone.rows)
    if files:
        made = "the videos as they were sent and everything made of them"
        lines.insert(1, f"{_many(files, 'file', 'files')} ({human_size(size)}): {made}")
    if scope is Scope.PERSON:
        lines += ["the person's picture"] if pictured else []
        lines.append("name, e-mail address, password and the names other systems have for them")
    return lines


def counted(rows: dict[str, int]) -> list[str]:
    """Say how many rows of each kind, in words.

    >>> counted({"takes": 1, "alignments": 2, "renditions": 7})
    ['1 take', '2 comparisons that were measured']
    """
    lines, known = [], set(_SILENT)
    for tables, one, many in _KINDS:
        known.update(tables)
        number = sum(rows.get(table, 0) for table in tables)
        if number:
            lines.append(_many(number, one, many))
    more = sum(number for table, number in rows.items() if table not in known)
    return [*lines, _many(more, "other entry", "other entries")] if more else lines


def stays(scope: Scope, shared: int, exports: int) -> list[str]:
    """Say what does not go, and why."""
    who = "the person" if scope is Scope.PERSON else "you"
    lines = [
        "That this was asked for and done, and when: under a number, to show that it was. "
        f"What {who} consented to stays with it."
    ]
    if shared:
        lines.append(
            f"{_many(shared, 'video file', 'video files')} that another take holds, too, byte "
            "for byte: the file stays for that take alone."
        )
    if exports:
        lines.append(
            f"{_many(exports, 'data set', 'data sets')} given out before: copies outside cannot "
            "be reached from here. Who holds them is to be asked to delete them."
        )
    if scope is not Scope.PERSON:
        lines.append("Your account and your place in the course.")
    lines.append("Back-ups made before, until they are replaced by newer ones.")
    return lines


def told(view: dict[str, Any]) -> str:
    """Write a finished receipt as a plain text a person can keep."""
    title = {"take": "one take", "takes": "all videos", "person": "a person"}[view["scope"]]
    lines = [
        f"Receipt {view['id']}: removal of {title}",
        f"Asked for: {view['asked']}",
        f"Done:      {view['finished']}",
        "",
        *[f"  {each}" for each in view["takes"]],
        "",
        "Removed from the record:",
        *[f"  {each}" for each in counted(view["rows"])],
        "",
        f"Removed files: {len(view['files'])}, {human_size(view['bytes'])}",
        *[f"  {each['sha256']}  {each['bytes']:>12}  {each['what']}" for each in view["files"]],
        "",
        "Data sets given out before that held the person:",
        *[f"  {each['study']}, {each['at']}, manifest {each['manifest']}"
          for each in view["exports"]],
        *([] if view["exports"] else ["  none"]),
        "",
        "What stays, and why:",
        *[f"  {each}" for each in view["stays"]],
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _many(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
