"""The screen turned to the client: one question, nothing else, and only the password leads out."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.shortcuts import render
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, override

from questionnaire.accounts.session_store import CLIENT_MODE_KEY
from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.answers import Absent
from questionnaire.domain.catalogue import ITEMS, SECTION_OF, SECTIONS
from questionnaire.domain.fingerprints import item_fingerprint, text_fingerprint
from questionnaire.models import Event, Intake, User
from questionnaire.permissions import TABLE
from questionnaire.screen import pending_posts
from questionnaire.tests.factories import submission_of
from questionnaire.tests.pages import Page, names
from questionnaire.tests.people import PASSWORD, Clock, sign_in, turn_to, unlock
from questionnaire.tests.screen.sections import CANARY
from questionnaire.tests.urls import addresses
from questionnaire.views.page_header import context_processor

LEAVE = "/leave/"
AUTOSAVE = {"accept": "application/json"}
CLIENT_ITEMS = [item for item in ITEMS.values() if not item.internal]


@pytest.fixture
def filled(alice: User, filled: Intake) -> Intake:
    """Add notes and texts that the client's page must not show."""
    intake = filled
    texts = {"running_note": CANARY, "view": CANARY}
    sent = replace(
        submission_of(intake, fear_level=7),
        base={"fear_level": item_fingerprint(intake.content, "fear_level")}
        | {name: text_fingerprint(intake.content, name) for name in texts},
        notes={"fear_level": CANARY},
        texts=texts,
    )
    return intake_actions.save_section(alice, intake, "fear", sent).intake


#: The addresses that show nothing of an intake.
OPEN_TO_THE_CLIENT = ("lock", "notes", "extend", "leave", "dates", "organisation", "organisation_callback")


def question(intake: Intake, item: str = "fear_level") -> str:
    return reverse("client", args=[intake.uuid, item])


def turn(client: Client, intake: Intake, item: str = "fear_level", step: str = "fear") -> Any:
    response = Page(client, reverse("section", args=[intake.uuid, step])).press("_turn", item)
    assert response["Location"] == question(intake, item)
    return response


def is_turned(client: Client) -> bool:
    response: Any = client.get("/account/password/")
    return bool(response.status_code == 302 and response["Location"] == LEAVE)


def leave(client: Client, password: str = PASSWORD, item: str = "fear_level") -> Any:
    return client.post(LEAVE, {"password": password, "item": item})


def stored(intake: Intake) -> dict[str, Any]:
    content: dict[str, Any] = Intake.objects.get(pk=intake.pk).content
    return content


# --- What it shows ------------------------------------------------------------------------------------------


@pytest.mark.untraced
@pytest.mark.parametrize("language", ["nl", "en"])
def test_one_question_and_nothing_else(alice_client: Client, filled: Intake, language: str) -> None:
    alice_client.cookies["__Host-language"] = language
    turn(alice_client, filled)

    for item in CLIENT_ITEMS:
        turn_to(alice_client.session, filled, item.id)
        page = Page(alice_client, question(filled, item.id))

        assert page.html.count("<h1") == 1
        items = {name.split("__")[0] for name in names(page.html)} - {"csrfmiddlewaretoken", "next", "_mark"}
        assert items == {item.id}
        with override(language):
            private = (item.why, item.ask, item.avoid, gettext("Deliberately not asked"))
        hidden = (CANARY, filled.case.reference, "tel:", "0800-2000", *(f"/{part.id}/" for part in SECTIONS))
        for text in (*map(str, private), *hidden):
            assert text not in page.html.replace(item.id, ""), (item.id, text)
        for part in ("note", "source", "reason"):
            assert f"{item.id}__{part}" not in names(page.html)


def test_the_states_without_an_answer_are_answers_like_the_others(
    alice_client: Client, filled: Intake
) -> None:
    turn(alice_client, filled)

    html = Page(alice_client, question(filled)).html

    for state in ("unknown", "declined"):
        assert f'<label class="choice"> <input type="radio" name="fear_level" value="{state}"' in html
    assert "not_asked" not in html


