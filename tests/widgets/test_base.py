"""The frame of every widget: what a browser may send, and that nothing else does anything."""

from __future__ import annotations

import inspect
import logging
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import NoneType, SimpleNamespace
from typing import Any, ClassVar

import anywidget
import pytest

import practika_widgets
from practika_kernel.domain.errors import NotFound
from practika_widgets._base import PractikaWidget, Verb

SOURCES = Path(practika_widgets.__file__).parents[1] / "js" / "src"
PRACTIKA = SimpleNamespace(actor="p1")


class Diary(PractikaWidget):
    """A widget as small as they get."""

    _esm = "export default {}"
    verbs: ClassVar = {
        "write": Verb("write", {"text": str, "at": (float, NoneType), "loud": (bool, NoneType)}),
        "lose": Verb("lose"),
        "break": Verb("stumble"),
        "list": Verb("write_all", {"lines": list}),
    }

    def __init__(self, **traits: Any) -> None:
        self.lines: list[Any] = []
        super().__init__(PRACTIKA, **traits)  # type: ignore[arg-type]

    def look(self) -> dict[str, Any]:
        return {"lines": list(self.lines)}

    def write(self, text: str, at: float | None, loud: bool | None) -> int:
        self.lines.append((text, at, loud))
        self.refresh()
        return len(self.lines)

    def write_all(self, lines: list[str]) -> None:
        self.lines += lines

    def lose(self) -> None:
        raise NotFound

    def stumble(self) -> None:
        raise ZeroDivisionError("secret detail")


@pytest.fixture
def diary() -> Iterator[Diary]:
    widget = Diary()
    yield widget
    widget.close()


