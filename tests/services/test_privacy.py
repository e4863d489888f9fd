"""Who may see what: another's things answer exactly like things that never were."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import school as world
from practika_kernel.domain.errors import NotFound
from practika_kernel.domain.events import Watermark
from practika_kernel.domain.ids import new_id
from practika_kernel.domain.permissions import RULES, Relation, Thing, Verb, allowed

Act = Callable[[world.School, str, str], object]

ON_A_TAKE: dict[str, Act] = {
    "see": lambda s, who, take: s.practika.services.takes.take(who, take),
    "note": lambda s, who, take: s.practika.services.takes.set_note(who, take, "mine now"),
    "submit": lambda s, who, take: s.practika.services.takes.submit(who, take),
    "withdraw": lambda s, who, take: s.practika.services.trash.throw(who, take),
    "desk": lambda s, who, take: s.practika.services.replies.desk(who, take),
    "comment": lambda s, who, take: s.practika.services.replies.save(
        who, take, client_key="k", kind="fix", text="hello"
    ),
    "draft": lambda s, who, take: s.practika.services.replies.put_draft(who, take, {"text": "x"}),
    "release": lambda s, who, take: s.practika.services.replies.release(who, take),
    "clip": lambda s, who, take: s.practika.services.clips.ask(who, take, 0, 1),
    "compare": lambda s, who, take: s.practika.services.comparisons.view(who, take),
    "watched": lambda s, who, take: s.practika.services.ledger.report(who, take, [(0, 5)], {}),
    "ledger": lambda s, who, take: s.practika.services.ledger.beside(who, take),
    "moments": lambda s, who, take: s.practika.services.moments.view(who, take),
    "take up": lambda s, who, take: s.practika.services.moments.accept(who, take, "tempo-0"),
    "put aside": lambda s, who, take: s.practika.services.moments.dismiss(who, take, "tempo-0"),
    "bring back": lambda s, who, take: s.practika.services.moments.restore(who, take),
    "video": lambda s, who, take: s.practika.services.media.open(who, "take", take, "video"),
    "poster": lambda s, who, take: s.practika.services.media.open(who, "take", take, "poster"),
}
STRANGERS = ("Jonas", "Piet", "Helen", "Tom")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, video: Path) -> Iterator[world.School]:
    """One school for all questions here: whoever is refused changes nothing."""
    made = world.make(tmp_path_factory.mktemp("school"))
    made.takes = {"sent": made.submitted("Mira", video), "draft": made.draft("Mira", video)}
    yield made
    made.practika.close()


@pytest.mark.parametrize("act", ON_A_TAKE)
def test_strangers_meet_nothing(full: world.School, act: str) -> None:
    school, take = full, full.takes["sent"]
    missing = new_id()
    for who in STRANGERS:
        sentences = []
        for target in (take, missing, "../../etc/passwd", ""):
            with pytest.raises(NotFound) as caught:
                ON_A_TAKE[act](school, school.id(who), target)
            sentences.append(str(caught.value))
        assert len(set(sentences)) == 1
    with pytest.raises(NotFound):
        ON_A_TAKE[act](school, "", take)


@pytest.mark.parametrize("act", ON_A_TAKE)
def test_a_draft_is_the_students_alone(full: world.School, act: str) -> None:
    school, take = full, full.takes["draft"]
    for who in (*STRANGERS, "Ada", "Rosa"):
        with pytest.raises(NotFound):
            ON_A_TAKE[act](school, school.id(who), take)


def test_uploads_belong_to_whoever_began_them(school: world.School) -> None:
    uploads = school.practika.services.uploads
    hanon = school.exercises["hanon"].id
    mine = uploads.begin(school.id("Mira"), name="a.mp4", size=10, exercise_id=hanon)
    for who in (*STRANGERS, "Ada"):
        for call in (uploads.get, uploads.status, uploads.received, uploads.terminate):
            with pytest.raises(NotFound):
                call(school.id(who), mine.id)
    with pytest.raises(NotFound):
        uploads.begin(
            school.id("Mira"), name="a.mp4", size=10, exercise_id=school.exercises["turn"].id
        )
    with pytest.raises(NotFound):
        uploads.begin(
            school.id("Mira"), name="a.mp4", size=10, purpose="reference", exercise_id=new_id()
        )


def test_a_page_carries_on_where_it_was_or_from_now_on(school: world.School, video: Path) -> None:
    live = school.practika.services.live
    before = live.now()
    school.draft("Mira", video)
    now = live.now()
    assert live.behind(str(before)) == before
    assert live.behind(str(now)) == now
    ahead = Watermark(now.xid, now.id + 1)
    for last in ("", "rubbish", "0-0", str(ahead), f"{now.xid + 1}-1"):
        assert live.behind(last) == now


def test_live_changes_reach_only_whom_they_concern(school: world.School, video: Path) -> None:
    live = school.practika.services.live
    mark = live.now()
    school.draft("Mira", video)
    events, mark = live.since(mark)
    heard = {n: [c["kind"] for c in live.concerns(school.id(n), events)] for n in school.people}
    assert "take.added" in heard["Mira"]
    assert all("take.added" not in heard[name] for name in school.people if name != "Mira")
    assert heard["Jonas"] == heard["Piet"] == []
    take = school.practika.services.takes.home(school.id("Mira"))["drafts"][0]["id"]
    school.practika.services.takes.submit(school.id("Mira"), take)
    events, mark = live.since(mark)
    told = {n for n in school.people if live.concerns(school.id(n), events)}
    assert told == {"Mira", "Ada", "Helen", "Rosa", "Tom"}


def test_the_table_has_a_sentence_for_every_rule_and_no_rule_twice() -> None:
    assert all(rule.sentence.endswith(".") for rule in RULES)
    assert len({(r.verb, r.thing, r.relation) for r in RULES}) == len(RULES)
    assert {rule.thing for rule in RULES} == set(Thing)
    assert not allowed(Verb.SEE, Thing.TAKE, frozenset())
    assert not allowed(Verb.SEE, Thing.TAKE, frozenset({Relation.ADMIN}))