def test_the_professionals_own_view_is_never_put(alice_client: Client, filled: Intake) -> None:
    page = Page(alice_client, reverse("section", args=[filled.uuid, "own_view"]))
    assert "_turn" not in page.html
    response = page.press("_turn", "professional_concern")
    assert "client" not in response["Location"]
    assert alice_client.get(question(filled, "professional_concern")).status_code == 404
    assert alice_client.get(question(filled, "nothing")).status_code == 404
    assert alice_client.post(question(filled, "professional_concern"), {}).status_code == 404
    turn(alice_client, filled)

    for item in ("professional_concern", "nothing"):
        assert alice_client.get(question(filled, item))["Location"] == question(filled)
        assert alice_client.post(question(filled, item), {})["Location"] == LEAVE


@pytest.mark.parametrize("source", ["seen", "third_party", "document"])
def test_what_someone_else_said_is_not_shown_and_not_written_over(
    alice_client: Client, alice: User, intake: Intake, source: str
) -> None:
    sent = replace(submission_of(intake, fear_level=7), sources={"fear_level": source})
    intake = intake_actions.save_section(alice, intake, "fear", sent).intake
    turn(alice_client, intake)
    page = Page(alice_client, question(intake))
    assert "checked" not in page.html

    page.press("_go", "next")
    assert stored(intake)["answers"] == {"fear_level": 7}
    assert not stored(intake)["drafts"]

    page.fill(fear_level="9").press("_go", "next")

    assert stored(intake)["answers"] == {"fear_level": 7}
    assert stored(intake)["sources"] == {"fear_level": source}
    assert len(stored(intake)["drafts"]["fear_level"]) == 1


def test_an_answer_is_read_once_a_page(alice_client: Client, filled: Intake) -> None:
    turn(alice_client, filled)
    before = Event.objects.filter(code__endswith=".read").count()

    alice_client.get(question(filled))

    assert Event.objects.filter(code__endswith=".read").count() == before + 1
    assert Event.objects.filter(code=EventCode.QUESTION_READ, intake=filled.uuid).count() == 1


def test_when_the_screen_is_not_turned_the_page_is_the_professionals(
    alice_client: Client, filled: Intake
) -> None:
    response: Any = alice_client.get(question(filled))

    assert response["Location"] == f"{reverse('section', args=[filled.uuid, 'fear'])}#fear_level"
    assert alice_client.get(LEAVE)["Location"] == "/"


# --- Going through it ---------------------------------------------------------------------------------------


def test_the_questions_of_one_part_follow_each_other(alice_client: Client, intake: Intake) -> None:
    turn(alice_client, intake, "fear_own_words")
    visited, url = [], question(intake, "fear_own_words")

    while not url.startswith(LEAVE):
        visited.append(url)
        url = Page(alice_client, url).press("_go", "next")["Location"]

    fear = next(section for section in SECTIONS if section.id == "fear")
    assert visited == [question(intake, item.id) for item in fear.items]
    assert url == LEAVE
    for before, at in reversed(list(pairwise(visited))):
        assert Page(alice_client, at).press("_go", "previous")["Location"] == before
    assert 'value="previous"' not in Page(alice_client, visited[0]).html


