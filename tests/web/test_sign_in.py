"""Signing in: the same answer for every wrong one, few tries, a new session, no way elsewhere."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client

from tests.base.walls import as_role
from tests.people import NOW, Cast
from varde.core.access import Role
from varde.core.identifiers import make_tenor
from varde.people import actions as people
from varde.people.models import Assignment
from varde.people.viewer import Viewer
from varde.web import signin
from varde.web.signin import ISSUER

PASSWORD = "Tre små Kister 1"


@pytest.fixture(autouse=True)
def as_in_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where everybody may come in by a password."""
    monkeypatch.setattr(settings, "PASSWORD_ROLES", None)


def test_outside_the_demo_a_password_is_for_administrators_only(
    them: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "PASSWORD_ROLES", {"administrator"})
    administrator = staff(them, Role.ADMINISTRATOR)
    for viewer in (them.nurse, them.gp, them.coordinator, them.patient()):
        with them.clock():
            answer = knock(Client(), account(them, viewer))
            assert answer.status_code == 403, viewer.role
    with them.clock():
        both = Client()
        assert knock(both, account(them, administrator))["Location"] == "/office/"
        assert knock(Client(), account(them, them.nurse, administrator))["Location"] == "/office/"


def staff(them: Cast, role: Role) -> Viewer:
    """Somebody with this role in the service."""
    with them.acting() as by:
        row = people.add_staff(
            national_id=make_tenor(born=date(1970, 5, 5), serial=next(_serial)),
            given="Eivind",
            family="Osdal",
            role=role,
            organisation=them.units["service"],
            by=by,
            at=NOW - timedelta(days=30),
        )
    return Viewer(them.tenant, role, row.id, them.units["service"], row.name)


_serial = count()


def test_many_names_from_one_address_are_too_many(
    them: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signin, "MOST_FROM_ADDRESS", 4)
    with them.clock():
        answers = [knock(Client(REMOTE_ADDR="10.9.8.7"), f"navn-{n}", "x") for n in range(5)]
        assert {answer.status_code for answer in answers[:4]} == {422}
        assert answers[4].status_code == 429
        assert knock(Client(REMOTE_ADDR="10.9.8.6"), "navn", "x").status_code == 422


def test_who_came_in_is_in_the_audit(them: Cast) -> None:
    with them.clock():
        knock(Client(), account(them, them.nurse))
    with as_role("postgres") as c:
        rows = c.execute(
            "select verb, role from audit_act where tenant_id = %s and actor_id = %s",
            [them.tenant, them.nurse.person],
        ).fetchall()
    assert ("sign-in", "nurse") in rows


def account(them: Cast, *who: Viewer) -> str:
    """A user name that is all of these persons."""
    username = f"bruker-{uuid4().hex[:10]}"
    for viewer in who:
        with them.acting():
            people.add_identity(issuer=ISSUER, subject=username, person=viewer.actor)
    people.set_password(username=username, password=PASSWORD)
    return username


def knock(client: Client, username: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/sign-in", {"username": username, "password": password, **more})


def plain(page: bytes, *away: str) -> str:
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page.decode())
    for word in away:
        text = text.replace(word, "")
    return text


def test_the_right_password_leads_to_ones_own_pages(them: Cast) -> None:
    for viewer, home in ((them.nurse, "/nurse/"), (them.gp, "/doctor/")):
        client = Client()
        with them.clock():
            answer = knock(client, account(them, viewer))
            assert (answer.status_code, answer["Location"]) == (302, home)
            assert client.get(home).status_code == 200


def test_a_patient_signs_in_to_the_own_record(them: Cast) -> None:
    patient, client = them.patient(given="Solveig"), Client()
    with them.clock():
        assert knock(client, account(them, patient))["Location"] == "/patient/"
        assert "Solveig" in client.get("/patient/").content.decode()


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(them: Cast) -> None:
    known, unknown = account(them, them.nurse), f"ukjent-{uuid4().hex[:10]}"
    with them.clock():
        wrong = knock(Client(), known, "feil")
        nobody = knock(Client(), unknown, "feil")
    assert wrong.status_code == nobody.status_code == 422
    assert plain(wrong.content, known) == plain(nobody.content, unknown)
    assert "stemmer ikke" in wrong.content.decode()


