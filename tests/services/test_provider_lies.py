"""A provider that lies, hangs or is another one: nobody is let in, in one sentence."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

import school as world
import vouchers
from practika_kernel.domain.errors import Misconfigured
from practika_kernel.domain.events import EventKind
from practika_kernel.domain.provider import NotVouched, Why
from services.office import MIRA, NAME, Office
from vouchers import BACK, CLIENT, SECRET, Liar, key, signed

NOW = int(time.time())
LIES: dict[str, tuple[Why, Callable[[Liar], Any]]] = {
    "for another": (Why.AUDIENCE, lambda liar: liar.claims.update(aud="another")),
    "for many": (Why.AUDIENCE, lambda liar: liar.claims.update(aud=[CLIENT, "another"])),
    "by another party": (Why.AUDIENCE, lambda liar: liar.claims.update(azp="another")),
    "for nobody": (Why.AUDIENCE, lambda liar: liar.claims.update(aud=None)),
    "expired": (Why.EXPIRED, lambda liar: liar.claims.update(exp=NOW - 3600)),
    "for ever": (Why.EXPIRED, lambda liar: liar.claims.update(exp="never")),
    "from the future": (Why.TIME, lambda liar: liar.claims.update(iat=NOW + 86_400)),
    "another issuer": (Why.ISSUER, lambda liar: liar.claims.update(iss="http://127.0.0.1:1")),
    "another nonce": (Why.NONCE, lambda liar: liar.claims.update(nonce="n" * 43)),
    "no nonce": (Why.NONCE, lambda liar: liar.claims.update(nonce=None)),
    "no subject": (Why.CLAIM, lambda liar: liar.claims.update(sub=None)),
    "an empty subject": (Why.CLAIM, lambda liar: liar.claims.update(sub="")),
    "a number as subject": (Why.CLAIM, lambda liar: liar.claims.update(sub=7)),
    "another token": (Why.CLAIM, lambda liar: liar.claims.update(at_hash="A" * 22)),
    "unsigned": (Why.ALGORITHM, lambda liar: setattr(liar, "sign", vouchers.by_nobody)),
    "public key": (Why.ALGORITHM, lambda liar: setattr(liar, "sign", vouchers.by_public_key)),
    "another kind": (Why.KEY, lambda liar: setattr(liar, "sign", vouchers.on_a_curve)),
    "unknown key": (Why.KEY, lambda liar: setattr(liar, "sign", lambda c: signed(c, kid="two"))),
    "no name of the key, two keys": (
        Why.KEY,
        lambda liar: (
            liar.keys.append(key("two")),
            setattr(liar, "sign", lambda c: signed(c, kid=None)),
        ),
    ),
    "another's key": (
        Why.SIGNATURE,
        lambda liar: setattr(liar, "sign", lambda c: signed(c, by=key("two"))),
    ),
    "no token": (Why.TOKEN, lambda liar: setattr(liar, "sign", lambda _: "a.b.c")),
    "none at all": (
        Why.TOKEN,
        lambda liar: setattr(liar, "token", lambda a: a | {"id_token": None}),
    ),
    "another's userinfo": (
        Why.USERINFO,
        lambda liar: (liar.claims.update(email=None), liar.userinfo.update(sub="jonas-there")),
    ),
    "leads elsewhere": (Why.UNREACHABLE, lambda liar: setattr(liar, "status", 302)),
    "fails": (Why.FAILED, lambda liar: setattr(liar, "status", 500)),
    "says no": (Why.FAILED, lambda liar: setattr(liar, "token", lambda _: {"error": "no"})),
    "sends too much": (
        Why.UNREACHABLE,
        lambda liar: setattr(liar, "token", lambda a: a | {"more": "x" * 600_000}),
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_lets_nobody_in(lied_to: world.School, liar: Liar, lie: str) -> None:
    office = Office(lied_to, liar)
    office.says(**MIRA)
    why, tell = LIES[lie]
    tell(liar)
    with pytest.raises(NotVouched) as refused:
        office.sign_in()
    assert (refused.value.why, office.why()) == (why, why)
    assert refused.value.sentence.startswith(NAME)
    assert SECRET not in refused.value.sentence
    assert office.told(EventKind.SIGNED_IN, EventKind.LINKED) == []


def test_without_a_lie_the_same_person_is_let_in(lied_to: world.School, liar: Liar) -> None:
    office = Office(lied_to, liar)
    liar.userinfo = MIRA  # only there: the token tells no address
    liar.claims = {"aud": [CLIENT], "azp": CLIENT}
    arrived = office.sign_in()
    assert arrived.entered is not None
    assert arrived.entered.person.id == lied_to.id("Mira")
    assert liar.asked.count("/userinfo") == 1


def test_a_provider_that_hangs_is_given_up_and_not_asked_by_everybody(
    lied_to: world.School, liar: Liar
) -> None:
    office = Office(lied_to, liar)
    who, answer = office.go()
    office.provider._seconds = 0.2
    liar.slow = "/token"
    begun = time.monotonic()
    with pytest.raises(NotVouched, match="does not answer at the moment"):
        office.door.come_back(who, BACK, answer)
    assert office.why() == "unreachable"
    liar.slow = "/.well-known/openid-configuration"
    office.reset(seconds=0.2)
    for _ in range(20):
        with pytest.raises(NotVouched, match="does not answer at the moment"):
            office.go()
    assert time.monotonic() - begun < 4  # twenty would take as long
    assert liar.asked.count(liar.slow) == 2


def test_where_people_sign_out_is_an_address_that_may_be_led_to(
    lied_to: world.School, liar: Liar
) -> None:
    for told in ("http://another.example/out", None):
        liar.metadata = {"end_session_endpoint": told}
        assert Office(lied_to, liar).door.out() == ""
    liar.metadata = {"end_session_endpoint": f"{liar.address}/out?a=b"}
    assert Office(lied_to, liar).door.out() == f"{liar.address}/out?a=b&client_id={CLIENT}"


def test_a_secret_that_cannot_be_read_is_the_operators_to_know(
    lied_to: world.School, liar: Liar, caplog: pytest.LogCaptureFixture
) -> None:
    def unreadable() -> str:
        raise Misconfigured("The file of PRACTIKA_OIDC_CLIENT_SECRET_FILE cannot be read.")

    office = Office(lied_to, liar)
    office.provider._secret = unreadable
    with pytest.raises(NotVouched, match="School could not sign you in") as refused:
        office.go()
    assert "PRACTIKA" not in refused.value.sentence
    assert "PRACTIKA_OIDC_CLIENT_SECRET_FILE cannot be read" in caplog.text


def test_new_keys_are_fetched_once_and_then_not_for_a_while(
    lied_to: world.School, liar: Liar
) -> None:
    office = Office(lied_to, liar)
    office.says(**MIRA)
    papers, now = office.provider.papers, [0.0]
    papers._now = lambda: now[0]
    office.sign_in()
    liar.keys, liar.sign = [key("two")], lambda claims: signed(claims, by=key("two"), kid="two")
    now[0] = 61
    office.sign_in()
    assert liar.asked.count("/keys") == 2
    liar.sign = lambda claims: signed(claims, kid="three")
    for _ in range(3):
        with pytest.raises(NotVouched):
            office.sign_in()
    assert liar.asked.count("/keys") == 2
    now[0] = 122
    with pytest.raises(NotVouched):
        office.sign_in()
    assert liar.asked.count("/keys") == 3


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://another.example"},
        {"token_endpoint": "http://another.example/token"},
        {"jwks_uri": None},
    ],
)
def test_a_provider_that_is_not_the_one_that_was_set_is_not_asked(
    lied_to: world.School, liar: Liar, metadata: dict[str, Any]
) -> None:
    liar.metadata = metadata
    office = Office(lied_to, liar)
    with pytest.raises(NotVouched, match="does not answer"):
        office.go()
    office.reset()
    with pytest.raises(Misconfigured, match="PRACTIKA_OIDC_ISSUER cannot be used: it "):
        office.provider.check()


def test_what_the_answer_says_of_its_issuer_must_be_true(lied_to: world.School, liar: Liar) -> None:
    office = Office(lied_to, liar)
    office.says(**MIRA)
    who, answer = office.go()
    with pytest.raises(NotVouched):
        office.door.come_back(who, BACK, answer | {"iss": "https://another.example"})
    assert office.why() == "issuer"
    who, answer = office.go()
    assert office.door.come_back(who, BACK, answer | {"iss": liar.address}).entered is not None
    who, answer = office.go()
    denied = {"state": answer["state"], "error": "access_denied"}
    with pytest.raises(NotVouched, match="you did not agree"):
        office.door.come_back(who, BACK, denied)