def test_what_is_deliberately_not_asked_is_passed_over_and_kept(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    sent = replace(submission_of(intake, fear_level=Absent.NOT_ASKED), reasons={"fear_level": CANARY})
    intake = intake_actions.save_section(alice, intake, "fear", sent).intake
    turn(alice_client, intake, "fear_own_words")

    response = Page(alice_client, question(intake, "fear_own_words")).press("_go", "next")
    assert response["Location"] == question(intake, "feared_events")

    turn_to(alice_client.session, intake, "fear_level")
    page = Page(alice_client, question(intake))
    assert "checked" not in page.html
    page.press("_go", "next")
    assert stored(intake)["answers"] == {"fear_level": "not_asked"}

    page.fill(fear_level="9").press("_go", "next")
    assert stored(intake)["answers"] == {"fear_level": 9}
    assert stored(intake)["reasons"] == {"fear_level": CANARY}


# --- What it saves ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "filled", "answer"),
    [
        ("fear_level", {"fear_level": "9"}, 9),
        ("fear_level", {"fear_level": "declined"}, "declined"),
        ("fear_own_words", {"fear_own_words": "Ik ben bang 😢"}, "Ik ben bang 😢"),
        ("feared_events", {"feared_events": ["kill", "break_in"]}, ["kill", "break_in"]),
        ("feared_events", {"feared_events__absent": "unknown"}, "unknown"),
        ("pattern_start", {"pattern_start": "03-2026"}, "2026-03"),
        ("behaviour_home", {"behaviour_home__ring": "daily"}, {"ring": "daily"}),
        ("home_entry", {"home_entry": "yes"}, "yes"),
    ],
)
@pytest.mark.parametrize("headers", [{}, AUTOSAVE], ids=["button", "autosave"])
def test_an_answer_is_the_clients_own(
    alice_client: Client, intake: Intake, item: str, filled: Any, answer: Any, headers: dict[str, str]
) -> None:
    turn_to(alice_client.session, intake, item)
    page = Page(alice_client, question(intake, item))

    response = page.fill(**filled).press("_go", "next", **headers)
    assert response.status_code == (200 if headers else 302)

    assert stored(intake)["answers"] == {item: answer}
    assert stored(intake)["sources"] == {item: "client"}
    assert Event.objects.filter(code=EventCode.INTAKE_CHANGED).count() == 1


def test_what_stands_beside_an_answer_stays(alice_client: Client, filled: Intake) -> None:
    turn(alice_client, filled)
    before = stored(filled)

    Page(alice_client, question(filled)).fill(fear_level="9").press("_go", "next")

    after = stored(filled)
    assert after["answers"] == {"fear_level": 9}
    assert [after[part] for part in ("notes", "running_note", "view")] == [
        before[part] for part in ("notes", "running_note", "view")
    ]


@pytest.mark.untraced
def test_looking_changes_nothing(alice_client: Client, filled: Intake) -> None:
    turn(alice_client, filled)
    before = stored(filled)

    for item in CLIENT_ITEMS:
        turn_to(alice_client.session, filled, item.id)
        Page(alice_client, question(filled, item.id)).press("_go", "next")

    assert stored(filled) == before
    assert Event.objects.filter(code=EventCode.INTAKE_CHANGED).count() == 1


def test_an_answer_can_be_taken_back(alice_client: Client, intake: Intake) -> None:
    turn(alice_client, intake, "fear_own_words")
    page = Page(alice_client, question(intake, "fear_own_words"))
    page.fill(fear_own_words="bang").press("_go", "save")

    Page(alice_client, question(intake, "fear_own_words")).fill(fear_own_words="").press("_go", "save")

    assert stored(intake)["answers"] == {}


def test_the_client_reads_it_in_another_language_and_loses_nothing(
    alice_client: Client, intake: Intake
) -> None:
    turn(alice_client, intake)

    response = Page(alice_client, question(intake)).fill(fear_level="9").press("_language", "en")

    assert response["Location"] == question(intake)
    assert response.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    assert stored(intake)["answers"] == {"fear_level": 9}


def test_a_language_that_there_is_not_changes_nothing(alice_client: Client, intake: Intake) -> None:
    turn(alice_client, intake)

    response = Page(alice_client, question(intake)).press("_language", "xx")

    assert settings.LANGUAGE_COOKIE_NAME not in response.cookies


@pytest.mark.untraced
def test_every_round_button_can_be_taken_back(alice_client: Client, intake: Intake) -> None:
    turn(alice_client, intake)

    for item in CLIENT_ITEMS:
        turn_to(alice_client.session, intake, item.id)
        html = Page(alice_client, question(intake, item.id)).html

        groups = {name for name, _value in re.findall(r'type="radio" name="(\w+)" value="(\w+)"', html)}
        assert groups == set(re.findall(r'type="radio" name="(\w+)" value=""', html)), item.id


