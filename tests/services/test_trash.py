"""The trash: throwing takes away, putting them back, and what happens when time is up."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

import school as world
from practika_kernel.bootstrap import utc_now
from practika_kernel.domain.errors import NotAllowed, NotFound
from practika_kernel.domain.practice import TakeState
from practika_kernel.services.trash import Trash


def test_what_was_thrown_away_comes_back_exactly(school: world.School) -> None:
    services, mira, ada = school.practika.services, school.id("Mira"), school.id("Ada")
    take = school.handed_in("Mira")
    before = services.takes.take(mira, take)
    services.trash.throw(mira, take)
    for who in (mira, ada):
        with pytest.raises(NotFound):
            services.takes.take(who, take)
    (one,) = services.trash.view(mira)
    assert (one["title"], one["state"]) == ("Hanon 1, take 1", "submitted")
    for who in ("Jonas", "Ada"):
        with pytest.raises(NotFound):
            services.trash.restore(school.id(who), take)
    services.trash.restore(mira, take)
    assert services.takes.take(mira, take) == before
    assert services.trash.view(mira) == []
    with pytest.raises(NotFound):
        services.trash.restore(mira, take)


def test_a_take_with_a_reply_stays(school: world.School) -> None:
    services, mira, ada = school.practika.services, school.id("Mira"), school.id("Ada")
    take = school.handed_in("Mira")
    services.replies.save(ada, take, client_key="k", kind="fix", text="Softer")
    services.trash.throw(mira, take)  # a draft of a reply is none yet
    services.trash.restore(mira, take)
    with pytest.raises(NotAllowed):
        services.trash.throw(ada, take)
    services.replies.release(ada, take)
    with pytest.raises(NotAllowed, match="replied"):
        services.trash.throw(mira, take)
    assert services.takes.take(mira, take)["state"] == "submitted"


def test_when_its_day_has_come_it_is_removed_with_a_receipt(
    school: world.School, video: Path
) -> None:
    services, mira = school.practika.services, school.id("Mira")
    gone, kept = school.submitted("Mira", video), school.handed_in("Mira")
    for take in (gone, kept):
        services.trash.throw(mira, take)
    services.trash.restore(mira, kept)
    assert services.trash.sweep() == 0
    late = Trash(
        school.practika.record, lambda: utc_now() + timedelta(days=31), 30, services.erasures
    )
    with pytest.raises(NotFound):
        late.restore(mira, gone)
    assert (late.sweep(), late.sweep()) == (1, 0)
    assert services.trash.view(mira) == []
    school.work()
    with school.practika.record.read() as uow:
        assert uow.takes.get(gone) is None
        there = uow.takes.get(kept)
        assert there is not None
        assert there.state is TakeState.SUBMITTED
    (receipt,) = services.erasures.receipts(mira)
    assert receipt["finished"]
    assert receipt["takes"] == ["Hanon 1, take 1"]
