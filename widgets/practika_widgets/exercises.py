"""The exercises of the courses a person writes, and the editor of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from practika_kernel.domain.library import INSTRUCTIONS_LIMIT, TITLE_LIMIT, WORD_LIMIT
from practika_kernel.services.markdown import as_prose
from practika_kernel.services.upload_rules import FILE_TYPES

from ._base import PractikaWidget, Verb, script
from ._shelf import ShelfVerbs

if TYPE_CHECKING:
    from practika_kernel.bootstrap import Practika


class ExercisesWidget(ShelfVerbs, PractikaWidget):
    """The exercises of a person's courses in their order, or one of them to be written.

    Parameters
    ----------
    practika
        What ``practika_kernel.connect()`` gave; its person teaches, or is an admin.
    exercise
        Id of the exercise that is written; "" for the list of all, or a new one.
    course
        Id of the course a new exercise is written for.
    traits
        ipywidgets' own, such as ``layout``.
    """

    _esm = script("exercises")

    verbs: ClassVar[Mapping[str, Verb]] = {
        "save": Verb(
            "save",
            {
                "title": str,
                "category": str,
                "instructions": str,
                "due": str,
                "tags": list,
                "stamp": str,
            },
        ),
        "preview": Verb("preview", {"text": str}),
        "arrange": Verb("arrange", {"course": str, "order": list}),
        "archive": Verb("archive", {"exercise": str, "archived": bool}),
        "rename": Verb("rename", {"course": str, "what": str, "old": str, "new": str}),
        "merge": Verb("merge", {"course": str, "tag": str, "into": str}),
        "rename_tag": Verb("rename_tag", {"course": str, "tag": str, "name": str}),
        "no_reference": Verb("no_reference"),
        "dismiss": Verb("dismiss", {"upload": str}),
        "give_up": Verb("give_up", {"upload": str}),
        "copy": Verb("copy", {"exercises": list, "course": str}),
        "weigh": Verb("weigh", {"course": str}),
    }

    def __init__(
        self, practika: Practika, exercise: str = "", course: str = "", **traits: Any
    ) -> None:
        self._exercise, self._course = exercise, course
        super().__init__(practika, **traits)

    def look(self) -> dict[str, Any]:
        """The courses with their exercises, or the exercise that is written."""
        library = self.practika.services.library
        if not (self._exercise or self._course):
            shown = self.practika.services.exemplars.aside(self.actor)["exemplars"]
            exemplars = Counter(one["exercise"]["id"] for one in shown)
            return {**library.view(self.actor), "exemplars": dict(exemplars)}
        limits = {"title": TITLE_LIMIT, "instructions": INSTRUCTIONS_LIMIT, "word": WORD_LIMIT}
        uploads = self.practika.services.uploads
        return {
            **library.editor(self.actor, self._course, self._exercise),
            "limits": limits,
            "upload": {"limit": uploads.limit, "types": list(FILE_TYPES)},
            "uploads": [
                one
                for one in uploads.view(self.actor)
                if one["purpose"] == "reference" and one["exercise_id"] == self._exercise
            ],
        }

    def save(
        self,
        title: str,
        category: str,
        instructions: str,
        due: str,
        tags: list[Any],
        stamp: str,
    ) -> str:
        """Write the exercise; returns its id."""
        saved: str = self.practika.services.library.save(
            self.actor,
            self._course,
            self._exercise,
            title=title,
            category=category,
            instructions=instructions,
            due=due,
            tags=[str(tag) for tag in tags],
            stamp=stamp,
        )
        return saved

    def preview(self, text: str) -> str:
        """Instructions as students will read them, in safe HTML."""
        return as_prose(text)

    def arrange(self, course: str, order: list[Any]) -> bool:
        """Put a course's exercises into this order of ids."""
        self.practika.services.library.arrange(self.actor, course, [str(one) for one in order])
        self.refresh()
        return True

    def archive(self, exercise: str, archived: bool) -> bool:
        """Archive an exercise, or bring it back."""
        self.practika.services.library.archive(self.actor, exercise, archived=archived)
        self.refresh()
        return True

    def rename(self, course: str, what: str, old: str, new: str) -> int:
        """Call a category or a tag otherwise; returns how many exercises changed."""
        changed: int = self.practika.services.library.rename(self.actor, course, what, old, new)
        self.refresh()
        return changed

    def merge(self, course: str, tag: str, into: str) -> int:
        """Make two pressed tags one; returns how many comments moved."""
        moved: int = self.practika.services.tagging.merge(self.actor, course, tag, into)
        self.refresh()
        return moved

    def rename_tag(self, course: str, tag: str, name: str) -> int:
        """Call a pressed tag otherwise; returns how many comments moved to one called so."""
        moved: int = self.practika.services.tagging.rename(self.actor, course, tag, name)
        self.refresh()
        return moved

    def no_reference(self) -> bool:
        """Take the reference video out of the exercise."""
        self.practika.services.library.drop_reference(self.actor, self._exercise)
        self.refresh()
        return True

    def dismiss(self, upload: str) -> None:
        """Take the message about a refused file off the page."""
        self.practika.services.uploads.dismiss(self.actor, upload)
        self.refresh()

    def give_up(self, upload: str) -> None:
        """Give an unfinished upload up; what has arrived is removed."""
        self.practika.services.uploads.terminate(self.actor, upload)
        self.refresh()

    def weigh(self, course: str) -> dict[str, Any]:
        """Say how much all videos of a course are, and what its zip leaves out."""
        return dict(self.practika.services.bundles.weigh(self.actor, course))

    def copy(self, exercises: list[Any], course: str) -> dict[str, Any]:
        """Copy chosen exercises into another course; returns how many, and which were there."""
        chosen = [str(one) for one in exercises]
        done = self.practika.services.courses.copy_exercises(self.actor, chosen, course)
        self.refresh()
        return dict(done)