def test_autosave_goes_on_from_what_it_answers(alice_client: Client, intake: Intake) -> None:
    turn(alice_client, intake, "fear_own_words")
    page = Page(alice_client, question(intake, "fear_own_words"))

    for typed in ("b", "ba", "bang"):
        result = page.fill(fear_own_words=typed).press("_", "", **AUTOSAVE).json()
        page.fill(**result["base"])

    assert result["status"]
    assert stored(intake)["answers"] == {"fear_own_words": "bang"}
    assert not stored(intake)["drafts"]


def test_what_cannot_be_read_is_shown_with_its_words(alice_client: Client, intake: Intake) -> None:
    turn(alice_client, intake, "pattern_start", "pattern")
    page = Page(alice_client, question(intake, "pattern_start")).fill(pattern_start="gist")

    assert page.press("_go", "next")["Location"] == question(intake, "pattern_start")

    again = Page(alice_client, question(intake, "pattern_start"))
    assert again.posted["pattern_start"] == "gist"
    assert 'class="error"' in again.html
    assert again.press("_go", "previous")["Location"] == question(intake, "pattern_start")
    assert again.press("_go", "leave")["Location"] == LEAVE


def test_a_colleague_who_changed_it_meanwhile_is_not_written_over_nor_shown(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    turn(alice_client, intake)
    page = Page(alice_client, question(intake))
    intake = intake_actions.save_section(alice, intake, "fear", submission_of(intake, fear_level=3)).intake

    page.fill(fear_level="9").press("_go", "next")

    assert stored(intake)["answers"] == {"fear_level": 3}
    turn_to(alice_client.session, intake, "fear_level")
    again = Page(alice_client, question(intake))
    assert again.posted["fear_level"] == "9"
    assert "_take" not in again.html


# --- Nothing else -------------------------------------------------------------------------------------------


@pytest.mark.untraced
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "PUT", "OPTIONS"])
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_every_other_address_asks_for_the_password(
    alice_client: Client, filled: Intake, method: str, accept: str
) -> None:
    turn(alice_client, filled)

    for name, address in addresses(filled):
        if name in ("client", *OPEN_TO_THE_CLIENT):
            continue
        response: Any = alice_client.generic(method, address, headers={"accept": accept})

        assert response.content == b"", name
        if accept == "text/html":
            assert (response.status_code, response["Location"]) == (302, LEAVE), name
        else:
            assert response.status_code == 204, name


@pytest.mark.untraced
def test_no_address_leads_to_another_question(alice_client: Client, alice: User, filled: Intake) -> None:
    intake = filled
    for item in CLIENT_ITEMS:
        if item.kind == "text":
            sent = submission_of(intake, **{item.id: CANARY})
            intake = intake_actions.save_section(alice, intake, SECTION_OF[item.id].id, sent).intake
    turn(alice_client, filled)
    own = Page(alice_client, question(filled)).posted
    reads, before = Event.objects.filter(code=EventCode.QUESTION_READ).count(), stored(filled)

    for item_id in (*ITEMS, "nothing"):
        if item_id == "fear_level":
            continue
        for address in (question(filled, item_id), f"{question(filled, item_id)}?item={item_id}"):
            for method in ("get", "head"):
                response: Any = getattr(alice_client, method)(address)
                assert (response["Location"], response.content) == (question(filled), b""), item_id
        for headers in ({}, AUTOSAVE):
            posted = {**own.dict(), item_id: "x", f"{item_id}__base": "", "_go": "next"}
            response = alice_client.post(question(filled, item_id), posted, headers=headers)
            assert response.content == b"", item_id
            assert response.get("Location", LEAVE) == LEAVE, item_id

    assert stored(filled) == before
    assert Event.objects.filter(code=EventCode.QUESTION_READ).count() == reads
    assert alice_client.get(question(filled)).status_code == 200


def test_what_has_an_answer_is_passed_over(alice_client: Client, alice: User, intake: Intake) -> None:
    sent = submission_of(intake, fear_level=8)
    intake = intake_actions.save_section(alice, intake, "fear", sent).intake
    turn(alice_client, intake, "fear_own_words")
    page = Page(alice_client, question(intake, "fear_own_words")).fill(fear_own_words="bang")

    assert page.press("_go", "next")["Location"] == question(intake, "feared_events")

    # What they were shown and filled in themselves they go back to, and on from.
    back = Page(alice_client, question(intake, "feared_events")).press("_go", "previous")["Location"]
    assert back == question(intake, "fear_own_words")
    own = Page(alice_client, back)
    assert own.posted["fear_own_words"] == "bang"
    assert own.press("_go", "next")["Location"] == question(intake, "feared_events")