@pytest.fixture
def sent(diary: Diary, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    messages: list[Any] = []
    monkeypatch.setattr(diary, "_send", lambda message, buffers=None: messages.append(message))
    return messages


def test_a_verb_is_done_and_answered(diary: Diary) -> None:
    answer = diary.answer({"verb": "write", "args": {"text": "Softer", "at": 3}})
    assert answer == {"ok": True, "result": 1}
    assert diary.lines == [("Softer", 3.0, None)]
    assert diary.view == {"lines": [("Softer", 3.0, None)]}


@pytest.mark.parametrize(
    "message",
    [
        {"verb": "look"},
        {"verb": "__init__"},
        {"verb": "close"},
        {"verb": ["write"]},
        {"verb": None},
        {},
        {"verb": "write"},
        {"verb": "write", "args": None},
        {"verb": "write", "args": ["text"]},
        {"verb": "write", "args": {"text": 1}},
        {"verb": "write", "args": {"text": "x", "at": "3"}},
        {"verb": "write", "args": {"text": "x", "at": True}},
        {"verb": "write", "args": {"text": "x", "at": float("nan")}},
        {"verb": "write", "args": {"text": "x", "at": float("inf")}},
        {"verb": "write", "args": {"text": "x", "at": 10**400}},
        {"verb": "write", "args": {"text": "x", "loud": 1}},
        {"verb": "write", "args": {"text": "x", "actor": "p2"}},
        {"verb": "write", "args": {"text": "x" * 20_001}},
        {"verb": "list", "args": {"lines": ["x"] * 5_000}},
        {"verb": "list", "args": {"lines": [[[[[[[["x"]]]]]]]]}},
        {"verb": "list", "args": {"lines": ["x" * 30_000]}},
        {"verb": "lose", "args": {"more": 1}},
    ],
)
def test_anything_else_is_a_sentence_and_nothing_is_done(diary: Diary, message: Any) -> None:
    answer = diary.answer(message)
    assert answer["ok"] is False
    assert answer["sentence"].endswith((".", "here."))
    assert diary.lines == []


def test_an_error_of_ours_says_its_sentence(diary: Diary) -> None:
    assert diary.answer({"verb": "lose"}) == {"ok": False, "sentence": str(NotFound())}


def test_any_other_error_is_in_the_log_under_the_reference_shown(
    diary: Diary, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        sentence = diary.answer({"verb": "break"})["sentence"]
    reference = re.search(r"reference ([0-9a-f]{8})", sentence)
    assert reference is not None
    assert reference[1] in caplog.text
    assert "secret detail" in caplog.text
    assert "secret" not in sentence


def test_a_message_without_reference_gets_no_answer(diary: Diary, sent: list[Any]) -> None:
    for content in (None, "write", {"verb": "write"}, {"ref": 1, "verb": "lose"}):
        diary._handle_custom_msg(content, [])
    assert sent == []


def test_the_answer_carries_the_reference(diary: Diary, sent: list[Any]) -> None:
    diary._handle_custom_msg({"ref": "r1", "verb": "lose"}, [])
    assert sent == [
        {"method": "custom", "content": {"ref": "r1", "ok": False, "sentence": str(NotFound())}}
    ]


def test_a_forged_view_is_undone_in_the_browser_too(diary: Diary, sent: list[Any]) -> None:
    before = diary._esm
    diary.set_state({"view": {"lines": ["forged"]}, "_esm": "alert(1)", "no_such": 1})
    assert diary.view == {"lines": []}
    assert diary._esm == before
    (message,) = sent
    assert message["state"]["view"] == {"lines": []}
    assert message["state"]["_esm"] == before


def test_a_misspelt_option_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match=r"Diary knows no heigth\. It knows: layout"):
        Diary(heigth=3)


@pytest.mark.parametrize("name", ["view", "comm", "_esm"])
def test_what_is_ours_cannot_be_given(name: str) -> None:
    with pytest.raises(TypeError, match=name):
        Diary(**{name: {}})


def test_an_error_of_the_browser_is_written_down(
    diary: Diary, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        answer = diary.answer(
            {"verb": "complain", "args": {"message": "x is undefined", "where": "diary"}}
        )
    assert answer["result"] in caplog.text
    assert "x is undefined" in caplog.text


@pytest.mark.parametrize("name", practika_widgets.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert callable(getattr(practika_widgets, name))


def _classes() -> list[type[PractikaWidget]]:
    folder = Path(practika_widgets.__file__).parent
    names = sorted(path.stem for path in folder.glob("*.py") if not path.stem.startswith("_"))
    found: dict[str, type[PractikaWidget]] = {}
    for name in names:
        for thing in vars(import_module(f"practika_widgets.{name}")).values():
            if (
                isinstance(thing, type)
                and issubclass(thing, PractikaWidget)
                and thing.__module__ == f"practika_widgets.{name}"
            ):
                found[thing.__name__] = thing
    return list(found.values())


def _bundle(widget: type[PractikaWidget]) -> str:
    """Name of the bundle a widget class loads, from the source of it or of its base."""
    for one in widget.__mro__:
        if one is PractikaWidget:
            break
        match = re.search(r'_esm = script\("(\w+)"\)', inspect.getsource(one))
        if match is not None:
            return match[1]
    raise AssertionError(f"{widget} loads no bundle")


def _sources(start: Path) -> list[Path]:
    """A module and everything of ours it imports."""
    seen: list[Path] = []
    todo = [start]
    while todo:
        path = todo.pop().resolve()
        if path in seen:
            continue
        seen.append(path)
        names = re.findall(r'(?:from|import) "(\.[^"]+)"', path.read_text(encoding="utf-8"))
        todo += [path.parent / name for name in names]
    return seen


@pytest.mark.parametrize("widget", _classes(), ids=lambda widget: widget.__name__)
def test_verbs_and_traits_are_the_same_on_both_sides(widget: type[PractikaWidget]) -> None:
    files = _sources(SOURCES / f"{_bundle(widget)}.js")
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    asked = set(re.findall(r'\bask\(\s*(?:[\w.]*model, )?"(\w+)"', text))
    mine = {w for w in _classes() if _bundle(w) == _bundle(widget)}
    declared = {verb for one in mine for verb in one.all_verbs()}
    assert asked <= declared, f"asked for in the browser only: {asked - declared}"
    # every widget may be asked to read again, whether its page does or not
    unused = declared - asked - {"refresh"}
    assert not unused, f"declared but never asked for: {unused}"
    used = set(re.findall(r'model\.get\("(\w+)"\)|"change:(\w+)"', text))
    inherited = set(anywidget.AnyWidget.class_trait_names(sync=True))
    synced = set(widget.class_trait_names(sync=True)) - inherited
    assert {name for pair in used for name in pair if name} <= synced


@pytest.mark.parametrize("widget", _classes(), ids=lambda widget: widget.__name__)
def test_every_verb_has_a_handler_with_its_arguments(widget: type[PractikaWidget]) -> None:
    for name, verb in widget.all_verbs().items():
        handler = getattr(widget, verb.handler)
        taken = set(inspect.signature(handler).parameters) - {"self"}
        assert taken == set(verb.args), f"{name} of {widget.__name__}"
