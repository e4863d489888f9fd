"""Things of Mira and her teacher that a fellow student would like to get at."""

from __future__ import annotations

from practika_kernel.domain.ids import new_id
from practika_kernel.domain.practice import Exercise
from practika_kernel.services.content import Content
from server.serving import Running


def of_others(running: Running) -> dict[str, str]:
    """An id for each name that verbs use, none of them Noah's to see or to change."""
    services, school = running.practika.services, running.school
    ada, mira = school.people["ada"].id, school.people["mira"].id
    reply = services.replies.save(ada, school.take, client_key="1", kind="fix", text="Softer")["id"]
    services.replies.release(ada, school.take)
    kept = services.replies.save(ada, school.take, client_key="2", kind="fix", text="No")["id"]
    exercise = _elsewhere(running)
    line = services.rubrics.add(ada, exercise, "Pulse", [("stops", ""), ("steady", "")])
    upload = services.uploads.begin(mira, name="a.mp4", size=9, exercise_id=school.exercise)
    made = services.invitations.make(ada, "student", course_of(running))
    link, comment = _guest(running)
    return {
        "take": school.draft,
        "with_": school.take,
        "reply": reply,
        "entry": kept,
        "answer": reply,
        "criterion": line,
        "exercise": exercise,
        "upload": upload.id,
        "student": mira,
        "person": mira,
        "invitation": made[0]["id"],
        "link": link,
        "comment": comment,
    }


def _elsewhere(running: Running) -> str:
    """An exercise of a course that Noah is not in."""
    accounts, ada = running.practika.services.accounts, running.school.people["ada"]
    course = accounts.add_course("Dance basics", "2026 autumn")
    accounts.enrol(ada.id, course.id, ada.role)
    exercise = Exercise(new_id(), course.id, "Turn", "technique", ada.created_at)
    with running.practika.record.write() as uow:
        uow.exercises.add(exercise)
    return exercise.id


def course_of(running: Running) -> str:
    with running.practika.record.read() as uow:
        take = uow.takes.get(running.school.take)
    assert take is not None
    return take.course_id


def _guest(running: Running) -> tuple[str, str]:
    """A link for a guest to Mira's take, and what came by it."""
    services, school = running.practika.services, running.school
    made = services.guests.make(school.people["ada"].id, school.take)
    room, token = services.guest_room, str(made["link"])[-43:]
    cookie, _ = room.enter(token, "Ana K.", "", "192.0.2.7")
    return made["id"], str(room.write(token, cookie, "1", Content("fix", "Softer"))["id"])