def test_an_unknown_name_costs_no_more_and_no_less_work(
    them: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the time of the answer tells which names exist."""
    known, unknown = account(them, them.nurse), f"ukjent-{uuid4().hex[:10]}"
    work: list[str] = []
    for name in ("encode", "verify"):
        real = getattr(Argon2PasswordHasher, name)

        def counted(self: Any, *given: Any, _real: Any = real, _name: str = name) -> Any:
            work.append(_name)
            return _real(self, *given)

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)
    with them.clock():
        knock(Client(), known, "feil")
        for_known = list(work)
        work.clear()
        knock(Client(), unknown, "feil")
    assert len(work) == len(for_known)


def test_a_password_is_not_read_in_another_case_or_cut(them: Cast) -> None:
    username = account(them, them.nurse)
    with them.clock():
        for password in (PASSWORD.lower(), PASSWORD.upper(), PASSWORD[:-1], PASSWORD + "x", ""):
            assert knock(Client(), username, password).status_code == 422


def test_a_user_name_is_read_in_any_case_and_with_spaces_around(them: Cast) -> None:
    username = account(them, them.nurse)
    with them.clock():
        assert knock(Client(), f"  {username.upper()} ").status_code == 302


def test_after_ten_tries_in_a_minute_even_the_right_password_waits(
    them: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    username = account(them, them.nurse)
    with them.clock(NOW):
        with monkeypatch.context() as quick:
            quick.setattr(signin, "password_holds", lambda username, password: False)
            tried = [knock(Client(), username, "feil").status_code for _ in range(10)]
        eleventh = knock(Client(), username)
    assert tried == [422] * 10
    assert (eleventh.status_code, "Vent ett minutt" in eleventh.content.decode()) == (429, True)
    with them.clock(NOW + timedelta(minutes=1)):
        assert knock(Client(), username).status_code == 302


def test_one_who_is_held_back_does_not_hold_others_back(
    them: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, free = account(them, them.nurse), account(them, them.other_nurse)
    with them.clock():
        with monkeypatch.context() as quick:
            quick.setattr(signin, "password_holds", lambda username, password: False)
            for _ in range(11):
                knock(Client(), held, "feil")
        assert knock(Client(), free).status_code == 302


def test_the_session_is_another_after_signing_in(them: Cast) -> None:
    """A key that someone planted before is worth nothing after."""
    client = Client()
    session = client.session
    session["planted"] = "yes"
    session.save()
    before = session.session_key
    with them.clock():
        knock(client, account(them, them.nurse))
    assert client.session.session_key != before
    assert "planted" not in client.session
    attacker = Client()
    attacker.cookies["varde_session"] = before
    with them.clock():
        assert attacker.get("/nurse/").status_code == 302


def test_signing_in_as_another_leaves_nothing_of_the_first(them: Cast) -> None:
    client = Client()
    with them.clock():
        knock(client, account(them, them.nurse))
        knock(client, account(them, them.gp))
        assert client.get("/nurse/").status_code == 403
        assert client.get("/doctor/").status_code == 200


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/nurse/",
        "/\\evil.example",
        "http:///evil.example",
        "javascript:alert(1)",
        "\t//evil.example",
    ],
)
def test_next_never_leads_out_of_the_house(them: Cast, elsewhere: str) -> None:
    with them.clock():
        answer = knock(Client(), account(them, them.nurse), next=elsewhere)
        asked = Client().get("/sign-in", {"next": elsewhere})
    assert answer["Location"] == "/nurse/"
    assert asked.status_code == 200


def test_next_leads_back_to_where_one_was_going(them: Cast) -> None:
    patient, client = them.patient(), Client()
    address = f"/nurse/patient/{patient.person}"
    with them.clock():
        asked = client.get(address)
        assert asked["Location"] == f"/sign-in?next={address}"
        page = client.get(asked["Location"]).content.decode()
        assert f'name="next" value="{address}"' in page
        assert knock(client, account(them, them.nurse), next=address)["Location"] == address


def test_the_language_form_never_leads_out_of_the_house(them: Cast) -> None:
    with them.clock():
        answer = Client().post("/language", {"language": "nn", "back": "https://evil.example/"})
    assert answer["Location"] == "/"


def test_one_with_several_roles_is_asked_which(them: Cast) -> None:
    with them.acting():
        period = Assignment.objects.get(person_id=them.nurse.person).period
        Assignment.objects.create(
            person_id=them.nurse.person, organisation_id=them.units["municipality"],
            role=Role.COORDINATOR, period=period,
        )  # fmt: skip
    client = Client()
    with them.clock():
        assert knock(client, account(them, them.nurse))["Location"] == "/seat"
        assert client.get("/nurse/").status_code == 302  # nothing is open before the choice
        page = client.get("/seat").content.decode()
        assert ("Sykepleier" in page, "Koordinator" in page) == (True, True)
        for wrong in ("7", "-1", "x", ""):
            assert client.post("/seat", {"seat": wrong}).status_code == 200
        seats = [seat["role"] for seat in client.session["choices"]]
        chosen = client.post("/seat", {"seat": str(seats.index("coordinator"))})
        assert chosen["Location"] == "/coordinator/"
        assert client.get("/nurse/").status_code == 403


def test_one_without_a_role_is_let_in_nowhere(them: Cast) -> None:
    """Staff whose only assignment has ended are not patients either."""
    with them.acting():
        ended = DateTimeTZRange(NOW - timedelta(days=300), NOW - timedelta(days=1))
        Assignment.objects.filter(person_id=them.other_nurse.person).update(period=ended)
    client = Client()
    with them.clock():
        answer = knock(client, account(them, them.other_nurse))
        assert "viewer" not in client.session
    assert answer.status_code == 403


def test_signing_out_ends_the_session_also_for_who_copied_it(them: Cast) -> None:
    client, copy = Client(), Client()
    with them.clock():
        knock(client, account(them, them.nurse))
        copy.cookies["varde_session"] = client.cookies["varde_session"].value
        assert copy.get("/nurse/").status_code == 200
        assert client.get("/sign-out").status_code == 405
        client.post("/sign-out")
        assert client.get("/nurse/").status_code == copy.get("/nurse/").status_code == 302


def test_the_demos_doors_are_shut_outside_the_demo(them: Cast) -> None:
    with them.clock():
        assert Client().post("/demo/ingeborg").status_code == 404
        assert Client().get("/")["Location"] == "/sign-in"


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(them: Cast) -> None:
    client = Client()
    with them.clock():
        knock(client, account(them, them.nurse))
    cookie = client.cookies["varde_session"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
