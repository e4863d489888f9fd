"""Whatever a browser writes into a widget's traits, the widget stays what it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import practika_widgets
import school as world
from practika_kernel.bootstrap import Practika
from practika_widgets._base import PractikaWidget

Seat = Callable[[str], Practika]


def spectrum() -> Any:
    from plotly.graph_objects import Figure

    return Figure(layout={"title": {"text": "Takes"}})


MADE: dict[str, Callable[[Any, Seat, str], PractikaWidget]] = {
    "Router": lambda widget, seat, take: widget(seat("Mira"), lambda query: None),
    "StudentWidget": lambda widget, seat, take: widget(seat("Mira")),
    "UploadWidget": lambda widget, seat, take: widget(seat("Mira")),
    "CompareWidget": lambda widget, seat, take: widget(take=take, practika=seat("Mira")),
    "QueueWidget": lambda widget, seat, take: widget(seat("Ada")),
    "StacksWidget": lambda widget, seat, take: widget(seat("Ada")),
    "RubricsWidget": lambda widget, seat, take: widget(seat("Ada"), take),
    "ExercisesWidget": lambda widget, seat, take: widget(seat("Ada")),
    "CoursesWidget": lambda widget, seat, take: widget(seat("Helen")),
    "RatingWidget": lambda widget, seat, take: widget(seat("Ada"), rating=take),
    "JudgingWidget": lambda widget, seat, take: widget(seat("Ada")),
    "ReplyWidget": lambda widget, seat, take: widget(seat("Ada"), take_id=take),
    "ProgressWidget": lambda widget, seat, take: widget(seat("Helen")),
    "PeopleWidget": lambda widget, seat, take: widget(seat("Tom")),
    "PersonWidget": lambda widget, seat, take: widget(seat("Tom"), person=seat("Mira").actor),
    "AuditWidget": lambda widget, seat, take: widget(seat("Tom")),
    "HealthWidget": lambda widget, seat, take: widget(seat("Tom")),
    "SettingsWidget": lambda widget, seat, take: widget(seat("Tom")),
    "MyDataWidget": lambda widget, seat, take: widget(seat("Mira")),
    "ConsentWidget": lambda widget, seat, take: widget(seat("Helen")),
    "InvitationsWidget": lambda widget, seat, take: widget(seat("Ada")),
    "LibraryWidget": lambda widget, seat, take: widget(seat("Ada")),
    "GuestsWidget": lambda widget, seat, take: widget(seat("Ada")),
    "StorageWidget": lambda widget, seat, take: widget(seat("Tom")),
    "Plot": lambda widget, seat, take: widget(spectrum()),
}


def test_every_widget_is_in_the_table() -> None:
    classes = {name: getattr(practika_widgets, name) for name in practika_widgets.__all__}
    assert {name for name, each in classes.items() if isinstance(each, type)} == set(MADE)


def test_no_trait_of_any_widget_can_be_forged(school: world.School, seat: Seat, video: Any) -> None:
    take = school.submitted("Mira", video)
    mark = school.practika.services.live.now()
    for name, make in MADE.items():
        widget = make(getattr(practika_widgets, name), seat, take)
        before, actor = widget.get_state(), getattr(widget, "actor", None)
        forged = {key: _another(value) for key, value in before.items()}
        forged |= dict.fromkeys(("practika", "actor", "verbs", "comm", "_take_id"), "forged")
        data = {"method": "update", "state": forged, "buffer_paths": []}
        widget._handle_msg({"content": {"data": data}, "buffers": []})
        assert widget.get_state() == before, name
        assert "forged" not in {str(value) for value in vars(widget).values()}, name
        assert getattr(widget, "actor", None) == actor, name
        widget.close()
    assert school.practika.services.live.now() == mark


def _another(value: object) -> object:
    if isinstance(value, str):
        return "forged"
    if isinstance(value, dict):
        return {"forged": True}
    return ["forged"] if isinstance(value, (list, tuple)) else None
