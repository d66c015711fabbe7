"""The pages of the safety plan: filling in, two pages at once, older versions, and who sees what."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.actions import access as access_actions
from questionnaire.actions import safety_plans as plan_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.safety_plan import Agreement, PartPlan, Plan
from questionnaire.domain.safety_plan_parts import PARTS
from questionnaire.models import (
    Access,
    HeldPost,
    Intake,
    Membership,
    SafetyPlan,
    SafetyPlanVersion,
    Team,
    User,
)
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import event_count, sign_stored_rights, start_in, write_plan
from questionnaire.tests.pages import Page, controls, one_line, undo_token

pytestmark = pytest.mark.django_db

SAID = {
    "_take": "What you filled in is stored now.",
    "_leave": "What was stored stays. What you filled in is gone.",
}
JSON = {"accept": "application/json"}


@pytest.fixture
def alice_client(alice_client: Client) -> Client:
    alice_client.cookies["__Host-language"] = "en"
    return alice_client


def url(intake: Intake) -> str:
    return reverse("plan", args=[intake.uuid])


def version_url(intake: Intake, number: int) -> str:
    return reverse("plan_version", args=[intake.uuid, number])


def save(page: Page, go: str = "save", **headers: str) -> Any:
    return page.press("_go", go, **headers)


def stored(intake: Intake) -> Plan:
    version = SafetyPlanVersion.objects.filter(safety_plan__case=intake.case_id).last()
    return version.plan if version else Plan()


def text_of(response: Any) -> str:
    return one_line(response.content.decode())


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["__Host-language"] = "en"
    return client


def test_page_has_a_section_for_each_part_and_opening_it_stores_nothing(
    alice_client: Client, intake: Intake
) -> None:
    html = Page(alice_client, url(intake)).html

    positions = [html.index(f'<section class="card" id="{part.code}"') for part in PARTS]
    assert positions == sorted(positions)
    assert all(f'href="#{part.code}"' in html for part in PARTS)
    assert event_count(EventCode.PLAN_READ) == 1
    assert not SafetyPlan.objects.exists()


def test_saving_an_empty_page_stores_nothing(alice_client: Client, intake: Intake) -> None:
    response = save(Page(alice_client, url(intake)))

    assert (response.status_code, response["Location"]) == (302, url(intake))
    assert not SafetyPlan.objects.exists()
    assert not event_count(EventCode.PLAN_CHANGED)


def test_a_plan_is_stored_from_the_page_and_shown_again(alice_client: Client, intake: Intake) -> None:
    page = Page(alice_client, url(intake)).fill(
        **{
            "home-text": "Achterdeur.\r\nDan naar de buren.",
            "home-0-what": "Ander slot",
            "home-0-who": "verhuurder",
            "home-0-when": "26-03-2026",
            "home-0-done": "on",
            "home-1-what": "Tas klaarzetten",
            "home-1-when": "na de zitting",
            "aol-2-what": "Aanvragen",
            "aol-2-when": "3-2027",
        }
    )

    response = save(page, "home")

    assert response["Location"] == f"{url(intake)}#home"
    assert stored(intake) == Plan(
        {
            "home": PartPlan(
                "Achterdeur.\nDan naar de buren.",
                (
                    Agreement("Ander slot", "verhuurder", "2026-03-26", done=True),
                    Agreement("Tas klaarzetten", when="na de zitting"),
                ),
            ),
            "aol": PartPlan("", (Agreement("Aanvragen", when="2027-03"),)),
        }
    )
    again = Page(alice_client, url(intake))
    assert again.posted["home-0-when"] == "26-03-2026"
    assert again.posted["home-0-done"] == "on"
    assert again.posted["aol-0-when"] == "03-2027"
    save(again)
    assert SafetyPlanVersion.objects.count() == 1


def test_there_are_always_empty_rows_for_more(alice_client: Client, intake: Intake) -> None:
    for count in (3, 6):
        page = Page(alice_client, url(intake))
        rows = sum(f"keys-{number}-what" in page.posted for number in range(20))
        assert rows == count
        save(page.fill(**{f"keys-{number}-what": f"sleutel {number}" for number in range(rows)}))

    assert len(stored(intake).parts["keys"].agreements) == 6


def test_emptying_an_agreement_removes_it(alice_client: Client, intake: Intake) -> None:
    save(Page(alice_client, url(intake)).fill(**{"keys-0-what": "a", "keys-1-what": "b"}))
    save(Page(alice_client, url(intake)).fill(**{"keys-0-what": ""}))

    assert stored(intake).parts["keys"].agreements == (Agreement("b"),)


@pytest.mark.parametrize(
    ("field", "typed", "control"),
    [
        ("home-0-when", "31-02-2026", "home-0-when"),
        ("home-0-who", "w" * 201, "home-0-who"),
        ("home-1-who", "de buren", "home-1-what"),
        ("home-text", "t" * 20_001, "home-text"),
    ],
)
def test_what_is_invalid_is_shown_with_an_error_and_the_rest_is_saved(
    alice_client: Client, intake: Intake, field: str, typed: str, control: str
) -> None:
    page = Page(alice_client, url(intake)).fill(**{"home-0-what": "Slot", "keys-text": "de buurvrouw"})

    response = save(page.fill(**{field: typed}))

    html = text_of(response)
    assert response.status_code == 200
    assert f'href="#id_{control}"' in html
    assert f'id="id_{control}" aria-invalid="true"' in html
    assert "<title>Error: " in html
    assert controls(response.content.decode())[field] == typed
    assert controls(response.content.decode())["home-0-what"] == "Slot"
    assert stored(intake) == Plan({"keys": PartPlan("de buurvrouw")})

    corrected = Page(alice_client, url(intake)).fill(**{field: "", "home-0-what": "Slot"})
    assert save(corrected).status_code == 302
    assert stored(intake).parts["home"].agreements == (Agreement("Slot"),)
    assert not SafetyPlan.objects.get().content["drafts"]


def test_two_pages_keep_both_texts_until_someone_chooses(alice_client: Client, intake: Intake) -> None:
    first, second = Page(alice_client, url(intake)), Page(alice_client, url(intake))
    save(first.fill(**{"home-text": "van de eerste"}))

    response = save(second.fill(**{"home-text": "van de tweede", "keys-text": "ook bewaard"}))

    html = text_of(response)
    assert response.status_code == 200
    assert "van de eerste" in html
    assert controls(response.content.decode())["home-text"] == "van de tweede"
    assert stored(intake) == Plan({"home": PartPlan("van de eerste"), "keys": PartPlan("ook bewaard")})


@pytest.mark.parametrize(("choice", "result"), [("_take", "van de tweede"), ("_leave", "van de eerste")])
def test_a_choice_settles_it(alice_client: Client, intake: Intake, choice: str, result: str) -> None:
    first, second = Page(alice_client, url(intake)), Page(alice_client, url(intake))
    save(first.fill(**{"home-text": "van de eerste", "home-0-what": "slot"}))
    save(second.fill(**{"home-text": "van de tweede"}))

    response = Page(alice_client, url(intake)).press(choice, "home")

    assert response["Location"] == f"{url(intake)}#home"
    html = Page(alice_client, url(intake)).html
    at_part = html.partition('<section class="card" id="home"')[2].partition("</section>")[0]
    assert SAID[choice] in at_part
    assert html.count('class="messages"') == 1
    # Undoing would not bring back what was typed.
    assert bool(undo_token(html)) is (choice == "_take")
    assert stored(intake).parts["home"].text == result
    assert bool(stored(intake).parts["home"].agreements) is (choice == "_leave")
    assert not SafetyPlan.objects.get().content["drafts"]


def test_autosave_gives_back_the_fingerprints_and_makes_one_version(
    alice_client: Client, intake: Intake
) -> None:
    page = Page(alice_client, url(intake)).fill(page="een.1", **{"home-text": "a"})
    answer = page.press("_x", "", **JSON).json()
    assert answer["status"].startswith("Saved at ")
    assert set(answer["base"]) >= {"home-base"}

    page.fill(page="een.2", **{"home-text": "ab", "home-base": answer["base"]["home-base"]})
    page.press("_x", "", **JSON)
    response = save(page.fill(page="een.3", **{"home-text": "abc"}))

    assert response.status_code == 302
    assert [row.plan for row in SafetyPlanVersion.objects.all()] == [Plan({"home": PartPlan("abc")})]


def test_a_page_that_saves_by_itself_says_what_must_be_checked(alice_client: Client, intake: Intake) -> None:
    page = Page(alice_client, url(intake)).fill(page="een.1", **{"home-0-who": "buren"})

    assert "1 answer to check: choose Save." in page.press("_x", "", **JSON).json()["status"]


def test_buttons_lead_to_pause_stop_and_another_language(alice_client: Client, intake: Intake) -> None:
    response = save(Page(alice_client, url(intake)).fill(**{"home-text": "x"}), "stop")
    assert response["Location"] == reverse("stop", args=[intake.uuid])
    assert stored(intake)

    response = Page(alice_client, url(intake)).press("_language", "nl")
    assert response.cookies["__Host-language"].value == "nl"

    Intake.objects.filter(pk=intake.pk).update(state="signed_off")
    sign_stored_rights(intake.case)
    assert 'value="stop"' not in Page(alice_client, url(intake)).html
    assert save(Page(alice_client, url(intake)), "stop")["Location"] == url(intake)


def test_the_plan_is_changed_when_the_intake_is_closed(alice_client: Client, intake: Intake) -> None:
    Intake.objects.filter(pk=intake.pk).update(state="signed_off")
    sign_stored_rights(intake.case)

    assert save(Page(alice_client, url(intake)).fill(**{"home-text": "later"})).status_code == 302
    assert stored(intake) == Plan({"home": PartPlan("later")})


def test_versions_are_listed_with_what_changed_and_can_be_read(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    save(Page(alice_client, url(intake)).fill(**{"home-text": "oud"}))
    save(Page(alice_client, url(intake)).fill(**{"home-text": "nieuw", "keys-text": "x"}))

    html = Page(alice_client, url(intake)).html
    assert html.index(version_url(intake, 2)) < html.index('id="versions"')
    assert ": At home · Who has a key" in html.split('id="versions"')[1]

    old = Page(alice_client, version_url(intake, 1)).html
    assert "oud" in old
    assert "nieuw" not in old
    assert "This is an old version. Version 2 counts now." in old
    assert old.count("changed in this version") == 1
    newest = Page(alice_client, version_url(intake, 2)).html
    assert "This is the version that counts now." in newest
    assert newest.count("changed in this version") == 2
    assert "Bring this version back" not in newest
    assert alice_client.get(version_url(intake, 3)).status_code == 404


def test_there_is_no_version_of_a_plan_that_is_not_there(alice_client: Client, intake: Intake) -> None:
    assert alice_client.get(version_url(intake, 1)).status_code == 404


def test_of_many_versions_the_oldest_are_listed_without_what_changed(
    alice_client: Client, intake: Intake
) -> None:
    for number in range(22):
        save(Page(alice_client, url(intake)).fill(**{"home-text": f"versie {number}"}))

    history = Page(alice_client, url(intake)).html.split('id="versions"')[1]
    assert history.count("Version ") == 22
    assert history.count(": At home") == 20


def test_an_old_version_is_brought_back_with_a_message(alice_client: Client, intake: Intake) -> None:
    save(Page(alice_client, url(intake)).fill(**{"home-text": "oud"}))
    save(Page(alice_client, url(intake)).fill(**{"home-text": "nieuw"}))

    response = Page(alice_client, version_url(intake, 1)).press("_x", "")

    assert response["Location"] == url(intake)
    html = Page(alice_client, response["Location"]).html
    assert "Version 1 is back. It is now version 3. Nothing was removed." in html
    assert stored(intake) == Plan({"home": PartPlan("oud")})
    assert SafetyPlanVersion.objects.count() == 3
    assert "is back" not in Page(alice_client, url(intake)).html


def test_no_version_is_brought_back_over_a_change_that_nobody_saw(
    alice_client: Client, intake: Intake
) -> None:
    save(Page(alice_client, url(intake)).fill(**{"home-text": "oud"}))
    save(Page(alice_client, url(intake)).fill(**{"home-text": "nieuw"}))
    page = Page(alice_client, version_url(intake, 1))
    save(Page(alice_client, url(intake)).fill(**{"home-text": "van een collega"}))

    response = page.press("_x", "")

    assert response.status_code == 200
    assert "Nothing was brought back." in text_of(response)
    assert stored(intake) == Plan({"home": PartPlan("van een collega")})
    assert client_posts_garbage(alice_client, intake).status_code == 200


@pytest.mark.parametrize("what", ["save_plan", "bring_back"])
def test_undoing_is_not_offered_for_what_a_colleague_made_a_moment_later(
    alice_client: Client, alice: User, intake: Intake, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    save(Page(alice_client, url(intake)).fill(**{"home-text": "oud"}))
    save(Page(alice_client, url(intake)).fill(**{"home-text": "nieuw"}))
    save_or_bring_back = getattr(plan_actions, what)

    def followed_by_a_colleague(*args: Any) -> Any:
        monkeypatch.undo()
        result = save_or_bring_back(*args)
        write_plan(alice, intake, keys="van een collega")
        return result

    page = Page(alice_client, url(intake) if what == "save_plan" else version_url(intake, 1))
    monkeypatch.setattr(plan_actions, what, followed_by_a_colleague)
    save(page.fill(**{"home-text": "nieuwst"}) if what == "save_plan" else page)

    html = Page(alice_client, url(intake)).html
    assert "version 3" in html.partition('class="messages"')[2].partition("</ul>")[0]
    alice_client.post(reverse("undo"), {"undo": undo_token(html), "next": "/"})
    assert stored(intake).parts["keys"] == PartPlan("van een collega")
    assert "Not undone: something was done with it since." in Page(alice_client, url(intake)).html


def client_posts_garbage(client: Client, intake: Intake) -> Any:
    return client.post(version_url(intake, 1), {"newest": "x" * 50})


def test_a_reader_and_a_reviewer_read_the_plan_and_have_no_form(
    alice_client: Client, alice: User, bob: User, team: Team, intake: Intake
) -> None:
    save(Page(alice_client, url(intake)).fill(**{"home-text": "achterdeur", "home-0-what": "slot"}))
    access_actions.grant(alice, intake, bob, Access.Kind.NAMED)
    reviewer = account("carla", team, Membership.Role.REVIEWER)

    for user in (bob, reviewer):
        client = client_of(user)
        html = Page(client, url(intake)).html
        assert "achterdeur" in html
        assert "slot" in html
        assert 'name="home-text"' not in html
        assert "autosave.js" not in html
        assert "Bring this version back" not in Page(client, version_url(intake, 1)).html
        assert client.post(url(intake), {"home-text": "x"}).status_code == 403
        assert client.post(version_url(intake, 1), {"newest": "1"}).status_code == 403
    assert stored(intake).parts["home"].text == "achterdeur"


def test_whoever_reads_an_earlier_conversation_alone_sees_nothing_of_the_plan(
    alice_client: Client, bob: User, intake: Intake
) -> None:
    save(Page(alice_client, url(intake)).fill(**{"home-text": "achterdeur"}))
    page = Page(alice_client, url(intake))
    later = start_in(intake.case, bob)
    Intake.objects.filter(pk=later.pk).update(previous=intake.pk)
    sign_stored_rights(intake.case)

    response = alice_client.get(url(intake))
    assert response.status_code == 403
    assert "You cannot read this safety plan" in text_of(response)
    assert alice_client.get(version_url(intake, 1)).status_code == 403
    for name in ("summary", "steps"):
        assert "achterdeur" not in Page(alice_client, reverse(name, args=[intake.uuid])).html
    text = alice_client.get(reverse("edition", args=[intake.uuid, "text"]))
    assert "achterdeur" not in text_of(text)

    assert save(page.fill(**{"home-text": "nog getypt"})).status_code == 403
    assert stored(intake).parts["home"].text == "achterdeur"
    assert HeldPost.objects.get().content["controls"]["home-text"] == ["nog getypt"]
    assert "achterdeur" in Page(client_of(bob), url(later)).html


def test_what_was_typed_while_the_screen_was_hidden_is_saved_from_the_open_page(
    alice_client: Client, intake: Intake
) -> None:
    page = Page(alice_client, url(intake)).fill(page="een.1", **{"home-text": "nog net getypt"})
    alice_client.post(reverse("lock"))

    assert page.press("_x", "", **JSON).status_code == 204
    assert stored(intake) == Plan({"home": PartPlan("nog net getypt")})


def test_what_came_in_after_signing_out_is_kept_and_said_in_the_words_of_the_page(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    save(Page(alice_client, url(intake)).fill(**{"keys-text": "de buurvrouw", "home-text": "weg"}))
    page = Page(alice_client, url(intake)).fill(**{"home-text": "", "aol-0-what": "aanvragen"})
    alice_client.post(reverse("account_logout"))
    save(page)
    alice_client.force_login(alice)

    kept = alice_client.get(reverse("kept"))

    html = text_of(kept)
    assert "Safety plan" in html
    assert "What: aanvragen" in html
    assert "At home" in html
    assert "(left empty)" in html
    assert "de buurvrouw" not in html.split("<form")[0]


def test_links_lead_to_the_plan(alice_client: Client, intake: Intake) -> None:
    for name in ("summary", "steps", "stop"):
        html = Page(alice_client, reverse(name, args=[intake.uuid])).html
        assert f'href="{url(intake)}"' in html
    summary = Page(alice_client, reverse("summary", args=[intake.uuid])).html
    assert "To the safety plan" in summary


def test_in_client_mode_the_plan_is_not_reached_by_its_address(alice_client: Client, intake: Intake) -> None:
    save(Page(alice_client, url(intake)).fill(**{"home-text": "achterdeur"}))
    Page(alice_client, reverse("section", args=[intake.uuid, "fear"])).press("_turn", "fear_level")

    for address in (url(intake), version_url(intake, 1)):
        response = alice_client.get(address)
        assert (response.status_code, response["Location"]) == (302, reverse("leave"))
        assert b"achterdeur" not in response.content
        assert alice_client.post(address, {"home-text": "x", "newest": "1"}).status_code != 200
    assert stored(intake) == Plan({"home": PartPlan("achterdeur")})
    assert SafetyPlanVersion.objects.count() == 1