def test_what_another_tab_of_the_client_sends_is_saved(alice_client: Client, intake: Intake) -> None:
    turn(alice_client, intake, "fear_own_words")
    tab = Page(alice_client, question(intake, "fear_own_words")).fill(fear_own_words="bang")
    Page(alice_client, question(intake, "fear_own_words")).press("_go", "next")

    assert tab.press("_", "", **AUTOSAVE).status_code == 200

    assert stored(intake)["answers"] == {"fear_own_words": "bang"}
    assert alice_client.get(question(intake)).status_code == 200, "the client is where they were"


def test_a_screen_that_an_earlier_version_turned_shows_its_question(
    alice_client: Client, intake: Intake
) -> None:
    session = alice_client.session
    session[CLIENT_MODE_KEY] = (str(intake.uuid), "fear_level")  # as 0.2.0 wrote it
    session.save()

    following = Page(alice_client, question(intake)).press("_go", "next")["Location"]

    assert following == question(intake, "feared_events")
    assert Page(alice_client, following).press("_go", "previous")["Location"] == question(intake)


def test_another_intake_is_another_address(alice_client: Client, alice: User, filled: Intake) -> None:
    other = intake_actions.start_intake(alice, filled.team, "2026-118", date(2026, 3, 23), "nl")
    turn(alice_client, filled)

    for item in (*ITEMS, "nothing"):
        assert alice_client.get(question(other, item))["Location"] == LEAVE
        assert alice_client.post(question(other, item), {item: "x"})["Location"] == LEAVE
    assert alice_client.get(reverse("client", args=[uuid4(), "fear_level"]))["Location"] == LEAVE


def test_an_address_that_does_not_exist_shows_nothing(alice_client: Client, filled: Intake) -> None:
    turn(alice_client, filled)

    assert alice_client.get("/nothing/here/")["Location"] == LEAVE


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PUT", "fear_level", 405),
        ("PUT", "leave", 405),
        ("PUT", "lock", 405),
    ],
)
def test_a_refusal_shows_nothing_of_the_professional(
    alice_client: Client, alice: User, filled: Intake, method: str, path: str, status: int
) -> None:
    turn(alice_client, filled)
    address = reverse(path) if path in {"leave", "lock"} else question(filled, path)

    response: Any = alice_client.generic(method, address)
    html = response.content.decode()

    assert response.status_code == status
    for words in (str(alice), reverse("cases"), 'type="search"', 'id="menu"', "_language"):
        assert words not in html
    assert LEAVE in html
    assert alice_client.generic(method, address, headers=AUTOSAVE).content == b""


def test_no_page_has_the_bar_while_the_screen_is_turned(rf: Any, alice: User, filled: Intake) -> None:
    request = rf.get("/")
    request.user, request.session = alice, {CLIENT_MODE_KEY: (str(filled.uuid), "fear_level")}

    assert context_processor(request) == {"is_turned": True}
    html = render(request, "404.html").content.decode()
    for words in (str(alice), reverse("cases"), 'id="menu"', reverse("set_language")):
        assert words not in html


def test_another_tab_is_saved_and_not_shown(alice_client: Client, filled: Intake) -> None:
    path = reverse("section", args=[filled.uuid, "fear"])
    tab = Page(alice_client, path).fill(fear_own_words="bang")
    turn(alice_client, filled)

    response = tab.press("_go", "next")

    assert (response["Location"], response.content) == (LEAVE, b"")
    assert stored(filled)["answers"]["fear_own_words"] == "bang"


def test_what_cannot_be_saved_is_kept(alice_client: Client, alice: User, filled: Intake) -> None:
    turn(alice_client, filled)

    alice_client.post(reverse("incidents", args=[filled.uuid]), {"date": "20-03-2026", "what": "x"})

    assert len(pending_posts.read_all(alice)) == 1


