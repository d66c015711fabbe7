"""The page of what came of the advice, and the page of one consultation."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, pgettext

from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.actions.follow_up import DECISIONS, StepSubmission, step_fingerprint, step_key
from questionnaire.audit.log import EventCode
from questionnaire.domain import dates
from questionnaire.domain.fingerprints import newest_draft
from questionnaire.domain.follow_up import REPORTING_CODE_STEPS, Consultation, Decision, Outcome
from questionnaire.domain.summary import summarise
from questionnaire.forms.follow_up import ConsultationForm, DecisionForm, OutcomeForm
from questionnaire.models import Event, HeldPost, Intake, Step, User
from questionnaire.tests.factories import submission_of
from questionnaire.tests.pages import Page, controls, one_line

TODAY = dates.today()
DONE = Outcome("consult_police", "done", "M. de Wit", date(2026, 3, 23), "vast\ncontact")
CALLED = Consultation("police", "J. Smit", date(2026, 3, 23), "14:30", "belt\nterug")


@pytest.fixture
def alices(client: Client, alice: User) -> Client:
    client.force_login(alice)
    client.cookies["__Host-language"] = "en"
    return client


def url(intake: Intake) -> str:
    return reverse("steps", args=[intake.uuid])


def url_of(step: Step) -> str:
    return reverse("consultation", args=[step.intake_id, step.uuid])


def record(user: User, intake: Intake, *told: Outcome | Decision) -> None:
    stored = follow_up_actions.stored_steps(intake)
    keyed = {one.what if isinstance(one, Outcome) else DECISIONS: one for one in told}
    sent = {key: StepSubmission(one, step_fingerprint(stored.get(key))) for key, one in keyed.items()}
    assert follow_up_actions.record_steps(user, intake, sent).conflicts == ()


def save(page: Page, **headers: str) -> Any:
    return page.press("_go", "save", **headers)


def written(code: EventCode) -> int:
    return Event.objects.filter(code=code).count()


# --- The forms ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "told",
    [
        DONE,
        Outcome("reassess", "planned"),
        Outcome("reporting_code_3", "not_done", why="  spaties  "),
        Outcome("reassess", "planned", on=date(2030, 1, 2)),
    ],
)
def test_an_outcome_comes_back_from_its_form(told: Outcome) -> None:
    form = OutcomeForm(as_posted(OutcomeForm(prefix=told.what, stored=told, base="x")), prefix=told.what)

    assert form.is_valid(), form.errors
    assert form.parsed == told


@pytest.mark.parametrize(
    "told", [Decision("no", "enough", "wijkteam", "a\nb", date(2026, 3, 23)), Decision(ground="x")]
)
def test_the_decisions_come_back_from_their_form(told: Decision) -> None:
    form = DecisionForm(as_posted(DecisionForm(prefix="d", stored=told)), prefix="d")

    assert form.is_valid(), form.errors
    assert form.parsed == told


def test_a_consultation_comes_back_from_its_form() -> None:
    form = ConsultationForm(as_posted(ConsultationForm(prefix="c", stored=CALLED)), prefix="c")

    assert form.is_valid(), form.errors
    assert form.parsed == CALLED


def as_posted(form: Any) -> dict[str, str]:
    return {bound.html_name: str(bound.value() or "").replace("\n", "\r\n") for bound in form}


@pytest.mark.parametrize(
    ("typed", "time"), [("14:30", "14:30"), ("9.05", "09:05"), (" 0:00 ", "00:00"), ("", "")]
)
def test_a_time_as_people_write_it(typed: str, time: str) -> None:
    form = ConsultationForm({"c-party": "police", "c-time": typed}, prefix="c")

    assert form.is_valid(), form.errors
    assert form.parsed.time == time


@pytest.mark.parametrize("typed", ["25:00", "half drie", "9"])
def test_what_is_no_time_is_said_as_it_was_typed(typed: str) -> None:
    form = ConsultationForm({"c-party": "police", "c-time": typed}, prefix="c")

    assert list(form.errors) == ["time"]
    assert str(form.errors["time"][0]).startswith(f"{typed} ")


# --- The page ----------------------------------------------------------------------------------------------


def test_every_advice_in_its_order_and_every_step_of_the_code_has_its_row(
    alices: Client, alice: User, intake: Intake
) -> None:
    intake_actions.save_section(alice, intake, "safety_now", submission_of(intake, danger_now="now"))
    intake.refresh_from_db()
    summary = summarise(intake.answers, (), intake.on)

    html = Page(alices, url(intake)).html

    places = [html.index(f'name="{advice.code}-base"') for advice in summary.advice]
    places += [html.index(f'name="{code}-base"') for code in REPORTING_CODE_STEPS]
    assert places == sorted(places)
    assert 'id="step-1"' in html
    assert f'id="step-{len(summary.advice)}"' in html
    assert 'id="code-5"' in html


def test_nothing_recorded_and_nothing_typed_writes_nothing(alices: Client, intake: Intake) -> None:
    response = save(Page(alices, url(intake)))

    assert (response.status_code, response["Location"]) == (302, url(intake))
    assert not Step.objects.exists()
    assert not written(EventCode.STEPS_CHANGED)
    assert not written(EventCode.CONSULTATION_ADDED)


def test_marking_steps(alices: Client, intake: Intake) -> None:
    page = Page(alices, url(intake)).fill(
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

    assert response["Location"] == f"{url(intake)}#code"
    assert intake.follow_up.outcomes == (
        DONE,
        Outcome("reassess", "planned"),
        Outcome("reporting_code_2", "not_done"),
    )
    assert written(EventCode.STEPS_CHANGED) == 1


def test_the_page_shows_what_was_stored_and_saving_it_again_writes_nothing(
    alices: Client, alice: User, intake: Intake
) -> None:
    record(alice, intake, DONE, Decision("no", "enough", "wijkteam", "grond", date(2026, 3, 23)))

    page = Page(alices, url(intake))
    save(page)

    assert page.posted["consult_police-state"] == "done"
    assert page.posted["consult_police-on"] == "23-03-2026"
    assert page.posted["decisions-ground"] == "grond"
    assert written(EventCode.STEPS_CHANGED) == 1


def test_taking_an_outcome_back(alices: Client, alice: User, intake: Intake) -> None:
    record(alice, intake, DONE)
    page = Page(alices, url(intake))

    save(page.fill(**{f"consult_police-{name}": "" for name in ("state", "who", "on", "why")}))

    assert not intake.follow_up


def test_the_two_decisions(alices: Client, intake: Intake) -> None:
    page = Page(alices, url(intake))

    save(page.fill(**{"decisions-reporting": "no", "decisions-help": "enough"}))

    assert intake.follow_up.decision == Decision("no", "enough")
    with translation.override("en"):
        assert gettext("The ground for not reporting is not written down.") in Page(alices, url(intake)).html


def test_a_ground_that_is_written_down_is_not_asked_for(alices: Client, alice: User, intake: Intake) -> None:
    missing = "The ground for not reporting is not written down."

    for told in (Decision("no", ground="x"), Decision("yes")):
        record(alice, intake, told)
        assert missing not in Page(alices, url(intake)).html


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("consult_police-on", "31-02-2026"),
        ("consult_police-on", "gisteren"),
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
def test_what_cannot_be_read_is_said_and_kept_and_the_rest_is_saved(
    alices: Client, intake: Intake, field: str, typed: str
) -> None:
    page = Page(alices, url(intake)).fill(
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
    kept = "gehoord" if field.startswith("consultation") else "getypt"
    assert kept in html
    assert Outcome("victim_support", "done") in intake.follow_up.outcomes


def test_words_without_a_state_ask_for_it(alices: Client, intake: Intake) -> None:
    html = save(Page(alices, url(intake)).fill(**{"reassess-who": "M. de Wit"})).content.decode()

    assert 'href="#id_reassess-state"' in html
    assert 'value="M. de Wit"' in html
    assert not Step.objects.exists()


def test_a_planned_step_may_come_later_and_needs_no_date(alices: Client, intake: Intake) -> None:
    later = TODAY + timedelta(days=400)
    page = Page(alices, url(intake)).fill(
        **{
            "victim_support-state": "planned",
            "consult_police-state": "planned",
            "consult_police-on": later.strftime("%d-%m-%Y"),
        }
    )

    save(page)

    assert [outcome.due for outcome in intake.follow_up.outcomes] == [later, None]


def test_what_is_overdue_is_said_in_words(alices: Client, alice: User, intake: Intake) -> None:
    record(alice, intake, Outcome("consult_police", "planned", on=TODAY - timedelta(days=3)))

    assert "Overdue: 3 days" in Page(alices, url(intake)).html


def test_what_someone_else_changed_is_shown_before_it_is_overwritten(alices: Client, intake: Intake) -> None:
    first, second = (Page(alices, url(intake)) for _tab in range(2))
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

    second.press("_take", "reassess")

    assert intake.follow_up.outcomes == (Outcome("reassess", "not_done", why="de tweede"),)
    assert 'name="_take"' not in Page(alices, url(intake)).html


@pytest.mark.parametrize("what", ["reassess", DECISIONS])
def test_what_is_stored_can_be_chosen_too(alices: Client, intake: Intake, what: str) -> None:
    field = "why" if what == "reassess" else "ground"
    first, second = (Page(alices, url(intake)) for _tab in range(2))
    for page, text in ((first, "de eerste"), (second, "de tweede")):
        state = {"reassess-state": "done"} if what == "reassess" else {}
        save(page.fill(**{**state, f"{what}-{field}": text}))

    page = Page(alices, url(intake))
    assert page.posted[f"{what}-{field}"] == "de tweede"
    response = page.press("_leave", what)

    assert response.status_code == 302
    page = Page(alices, url(intake))
    assert page.posted[f"{what}-{field}"] == "de eerste"
    assert "de tweede" not in page.html
    intake.refresh_from_db()
    assert not intake.content["drafts"]


def test_what_someone_else_took_away_is_told_as_nothing(alices: Client, alice: User, intake: Intake) -> None:
    record(alice, intake, Decision("yes"))
    page = Page(alices, url(intake)).fill(**{"decisions-reporting": "no"})
    stored = follow_up_actions.stored_steps(intake)[DECISIONS]
    follow_up_actions.record_steps(alice, intake, {DECISIONS: StepSubmission(None, step_fingerprint(stored))})

    html = one_line(save(page).content.decode())

    assert "Stored now: <b>nothing</b>" in html
    assert 'href="#decisions"' in html


def test_what_came_of_advice_that_is_gone_is_kept_and_shown(
    alices: Client, alice: User, intake: Intake
) -> None:
    record(alice, intake, Outcome("medical_check", "done", why="bij de huisarts"))

    page = Page(alices, url(intake))
    save(page.fill(**{"medical_check-why": "bij de arts"}))

    assert "No longer advised" in page.html
    assert intake.follow_up.outcomes == (Outcome("medical_check", "done", why="bij de arts"),)


def test_an_error_in_advice_that_went_meanwhile_is_shown(alices: Client, intake: Intake) -> None:
    page = Page(alices, url(intake))
    page.posted["medical_check-base"] = step_fingerprint(None)

    html = save(page.fill(**{"medical_check-state": "done", "medical_check-on": "gisteren"})).content.decode()

    assert "No longer advised" in html
    assert 'value="gisteren"' in html


def test_without_such_outcomes_the_part_is_not_there(alices: Client, alice: User, intake: Intake) -> None:
    record(alice, intake, DONE, Outcome("reporting_code_1", "done"))

    assert "No longer advised" not in Page(alices, url(intake)).html


def test_which_answers_point_at_unsafety_stands_by_the_decisions(
    alices: Client, alice: User, intake: Intake
) -> None:
    intake_actions.save_section(alice, intake, "concern", submission_of(intake, threats=("kill",)))

    html = Page(alices, url(intake)).html

    assert "Points at acute unsafety: Threats" in html
    assert "Points at structural unsafety" not in html


def test_adding_a_consultation(alices: Client, intake: Intake) -> None:
    page = Page(alices, url(intake))
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

    for _twice in range(2):
        assert page.press("_go", "consultations")["Location"] == f"{url(intake)}#consultations"

    assert intake.follow_up.consultations == (CALLED,)
    assert "Police, J. Smit, 23 March 2026, 14:30" in Page(alices, url(intake)).html


def test_consultations_stand_in_the_order_of_time(alices: Client, alice: User, intake: Intake) -> None:
    for month in (5, 3, 4):
        follow_up_actions.add_consultation(alice, intake, Consultation("police", on=date(2026, month, 1)))

    html = Page(alices, url(intake)).html

    assert html.index("1 March 2026") < html.index("1 April 2026") < html.index("1 May 2026")


def test_reading_is_one_event(alices: Client, intake: Intake) -> None:
    before = Event.objects.count()

    alices.get(url(intake))

    assert Event.objects.count() == before + 1
    assert Event.objects.latest("seq").code == EventCode.STEPS_READ


def test_changing_the_language_saves_what_was_typed(alices: Client, intake: Intake) -> None:
    response = Page(alices, url(intake)).fill(**{"reassess-state": "done"}).press("_language", "nl")

    assert response.cookies["__Host-language"].value == "nl"
    assert intake.follow_up.outcomes == (Outcome("reassess", "done"),)


@pytest.mark.parametrize("name", ["pause", "stop"])
def test_pausing_and_stopping_save_what_was_typed(alices: Client, intake: Intake, name: str) -> None:
    response = Page(alices, url(intake)).fill(**{"reassess-state": "done"}).press("_go", name)

    assert response["Location"] == reverse(name, args=[intake.uuid])
    assert intake.follow_up.outcomes == (Outcome("reassess", "done"),)


def test_the_page_in_dutch(alices: Client, alice: User, intake: Intake) -> None:
    alices.cookies["__Host-language"] = "nl"
    record(alice, intake, DONE)

    html = Page(alices, url(intake)).html

    with translation.override("nl"):
        assert pgettext("outcome", "Planned") in html
        assert gettext("What is advised") in html


def test_hiding_the_screen_saves_what_was_typed(alices: Client, intake: Intake) -> None:
    response = Page(alices, url(intake)).fill(**{"reassess-state": "done"}).press("_hide", "1")

    assert response["Location"] == reverse("notes")
    assert intake.follow_up.outcomes == (Outcome("reassess", "done"),)
    assert not HeldPost.objects.exists()


def test_what_cannot_be_saved_while_locked_is_kept(alices: Client, intake: Intake) -> None:
    page = Page(alices, url(intake)).fill(**{"reassess-state": "done", "reassess-on": "gisteren"})
    page.press("_hide", "1")

    response = save(page)

    assert response.content == b""
    assert not HeldPost.objects.exists()
    assert "gisteren" in newest_draft(Intake.objects.get().content, step_key("reassess"))


def autosave(page: Page, number: int = 1) -> dict[str, Any]:
    """Do what page.js does: send the page, and take over the response."""
    response = page.fill(page=f"tab.{number}").press("_", "", accept="application/json")
    told: dict[str, Any] = response.json()
    for name, base in told["base"].items():
        page.posted[name] = base
    return told


def test_a_page_that_saves_by_itself_stores_what_can_be_read_and_keeps_the_rest(
    alices: Client, intake: Intake
) -> None:
    page = Page(alices, url(intake)).fill(
        **{
            "consult_police-state": "done",
            "reassess-why": "half",
            "decisions-on": "31-02",
            "consultation-result": "belt terug",
        }
    )

    told = autosave(page)

    assert "2 answers to check: choose Save." in told["status"]
    assert intake.follow_up.outcomes == (Outcome("consult_police", "done"),)
    assert not intake.follow_up.consultations
    assert Event.objects.latest("seq").items == ["consultations", "decisions", "outcomes"]
    shown = Page(alices, url(intake))
    for name in ("reassess-why", "decisions-on", "consultation-result"):
        assert shown.posted[name] == page.posted[name]
    assert "You began this one." in shown.html

    autosave(page.fill(**{"reassess-state": "planned", "decisions-on": "", "consultation-result": ""}), 2)

    assert "Saved at" in autosave(page, 3)["status"]
    assert Outcome("reassess", "planned", why="half") in intake.follow_up.outcomes
    assert not Intake.objects.get().content["drafts"]


def test_a_consultation_that_was_begun_is_added_by_its_button_once(alices: Client, intake: Intake) -> None:
    page = Page(alices, url(intake)).fill(
        **{"consultation-party": "police", "consultation-on": "", "consultation-name": "J. Smit"}
    )
    autosave(page)
    late = Page(alices, url(intake))
    assert late.posted["consultation-party"] == "police"

    for shown in (page, late):
        shown.press("_go", "consultations")

    assert intake.follow_up.consultations == (Consultation("police", "J. Smit"),)
    assert not Intake.objects.get().content["drafts"]


@pytest.mark.parametrize("order", [(1, 2, 1), (2, 1), (1, 1, 2, 2)])
def test_what_comes_late_or_twice_brings_nothing_back(
    alices: Client, intake: Intake, order: tuple[int, ...]
) -> None:
    """The page was closed while its first save was under way, which never heard of its answer."""
    pages = {number: Page(alices, url(intake)) for number in (1, 2)}
    pages[1].fill(**{"reassess-state": "done", "reassess-who": "M.", "reporting_code_1-who": "half"})

    for number in order:
        autosave(Page(alices, url(intake)) if number not in pages else pages[number], number)

    assert not intake.follow_up
    assert not Intake.objects.get().content["drafts"]


def test_a_closed_intake_keeps_what_is_half_written_of_its_steps(
    alices: Client, alice: User, intake: Intake
) -> None:
    review_actions.submit(alice, intake)

    autosave(Page(alices, url(intake)).fill(**{"reassess-who": "M. de Wit"}))

    assert Page(alices, url(intake)).posted["reassess-who"] == "M. de Wit"


@pytest.mark.parametrize(("button", "value"), [("_language", "nl"), ("_go", "pause")])
def test_leaving_keeps_also_what_cannot_be_read(
    alices: Client, intake: Intake, button: str, value: str
) -> None:
    page = Page(alices, url(intake)).fill(**{"reassess-who": "M. de Wit", "consultation-name": "J. Smit"})

    assert page.press(button, value).status_code == 302

    shown = Page(alices, url(intake))
    assert (shown.posted["reassess-who"], shown.posted["consultation-name"]) == ("M. de Wit", "J. Smit")


def test_what_is_posted_after_the_session_ended_is_kept_and_offered(
    alices: Client, alice: User, intake: Intake
) -> None:
    alice.set_password("correct horse battery")
    alice.save()
    signed_in = {"login": "alice", "password": "correct horse battery"}
    alices.post("/account/login/", signed_in)
    step = follow_up_actions.add_consultation(alice, intake, CALLED)
    pages = [
        Page(alices, url(intake)).fill(**{"reassess-why": "kanarie"}),
        Page(alices, url_of(step)).fill(**{"consultation-result": "kanarie"}),
    ]
    alices.cookies.pop("__Host-session", None)

    for page in pages:
        save(page)

    assert HeldPost.objects.count() == 2
    alices.post("/account/login/", signed_in)
    html = alices.get("/kept/").content.decode()
    assert html.count("What came of it · 2026-117") == 2


# --- One consultation --------------------------------------------------------------------------------------


@pytest.fixture
def step(alice: User, intake: Intake) -> Step:
    return follow_up_actions.add_consultation(alice, intake, CALLED)


def test_changing_a_consultation(alices: Client, intake: Intake, step: Step) -> None:
    response = save(Page(alices, url_of(step)).fill(**{"consultation-result": "geen gehoor"}))

    assert response["Location"] == f"{url(intake)}#consultations"
    assert intake.follow_up.consultations[0].result == "geen gehoor"


def test_changing_nothing_writes_nothing(alices: Client, step: Step) -> None:
    save(Page(alices, url_of(step)))

    assert not written(EventCode.CONSULTATION_CHANGED)


def test_a_consultation_that_cannot_be_read_is_said_and_kept(
    alices: Client, intake: Intake, step: Step
) -> None:
    page = Page(alices, url_of(step)).fill(**{"consultation-on": "31-02-2026", "consultation-name": "K."})

    html = save(page).content.decode()

    assert 'id="id_consultation-on_error"' in html
    assert 'value="K."' in html
    assert "<title>Error: " in html
    assert intake.follow_up.consultations == (CALLED,)


def test_two_tabs_on_one_consultation(alices: Client, intake: Intake, step: Step) -> None:
    first, second = (Page(alices, url_of(step)) for _tab in range(2))
    save(first.fill(**{"consultation-result": "de eerste"}))

    html = save(second.fill(**{"consultation-result": "de tweede"})).content.decode()

    assert "Result: de eerste" in html
    assert "de tweede" in html
    assert intake.follow_up.consultations[0].result == "de eerste"

    second.posted = controls(html)
    save(second)

    assert intake.follow_up.consultations[0].result == "de tweede"


def test_removing_a_consultation(alices: Client, intake: Intake, step: Step) -> None:
    page = Page(alices, url_of(step))

    for _twice in range(2):
        assert page.press("_remove", "1")["Location"] == f"{url(intake)}#consultations"

    assert not intake.follow_up
    assert written(EventCode.CONSULTATION_REMOVED) == 1


def test_saving_what_was_removed_meanwhile_puts_it_back(
    alices: Client, alice: User, intake: Intake, step: Step
) -> None:
    page = Page(alices, url_of(step)).fill(**{"consultation-result": "toch"})
    follow_up_actions.remove_consultation(alice, intake, step.uuid)

    save(page)

    assert intake.follow_up.consultations[0].result == "toch"


def test_what_is_no_consultation_of_this_intake_is_not_found(
    alices: Client, alice: User, intake: Intake
) -> None:
    other = intake_actions.start_intake(alice, intake.team, "other", intake.on, "nl")
    elsewhere = follow_up_actions.add_consultation(alice, other, CALLED)
    record(alice, intake, DONE)

    for uuid in (uuid4(), elsewhere.uuid, intake.steps.get().uuid):
        assert alices.get(reverse("consultation", args=[intake.uuid, uuid])).status_code == 404


def test_strangers_and_colleagues_find_nothing(
    client: Client, intake: Intake, step: Step, bob: User, charlie: User, rachel: User
) -> None:
    for user, status in ((bob, 404), (charlie, 404), (rachel, 403)):
        client.force_login(user)
        for page in (url(intake), url_of(step)):
            assert client.get(page).status_code == status
            assert client.post(page, {"_remove": "1"}).status_code == status
    assert intake.follow_up.consultations == (CALLED,)


def test_reading_one_is_one_event(alices: Client, step: Step) -> None:
    before = Event.objects.count()

    alices.get(url_of(step))

    assert Event.objects.count() == before + 1
    assert Event.objects.latest("seq").code == EventCode.STEPS_READ


# --- The way to it -----------------------------------------------------------------------------------------


def test_the_summary_leads_from_each_advice_to_its_row(
    alices: Client, alice: User, rachel: User, intake: Intake
) -> None:
    page = reverse("summary", args=[intake.uuid])
    rows = Page(alices, url(intake)).html

    html = Page(alices, page).html

    summary = summarise(intake.answers, (), intake.on)
    anchors = [f"step-{number}" for number in range(1, len(summary.advice) + 1)]
    for anchor in (*anchors, *(f"code-{number}" for number in range(1, 6))):
        assert f'href="{url(intake)}#{anchor}"' in html
        assert f'id="{anchor}"' in rows

    alices.force_login(rachel)
    assert url(intake) not in Page(alices, page).html
