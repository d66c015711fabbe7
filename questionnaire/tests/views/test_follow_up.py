"""The follow-up page: outcomes, the two decisions and consultations."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, pgettext

from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.actions.follow_up import DECISIONS, StepSubmission, step_fingerprint, step_key
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.fingerprints import newest_draft
from questionnaire.domain.follow_up import REPORTING_CODE_STEPS, Consultation, Decision, Outcome
from questionnaire.domain.summary import summarise
from questionnaire.models import Event, HeldPost, Intake, Step, User
from questionnaire.tests.factories import TODAY, event_count, record_outcomes, reload, submission_of
from questionnaire.tests.pages import Page, controls, one_line, undo_token

pytestmark = pytest.mark.usefixtures("today")

DONE = Outcome("consult_police", "done", "M. de Wit", date(2026, 3, 23), "vast\ncontact")
CALLED = Consultation("police", "J. Smit", date(2026, 3, 23), "14:30", "belt\nterug")


@pytest.fixture
def alice_client(alice_client: Client) -> Client:
    alice_client.cookies["__Host-language"] = "en"
    return alice_client


def url(intake: Intake) -> str:
    return reverse("steps", args=[intake.uuid])


def url_of(step: Step) -> str:
    return reverse("consultation", args=[step.intake_id, step.uuid])


def save(page: Page, **headers: str) -> Any:
    return page.press("_go", "save", **headers)


def test_page_has_a_row_for_each_advice_and_each_step_of_the_reporting_code(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    intake_actions.save_section(alice, intake, "safety_now", submission_of(intake, danger_now="now"))
    intake.refresh_from_db()
    summary = summarise(intake.answers, (), intake.on)

    html = Page(alice_client, url(intake)).html

    positions = [html.index(f'name="{advice.code}-base"') for advice in summary.advice]
    positions += [html.index(f'name="{code}-base"') for code in REPORTING_CODE_STEPS]
    assert positions == sorted(positions)
    assert 'id="step-1"' in html
    assert f'id="step-{len(summary.advice)}"' in html
    assert 'id="code-5"' in html


def test_saving_an_empty_page_stores_nothing(alice_client: Client, intake: Intake) -> None:
    response = save(Page(alice_client, url(intake)))

    assert (response.status_code, response["Location"]) == (302, url(intake))
    assert not Step.objects.exists()
    assert not event_count(EventCode.STEPS_CHANGED)
    assert not event_count(EventCode.CONSULTATION_ADDED)


def test_outcomes_are_stored_from_the_page(alice_client: Client, intake: Intake) -> None:
    page = Page(alice_client, url(intake)).fill(
        **{
            "consult_police-state": "done",
            "consult_police-who": "M. de Wit",
            "consult_police-on": "23-03-2026",
            "consult_police-why": "vast\r\ncontact",
            "reassess-state": "planned",
            "reporting_code_2-state": "not_done",
        }
    )

    response = page.press("_go", "code")

    assert response["Location"] == f"{url(intake)}#code-2"
    assert intake.follow_up.outcomes == (
        DONE,
        Outcome("reassess", "planned"),
        Outcome("reporting_code_2", "not_done"),
    )
    assert event_count(EventCode.STEPS_CHANGED) == 1


def test_page_shows_stored_outcomes_and_saving_it_unchanged_stores_nothing(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    record_outcomes(alice, intake, DONE, Decision("no", "enough", "wijkteam", "grond", date(2026, 3, 23)))

    page = Page(alice_client, url(intake))
    save(page)

    assert page.posted["consult_police-state"] == "done"
    assert page.posted["consult_police-on"] == "23-03-2026"
    assert page.posted["decisions-ground"] == "grond"
    assert event_count(EventCode.STEPS_CHANGED) == 1


def test_emptying_an_outcome_removes_it(alice_client: Client, alice: User, intake: Intake) -> None:
    record_outcomes(alice, intake, DONE)
    page = Page(alice_client, url(intake))

    save(page.fill(**{f"consult_police-{name}": "" for name in ("state", "who", "on", "why")}))

    assert not intake.follow_up


def test_decisions_are_stored_and_a_missing_ground_is_reported(alice_client: Client, intake: Intake) -> None:
    page = Page(alice_client, url(intake))

    save(page.fill(**{"decisions-reporting": "no", "decisions-help": "enough"}))

    assert intake.follow_up.decision == Decision("no", "enough")
    with translation.override("en"):
        assert (
            gettext("The ground for not reporting is not written down.")
            in Page(alice_client, url(intake)).html
        )


def test_ground_is_reported_missing_only_when_it_is(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    missing = "The ground for not reporting is not written down."

    record_outcomes(alice, intake, Decision("no"))
    assert missing in Page(alice_client, url(intake)).html
    for decision in (Decision("no", ground="x"), Decision("yes")):
        record_outcomes(alice, intake, decision)
        assert missing not in Page(alice_client, url(intake)).html


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("consult_police-on", "31-02-2026"),
        ("consult_police-on", "lang geleden"),
        ("consult_police-on", "03-2026"),
        ("consult_police-on", (TODAY + timedelta(days=1)).strftime("%d-%m-%Y")),
        ("consult_police-who", "w" * 201),
        ("consult_police-state", "safe"),
        ("decisions-on", "31-02-2026"),
        ("decisions-help", "maybe"),
        ("consultation-on", "31-02-2026"),
        ("consultation-time", "25:00"),
        ("consultation-party", ""),
        ("consultation-party", "mayor"),
    ],
)
def test_invalid_field_is_shown_with_an_error_and_the_rest_is_saved(
    alice_client: Client, intake: Intake, field: str, typed: str
) -> None:
    page = Page(alice_client, url(intake)).fill(
        **{
            "victim_support-state": "done",
            "consult_police-state": "done",
            "consult_police-why": "getypt",
            "consultation-party": "police",
            "consultation-result": "gehoord",
        }
    )

    response = save(page.fill(**{field: typed}))

    html = response.content.decode()
    assert response.status_code == 200
    assert f'href="#id_{field}"' in html
    assert f'id="id_{field}"' in html
    if typed not in ("safe", "maybe", "mayor"):
        assert typed in html
    assert "<title>Error: " in html
    assert ("gehoord" if field.startswith("consultation") else "getypt") in html
    assert Outcome("victim_support", "done") in intake.follow_up.outcomes


def test_outcome_without_a_state_is_an_error(alice_client: Client, intake: Intake) -> None:
    html = save(Page(alice_client, url(intake)).fill(**{"reassess-who": "M. de Wit"})).content.decode()

    assert 'href="#id_reassess-state"' in html
    assert 'value="M. de Wit"' in html
    assert not Step.objects.exists()


def test_planned_step_may_have_a_future_date_or_none(alice_client: Client, intake: Intake) -> None:
    later = TODAY + timedelta(days=400)
    page = Page(alice_client, url(intake)).fill(
        **{
            "victim_support-state": "planned",
            "consult_police-state": "planned",
            "consult_police-on": later.strftime("%d-%m-%Y"),
        }
    )

    save(page)

    assert [outcome.due for outcome in intake.follow_up.outcomes] == [later, None]


def test_overdue_step_says_by_how_many_days(alice_client: Client, alice: User, intake: Intake) -> None:
    record_outcomes(alice, intake, Outcome("consult_police", "planned", on=TODAY - timedelta(days=3)))

    assert "Overdue: 3 days" in Page(alice_client, url(intake)).html


def test_conflict_shows_both_entries_until_someone_chooses(alice_client: Client, intake: Intake) -> None:
    first, second = (Page(alice_client, url(intake)) for _tab in range(2))
    save(first.fill(**{"reassess-state": "done", "reassess-why": "de eerste"}))

    response = save(second.fill(**{"reassess-state": "not_done", "reassess-why": "de tweede"}))

    html = response.content.decode()
    assert "de eerste" in html
    assert "de tweede" in html
    assert 'href="#step-' in html
    assert intake.follow_up.outcomes == (Outcome("reassess", "done", why="de eerste"),)

    second.posted = controls(html)
    save(second)
    assert intake.follow_up.outcomes == (Outcome("reassess", "done", why="de eerste"),)

    response = second.press("_take", "reassess")

    row = response["Location"].partition("#")[2]
    assert intake.follow_up.outcomes == (Outcome("reassess", "not_done", why="de tweede"),)
    html = Page(alice_client, url(intake)).html
    assert 'name="_take"' not in html
    assert "What you filled in is stored now." in row_of(html, row)
    undo(alice_client, html)
    assert reload(intake).follow_up.outcomes == (Outcome("reassess", "done", why="de eerste"),)


@pytest.mark.parametrize("code", ["reassess", DECISIONS])
def test_choosing_the_stored_entry_discards_the_draft(
    alice_client: Client, intake: Intake, code: str
) -> None:
    field = "why" if code == "reassess" else "ground"
    first, second = (Page(alice_client, url(intake)) for _tab in range(2))
    for page, text in ((first, "de eerste"), (second, "de tweede")):
        state = {"reassess-state": "done"} if code == "reassess" else {}
        save(page.fill(**{**state, f"{code}-{field}": text}))

    page = Page(alice_client, url(intake))
    assert page.posted[f"{code}-{field}"] == "de tweede"
    response = page.press("_leave", code)

    assert response["Location"].startswith(f"{url(intake)}#{'step-' if code == 'reassess' else code}")
    page = Page(alice_client, url(intake))
    assert "What was stored stays. What you filled in is gone." in page.html
    assert "nothing new" not in page.html
    assert not undo_token(page.html)
    assert page.posted[f"{code}-{field}"] == "de eerste"
    assert "de tweede" not in page.html
    intake.refresh_from_db()
    assert not intake.content["drafts"]


def test_conflict_with_a_removed_entry_says_that_nothing_is_stored(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    record_outcomes(alice, intake, Decision("yes"))
    page = Page(alice_client, url(intake)).fill(**{"decisions-reporting": "no"})
    stored = follow_up_actions.stored_steps(intake)[DECISIONS]
    follow_up_actions.record_steps(alice, intake, {DECISIONS: StepSubmission(None, step_fingerprint(stored))})

    html = one_line(save(page).content.decode())

    assert "Stored now: <b>nothing</b>" in html
    assert 'href="#decisions"' in html


def test_outcome_of_advice_that_is_no_longer_given_is_shown_and_editable(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    record_outcomes(alice, intake, Outcome("medical_check", "done", why="bij de huisarts"))

    page = Page(alice_client, url(intake))
    save(page.fill(**{"medical_check-why": "bij de arts"}))

    assert "No longer advised" in page.html
    assert intake.follow_up.outcomes == (Outcome("medical_check", "done", why="bij de arts"),)


def test_error_in_advice_that_is_no_longer_given_is_shown(alice_client: Client, intake: Intake) -> None:
    page = Page(alice_client, url(intake))
    page.posted["medical_check-base"] = step_fingerprint(None)

    html = save(
        page.fill(**{"medical_check-state": "done", "medical_check-on": "lang geleden"})
    ).content.decode()

    assert "No longer advised" in html
    assert 'value="lang geleden"' in html


def test_no_longer_advised_is_absent_without_such_outcomes(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    record_outcomes(alice, intake, DONE, Outcome("reporting_code_1", "done"))

    assert "No longer advised" not in Page(alice_client, url(intake)).html


def test_decisions_name_the_answers_that_point_at_unsafety(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    intake_actions.save_section(alice, intake, "concern", submission_of(intake, threats=("kill",)))

    html = Page(alice_client, url(intake)).html

    assert "Points at acute unsafety: Threats" in html
    assert "Points at structural unsafety" not in html


def test_consultation_is_added_once_and_shown(alice_client: Client, intake: Intake) -> None:
    page = Page(alice_client, url(intake))
    assert page.posted["consultation-on"] == TODAY.strftime("%d-%m-%Y")
    page.fill(
        **{
            "consultation-party": "police",
            "consultation-name": "J. Smit",
            "consultation-on": "23-03-2026",
            "consultation-time": "14.30",
            "consultation-result": "belt\r\nterug",
        }
    )

    for _attempt in range(2):
        assert page.press("_go", "consultations")["Location"] == f"{url(intake)}#consultations"

    assert intake.follow_up.consultations == (CALLED,)
    assert "Police, J. Smit, 23 March 2026, 14:30" in Page(alice_client, url(intake)).html


def test_consultations_are_in_order_of_time(alice_client: Client, alice: User, intake: Intake) -> None:
    for month in (5, 3, 4):
        follow_up_actions.add_consultation(alice, intake, Consultation("police", on=date(2026, month, 1)))

    html = Page(alice_client, url(intake)).html

    assert html.index("1 March 2026") < html.index("1 April 2026") < html.index("1 May 2026")


def test_reading_records_one_event(alice_client: Client, intake: Intake) -> None:
    before = Event.objects.count()

    alice_client.get(url(intake))

    assert Event.objects.count() == before + 1
    assert Event.objects.latest("seq").code == EventCode.STEPS_READ


def test_changing_the_language_saves_first(alice_client: Client, intake: Intake) -> None:
    response = Page(alice_client, url(intake)).fill(**{"reassess-state": "done"}).press("_language", "nl")

    assert response.cookies["__Host-language"].value == "nl"
    assert intake.follow_up.outcomes == (Outcome("reassess", "done"),)


@pytest.mark.parametrize("name", ["pause", "stop"])
def test_pausing_and_stopping_save_first(alice_client: Client, intake: Intake, name: str) -> None:
    response = Page(alice_client, url(intake)).fill(**{"reassess-state": "done"}).press("_go", name)

    assert response["Location"] == reverse(name, args=[intake.uuid])
    assert intake.follow_up.outcomes == (Outcome("reassess", "done"),)


def test_page_is_translated_to_dutch(alice_client: Client, alice: User, intake: Intake) -> None:
    alice_client.cookies["__Host-language"] = "nl"
    record_outcomes(alice, intake, DONE)

    html = Page(alice_client, url(intake)).html

    with translation.override("nl"):
        assert pgettext("outcome", "Planned") in html
        assert gettext("What is advised") in html


def test_hiding_the_screen_saves_first(alice_client: Client, intake: Intake) -> None:
    response = Page(alice_client, url(intake)).fill(**{"reassess-state": "done"}).press("_hide", "1")

    assert response["Location"] == reverse("notes")
    assert intake.follow_up.outcomes == (Outcome("reassess", "done"),)
    assert not HeldPost.objects.exists()


def test_invalid_post_from_a_locked_screen_becomes_a_draft(alice_client: Client, intake: Intake) -> None:
    page = Page(alice_client, url(intake)).fill(**{"reassess-state": "done", "reassess-on": "lang geleden"})
    page.press("_hide", "1")

    response = save(page)

    assert response.content == b""
    assert not HeldPost.objects.exists()
    assert "lang geleden" in newest_draft(Intake.objects.get().content, step_key("reassess"))


def autosave(page: Page, number: int = 1) -> dict[str, Any]:
    """Do what autosave.js does: send the page, and take over the response."""
    response = page.fill(page=f"tab.{number}").press("_", "", accept="application/json")
    result: dict[str, Any] = response.json()
    for name, base in result["base"].items():
        page.posted[name] = base
    return result


def test_autosave_stores_what_is_valid_and_drafts_the_rest(alice_client: Client, intake: Intake) -> None:
    page = Page(alice_client, url(intake)).fill(
        **{
            "consult_police-state": "done",
            "reassess-why": "half",
            "decisions-on": "31-02",
            "consultation-result": "belt terug",
        }
    )

    result = autosave(page)

    assert "2 answers to check: choose Save." in result["status"]
    assert intake.follow_up.outcomes == (Outcome("consult_police", "done"),)
    assert not intake.follow_up.consultations
    assert Event.objects.latest("seq").items == ["consultations", "decisions", "outcomes"]
    shown = Page(alice_client, url(intake))
    for name in ("reassess-why", "decisions-on", "consultation-result"):
        assert shown.posted[name] == page.posted[name]
    assert "You began this one." in shown.html

    autosave(page.fill(**{"reassess-state": "planned", "decisions-on": "", "consultation-result": ""}), 2)

    assert "Saved at" in autosave(page, 3)["status"]
    assert Outcome("reassess", "planned", why="half") in intake.follow_up.outcomes
    assert not Intake.objects.get().content["drafts"]


def test_drafted_consultation_is_added_once_by_its_button(alice_client: Client, intake: Intake) -> None:
    page = Page(alice_client, url(intake)).fill(
        **{"consultation-party": "police", "consultation-on": "", "consultation-name": "J. Smit"}
    )
    autosave(page)
    second = Page(alice_client, url(intake))
    assert second.posted["consultation-party"] == "police"

    for tab in (page, second):
        tab.press("_go", "consultations")

    assert intake.follow_up.consultations == (Consultation("police", "J. Smit"),)
    assert not Intake.objects.get().content["drafts"]


@pytest.mark.parametrize("order", [(1, 2, 1), (2, 1), (1, 1, 2, 2)])
def test_late_or_repeated_autosave_restores_nothing(
    alice_client: Client, intake: Intake, order: tuple[int, ...]
) -> None:
    """The page was closed during its first autosave, so that it never got the response."""
    pages = {number: Page(alice_client, url(intake)) for number in (1, 2)}
    pages[1].fill(**{"reassess-state": "done", "reassess-who": "M.", "reporting_code_1-who": "half"})

    for number in order:
        autosave(Page(alice_client, url(intake)) if number not in pages else pages[number], number)

    assert not intake.follow_up
    assert not Intake.objects.get().content["drafts"]


def test_autosave_works_on_a_closed_intake(alice_client: Client, alice: User, intake: Intake) -> None:
    review_actions.submit(alice, intake)

    autosave(Page(alice_client, url(intake)).fill(**{"reassess-who": "M. de Wit"}))

    assert Page(alice_client, url(intake)).posted["reassess-who"] == "M. de Wit"


@pytest.mark.parametrize(("button", "value"), [("_language", "nl"), ("_go", "pause")])
def test_leaving_the_page_drafts_what_is_invalid(
    alice_client: Client, intake: Intake, button: str, value: str
) -> None:
    page = Page(alice_client, url(intake)).fill(
        **{"reassess-who": "M. de Wit", "consultation-name": "J. Smit"}
    )

    assert page.press(button, value).status_code == 302

    shown = Page(alice_client, url(intake))
    assert (shown.posted["reassess-who"], shown.posted["consultation-name"]) == ("M. de Wit", "J. Smit")


def test_post_after_the_session_ended_becomes_pending_and_is_offered(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    alice.set_password("correct horse battery")
    alice.save()
    credentials = {"login": "alice", "password": "correct horse battery"}
    alice_client.post("/account/login/", credentials)
    step = follow_up_actions.add_consultation(alice, intake, CALLED)
    pages = [
        Page(alice_client, url(intake)).fill(**{"reassess-why": "kanarie"}),
        Page(alice_client, url_of(step)).fill(**{"consultation-result": "kanarie"}),
    ]
    alice_client.cookies.pop("__Host-session", None)

    for page in pages:
        save(page)

    assert HeldPost.objects.count() == 2
    alice_client.post("/account/login/", credentials)
    html = alice_client.get("/kept/").content.decode()
    assert html.count("Follow-up · 2026-117") == 2


def test_summary_links_each_advice_to_its_row(
    alice_client: Client, alice: User, rachel: User, intake: Intake
) -> None:
    page = reverse("summary", args=[intake.uuid])
    rows = Page(alice_client, url(intake)).html

    html = Page(alice_client, page).html

    summary = summarise(intake.answers, (), intake.on)
    anchors = [f"step-{number}" for number in range(1, len(summary.advice) + 1)]
    for anchor in (*anchors, *(f"code-{number}" for number in range(1, 6))):
        assert f'href="{url(intake)}#{anchor}"' in html
        assert f'id="{anchor}"' in rows

    alice_client.force_login(rachel)
    assert url(intake) not in Page(alice_client, page).html


class TestDoneToday:
    def test_one_press_writes_down_today_and_by_whom(
        self, alice_client: Client, alice: User, intake: Intake
    ) -> None:
        page = Page(alice_client, url(intake))

        response = page.press("_done", "consult_police")

        (outcome,) = intake.follow_up.outcomes
        assert outcome == Outcome("consult_police", "done", who="alice", on=TODAY)
        assert response["Location"] == f"{url(intake)}#step-2"
        assert "“Done today” writes down today, and by whom: alice." in page.html

    def test_what_was_typed_comes_before_the_suggestion(self, alice_client: Client, intake: Intake) -> None:
        page = Page(alice_client, url(intake)).fill(
            **{"reporting_code_1-who": "collega", "reporting_code_1-on": "23-03-2026"}
        )

        response = page.press("_done", "reporting_code_1")

        (outcome,) = intake.follow_up.outcomes
        assert (outcome.state, outcome.who, outcome.on) == ("done", "collega", date(2026, 3, 23))
        assert response["Location"] == f"{url(intake)}#code-1"

    def test_it_is_offered_only_where_nothing_was_written_down(
        self, alice_client: Client, alice: User, intake: Intake
    ) -> None:
        record_outcomes(alice, intake, Outcome("collect_evidence", "planned"))

        html = Page(alice_client, url(intake)).html

        assert 'name="_done" value="victim_support"' in html
        assert 'name="_done" value="collect_evidence"' not in html

    def test_a_step_that_does_not_exist_is_left_alone(self, alice_client: Client, intake: Intake) -> None:
        assert Page(alice_client, url(intake)).press("_done", "nothing").status_code == 302
        assert intake.follow_up.outcomes == ()


def test_once_the_call_is_written_down_the_row_is_quiet(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    intake_actions.save_section(alice, intake, "safety_now", submission_of(intake, danger_now="now"))
    loud = '<span class="urgency-word now">Act now</span>'
    before = Page(alice_client, url(intake)).html
    record_outcomes(alice, intake, Outcome("call_112", "done", on=date(2026, 3, 23)))

    after = Page(alice_client, url(intake)).html

    assert before.count(loud) == after.count(loud) + 1
    assert '<a href="tel:112">112</a> was called on 23 March 2026.' in after


def row_of(html: str, row: str) -> str:
    return html.partition(f'<li id="{row}" tabindex="-1">')[2].partition("</li>")[0]


def undo(client: Client, html: str) -> Any:
    return client.post(reverse("undo"), {"undo": undo_token(html), "next": "/"})


def test_what_was_done_is_said_and_undone_at_its_row(alice_client: Client, intake: Intake) -> None:
    response = Page(alice_client, url(intake)).press("_done", "reporting_code_2")
    assert response["Location"] == f"{url(intake)}#code-2"
    html = Page(alice_client, url(intake)).html

    assert "Step 2 of the reporting code is written down as done today." in row_of(html, "code-2")
    assert html.count('class="messages"') == 1
    response = undo(alice_client, html)
    assert response["Location"] == f"{url(intake)}#code-2"
    assert "Undone." in row_of(Page(alice_client, url(intake)).html, "code-2")
    assert not intake.follow_up


def test_saving_leads_to_the_row_that_was_saved(alice_client: Client, alice: User, intake: Intake) -> None:
    record_outcomes(alice, intake, Outcome("victim_support", "planned"))
    where = {}
    for code in ("consult_police", "victim_support", "decisions", "holders"):
        field = {"decisions": "helper", "holders": "lead_name"}.get(code, "who")
        page = Page(alice_client, url(intake))
        filled = {f"{code}-{field}": "R. van Dam"}
        if f"{code}-state" in page.posted or field == "who":
            filled[f"{code}-state"] = "planned"
        where[code] = save(page.fill(**filled))["Location"].partition("#")[2]

    assert where["consult_police"].startswith("step-")
    assert where["victim_support"].startswith(("step-", "gone-"))
    assert (where["decisions"], where["holders"]) == ("decisions", "holders")


def test_what_a_page_saved_by_itself_is_undone_after_save(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    record_outcomes(alice, intake, DONE)
    page = Page(alice_client, url(intake))
    for number, who in enumerate(("M.", "M. de", "R. van Dam"), start=1):
        page.fill(page=f"abc.{number}", **{"consult_police-who": who})
        result = page.press("x", "x", accept="application/json").json()
        page.fill(**result["base"])
    assert intake.follow_up.outcomes[0].who == "R. van Dam"

    save(page.fill(page="abc.4"))

    html = Page(alice_client, url(intake)).html
    assert "Saved: step 2." in html
    undo(alice_client, html)
    assert reload(intake).follow_up.outcomes == (DONE,)


def states(intake: Intake) -> dict[str, str]:
    return {outcome.what: outcome.state for outcome in reload(intake).follow_up.outcomes}


def test_done_today_is_undone_without_what_the_page_saved_by_itself(
    alice_client: Client, intake: Intake
) -> None:
    page = Page(alice_client, url(intake))
    autosave(page.fill(**{"consult_police-state": "done", "consult_police-why": "vast contact"}))
    # What it did not save by itself yet goes along with the button.
    page.fill(page="tab.2", **{"reporting_code_1-state": "planned"}).press("_done", "reporting_code_2")
    html = Page(alice_client, url(intake)).html

    assert "Step 2 of the reporting code is written down as done today." in row_of(html, "code-2")
    undo(alice_client, html)

    assert states(intake) == {"consult_police": "done", "reporting_code_1": "planned"}


def test_a_step_that_was_saved_before_done_today_is_as_before_after_undoing(
    alice_client: Client, intake: Intake
) -> None:
    page = Page(alice_client, url(intake))
    autosave(page.fill(**{"reporting_code_2-who": "collega"}))
    page.fill(page="tab.2").press("_done", "reporting_code_2")
    assert states(intake) == {"reporting_code_2": "done"}

    undo(alice_client, Page(alice_client, url(intake)).html)

    assert not states(intake)


def test_saving_names_all_that_undoing_takes_back(alice_client: Client, intake: Intake) -> None:
    page = Page(alice_client, url(intake))
    autosave(page.fill(**{"consult_police-state": "done"}))
    save(page.fill(page="tab.2", **{"reporting_code_2-state": "planned", "holders-lead_name": "R. van Dam"}))
    html = Page(alice_client, url(intake)).html

    assert "Saved: step 2, step 2 of the reporting code, who holds the case." in html
    undo(alice_client, html)

    assert not states(intake)
    assert "R. van Dam" not in Page(alice_client, url(intake)).html


def test_two_steps_that_are_no_longer_advised_are_named_apart(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    gone = ("crisis_support", "child_check")
    assert not set(gone) & set(states(intake))
    record_outcomes(alice, intake, *(Outcome(code, "planned") for code in gone))
    page = Page(alice_client, url(intake))

    save(page.fill(page="tab.2", **{f"{code}-who": "collega" for code in gone}))

    html = Page(alice_client, url(intake)).html
    assert "Saved: step 1 of those no longer advised, step 2 of those no longer advised." in html
    for number in (1, 2):
        assert f"<h3>{number}. " in row_of(html, f"gone-{number}")


@pytest.mark.parametrize("button", [("_go", "code"), ("_done", "reporting_code_1")])
def test_a_page_that_comes_back_does_not_undo_what_was_said_before(
    alice_client: Client, intake: Intake, button: tuple[str, str]
) -> None:
    done = {"state": "done", "who": "alice", "on": "23-03-2026"}
    page = Page(alice_client, url(intake)).fill(
        page="tab.1", **{f"reporting_code_1-{name}": value for name, value in done.items()}
    )
    page.press(*button)
    Page(alice_client, url(intake))

    save(page.fill(page="tab.2", **{"reporting_code_2-state": "planned"}))  # after Back
    html = Page(alice_client, url(intake)).html

    assert "Saved: step 2 of the reporting code." in html
    undo(alice_client, html)
    assert states(intake) == {"reporting_code_1": "done"}


def test_done_today_is_said_though_another_step_is_to_be_checked(
    alice_client: Client, intake: Intake
) -> None:
    page = Page(alice_client, url(intake)).fill(
        **{"consult_police-state": "done", "consult_police-on": "geen dag"}
    )

    html = one_line(page.press("_done", "reporting_code_2").content.decode())

    assert 'value="geen dag"' in html
    assert "Step 2 of the reporting code is written down as done today." in row_of(html, "code-2")
    undo(alice_client, html)
    assert not states(intake)
    assert 'value="geen dag"' in Page(alice_client, url(intake)).html


def test_a_choice_is_undone_without_what_the_page_saved_by_itself(
    alice_client: Client, intake: Intake
) -> None:
    first, second = (Page(alice_client, url(intake)) for _tab in range(2))
    save(first.fill(**{"reporting_code_1-state": "done"}))
    save(second.fill(**{"reporting_code_1-state": "not_done"}))
    page = Page(alice_client, url(intake))
    autosave(page.fill(**{"reporting_code_2-state": "planned"}))
    page.fill(page="tab.2").press("_take", "reporting_code_1")
    assert states(intake) == {"reporting_code_1": "not_done", "reporting_code_2": "planned"}

    undo(alice_client, Page(alice_client, url(intake)).html)

    assert states(intake) == {"reporting_code_1": "done", "reporting_code_2": "planned"}


def test_nothing_is_undone_over_a_step_that_someone_changed_since(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    page = Page(alice_client, url(intake))
    page.fill(**{"reporting_code_1-state": "done", "reporting_code_2-state": "done"}).press("_go", "code")
    html = Page(alice_client, url(intake)).html
    other = Outcome("reporting_code_2", "not_done", why="Kan niet.")
    record_outcomes(alice, intake, other)

    undo(alice_client, html)

    assert "Not undone: something was done with it since." in Page(alice_client, url(intake)).html
    assert {outcome.what: outcome.state for outcome in reload(intake).follow_up.outcomes} == {
        "reporting_code_1": "done",
        "reporting_code_2": "not_done",
    }


def test_saving_what_did_not_change_says_so_and_undoes_nothing(alice_client: Client, intake: Intake) -> None:
    save(Page(alice_client, url(intake)))

    html = Page(alice_client, url(intake)).html

    assert "There was nothing new to save." in html
    assert not undo_token(html)


def test_a_session_does_not_say_which_step_it_was(alice_client: Client, intake: Intake) -> None:
    Page(alice_client, url(intake)).press("_done", "reporting_code_2")

    assert "reporting_code" not in json.dumps(dict(alice_client.session))