def test_what_was_under_way_when_the_screen_was_turned_does_not_undo_it(
    alice_client: Client, filled: Intake
) -> None:
    session = alice_client.session
    assert "turned" not in session
    turn(alice_client, filled)

    session["interpreter"] = ""
    with pytest.raises(UpdateError):
        session.save()

    assert is_turned(alice_client)


# --- Hiding, and coming back --------------------------------------------------------------------------------


def test_it_can_be_hidden_and_is_still_turned_after_that(alice_client: Client, filled: Intake) -> None:
    turn(alice_client, filled)
    page = Page(alice_client, question(filled)).fill(fear_level="9")

    response = page.press("_hide", "1")

    assert response["Location"] == "/notes/"
    assert stored(filled)["answers"]["fear_level"] == 9
    assert alice_client.get(question(filled))["Location"].startswith("/unlock/")
    assert unlock(alice_client)["Location"] == question(filled)
    assert is_turned(alice_client)


def test_what_is_saved_while_hidden_is_saved_and_not_shown(alice_client: Client, filled: Intake) -> None:
    turn(alice_client, filled)
    page = Page(alice_client, question(filled)).fill(fear_level="9")
    alice_client.post("/lock/")

    response = page.press("_", "", **AUTOSAVE)

    assert (response.status_code, response.content) == (204, b"")
    assert stored(filled)["answers"]["fear_level"] == 9


def test_what_was_typed_when_the_session_had_ended_is_kept_and_given_back(
    alice_client: Client, alice: User, filled: Intake, clock: Clock
) -> None:
    turn(alice_client, filled)
    page = Page(alice_client, question(filled)).fill(fear_level="9")
    clock(13 * 60 * 60)

    page.press("_go", "next")

    sign_in(alice_client, "alice")
    pending_page = Page(alice_client, "/kept/")
    assert str(ITEMS["fear_level"].label) in pending_page.html
    response: Any = alice_client.post(question(filled), {**dict(pending_page.posted.lists()), "_go": "save"})
    assert response["Location"] == question(filled)
    assert stored(filled)["answers"]["fear_level"] == 9
    assert not pending_posts.has_pending(alice)


# --- Leaving ------------------------------------------------------------------------------------------------


def test_only_the_password_leads_out(alice_client: Client, filled: Intake) -> None:
    turn(alice_client, filled)

    for wrong in ("", "wrong"):
        assert leave(alice_client, wrong).status_code == 200
        assert is_turned(alice_client)
    response = leave(alice_client)

    assert response["Location"] == f"{reverse('section', args=[filled.uuid, 'fear'])}#fear_level"
    assert not is_turned(alice_client)
    assert CANARY in alice_client.get(reverse("section", args=[filled.uuid, "fear"])).content.decode()


def test_one_comes_back_to_the_question_where_one_was(alice_client: Client, filled: Intake) -> None:
    turn(alice_client, filled)
    following = Page(alice_client, question(filled)).press("_go", "next")["Location"]
    assert following == question(filled, "feared_events")

    for item in ("", "threats", "nothing", "professional_concern", "https://example.org"):
        assert following in alice_client.get(LEAVE, {"item": item}).content.decode()
    assert leave(alice_client, item="threats")["Location"].endswith("/fear/#feared_events")


def test_guessing_stops_after_a_few_attempts(
    alice_client: Client, filled: Intake, checked_passwords: list[str]
) -> None:
    turn(alice_client, filled)
    checked_passwords.clear()

    for number in range(20):
        leave(alice_client, f"wrong {number}")

    assert len(checked_passwords) == 5
    assert leave(alice_client).status_code == 200
    assert is_turned(alice_client)


def test_the_session_has_another_id_after_it(alice_client: Client, filled: Intake) -> None:
    turn(alice_client, filled)
    before = alice_client.session.session_key

    leave(alice_client)

    assert alice_client.session.session_key != before


def test_turning_and_turning_back_stand_in_the_chain(
    alice_client: Client, alice: User, filled: Intake
) -> None:
    turn(alice_client, filled)
    leave(alice_client, "wrong")
    leave(alice_client)

    events = Event.objects.filter(code__startswith="screen.")
    assert list(events.values_list("code", "actor", "intake")) == [
        ("screen.turned", alice.pk, filled.uuid),
        ("screen.turned_back", alice.pk, filled.uuid),
    ]


def test_the_leaving_page_says_nothing(alice_client: Client, filled: Intake) -> None:
    turn(alice_client, filled)

    page = alice_client.get(LEAVE).content.decode()

    for words in ("stalk", "tel:", "Veilig", "alice", filled.case.reference, CANARY, "esprek"):
        assert words not in page.replace("/intakes/", "")


def test_who_may_not_write_turns_nothing(client: Client, rachel: User, filled: Intake) -> None:
    client.force_login(rachel)

    assert client.get(question(filled)).status_code == 403
    assert client.post(question(filled), {"fear_level": "1"}).status_code == 403
    assert set(TABLE["client"]) == set(TABLE["leave"]) == {"GET", "POST"}


# --- For whoever reads little -------------------------------------------------------------------------------


def test_no_pictogram_stands_without_a_word(alice_client: Client, intake: Intake) -> None:
    turn(alice_client, intake)

    for item in ("fear_level", "behaviour_home", "home_entry", "safe_contact"):
        turn_to(alice_client.session, intake, item)
        html = Page(alice_client, question(intake, item)).html

        drawn = re.findall(r"<svg class=\"pictogram\".*?</svg>", html, re.DOTALL)
        assert drawn, item
        assert all('aria-hidden="true"' in each for each in drawn)
        words = re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL)
        for element in ("button", "label", "h1"):
            for inside in re.findall(rf"<{element}\b[^>]*>(.*?)</{element}>", words, re.DOTALL):
                assert re.sub(r"<[^>]*>|\s", "", inside), (item, element)


@pytest.mark.parametrize(
    ("language", "low", "high"),
    [
        ("nl", "0: helemaal niet onveilig", "10: zo onveilig als u zich kunt voorstellen"),
        ("en", "0: not unsafe at all", "10: as unsafe as you can imagine"),
    ],
)
def test_the_ends_of_a_scale_have_words(
    alice_client: Client, intake: Intake, language: str, low: str, high: str
) -> None:
    alice_client.cookies["__Host-language"] = language
    professional = Page(alice_client, reverse("section", args=[intake.uuid, "fear"])).html
    turn(alice_client, intake)

    for html in (professional, Page(alice_client, question(intake)).html):
        assert f">{low}</" in html
        assert f">{high}</" in html


def test_letters_grow_in_three_sizes_and_what_was_typed_is_saved(
    alice_client: Client, intake: Intake
) -> None:
    turn(alice_client, intake, "fear_own_words")
    url, sizes = question(intake, "fear_own_words"), ["", "larger", "largest"]
    assert 'class="client"' in Page(alice_client, url).html

    for size, typed in zip(sizes[1:], ["bang", "erg bang"], strict=True):
        response = Page(alice_client, url).fill(fear_own_words=typed).press("_letters", size)

        assert response["Location"] == url
        assert stored(intake)["answers"] == {"fear_own_words": typed}
        for html in (Page(alice_client, url).html, Page(alice_client, LEAVE).html):
            assert f'class="client client--{size}"' in html
    html = Page(alice_client, url).html
    assert re.findall(r'name="_letters" value="(\w*)"', html) == ["larger"]

    Page(alice_client, url).press("_letters", "")
    assert re.findall(r'name="_letters" value="(\w*)"', Page(alice_client, url).html) == ["larger"]
    assert 'class="client"' in Page(alice_client, url).html


def test_a_size_that_there_is_not_changes_nothing(alice_client: Client, intake: Intake) -> None:
    turn(alice_client, intake)
    Page(alice_client, question(intake)).press("_letters", "larger")

    Page(alice_client, question(intake)).press("_letters", '"><b>')

    assert 'class="client client--larger"' in Page(alice_client, question(intake)).html
