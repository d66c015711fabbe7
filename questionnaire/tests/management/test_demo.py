"""The demo intakes: their content, and the command that stores them."""

import pytest
from django.core.management import CommandError, call_command

from questionnaire import demo
from questionnaire.documents.renderers.pdf import PdfUnavailableError
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.answers import value_to_json
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.comparison import ChangeKind, compare
from questionnaire.domain.dates import overdue_text, today
from questionnaire.domain.safety_plan import Plan
from questionnaire.domain.summary import Summary, summarise
from questionnaire.domain.workflow import State
from questionnaire.models import Event, Intake, Remark, SignOff, Team, User
from questionnaire.queries import cases, documents
from questionnaire.queries.safety_plans import plan_version_for
from questionnaire.tests.conftest import account


def summary_of(name: str) -> Summary:
    intake = demo.intake(name)
    return summarise(intake.answers, intake.incidents, intake.date)


def test_complete_demo_intakes_went_through_every_question() -> None:
    for name in demo.COMPLETE:
        intake = demo.intake(name)
        reached = set(intake.answers) | set(intake.reasons)

        assert len(reached) >= len(ITEMS) - 4, sorted(set(ITEMS) - reached)


def test_each_demo_intake_has_advice_of_its_own() -> None:
    breach, colleague, online, no_fear = (
        {advice.code for advice in summary_of(name).advice} for name in demo.COMPLETE[:4]
    )

    assert {"report_breaches", "partner_or_ex", "safe_handover"} <= breach
    assert {"work_or_school", "reporting_code_scope"} <= colleague
    assert {"digital_safety", "reporting_code_scope"} <= online
    assert {"medical_check", "worker_safety"} <= no_fear


def test_strangulation_counts_without_any_fear() -> None:
    summary = summary_of("strangulation_without_fear")

    assert summary.fear.level in (None, 0)
    assert "strangulation" in {sign.item for sign in summary.danger_signs}
    assert summary.urgency is Urgency.NOW


def test_demo_references_are_all_different() -> None:
    references = [intake.reference for intake in demo.intakes()]

    assert len(set(references)) == len(references) == len(demo.NAMES)


def test_a_demo_case_has_a_safety_plan_with_text_and_agreements() -> None:
    plan = demo.safety_plan("ex_partner_with_breach")

    assert {"home", "code_word", "aol"} <= set(plan.parts)
    assert plan.empty
    assert any(agreement.done for agreement in plan.parts["home"].agreements)
    assert not demo.safety_plan("minor")


def test_every_file_of_the_demo_is_used() -> None:
    assert {path.stem for path in demo.FOLDER.glob("plans/*.json")} <= set(demo.NAMES)
    assert {path.stem for path in demo.FOLDER.glob("*.json")} == set(demo.NAMES)
    assert {path.stem for path in demo.FOLDER.glob("steps/*.json")} == set(demo.NAMES)


def test_the_demo_has_every_kind_of_outcome() -> None:
    follow_ups = [demo.follow_up(name) for name in demo.NAMES]
    days = [outcome.due for follow_up in follow_ups for outcome in follow_up.planned() if outcome.due]

    assert {outcome.state for follow_up in follow_ups for outcome in follow_up.outcomes} == {
        "done",
        "planned",
        "not_done",
    }
    assert any(overdue_text(day, today()) for day in days)
    assert any(day >= today() for day in days)
    assert any(follow_up.consultations for follow_up in follow_ups)
    assert any(follow_up.decision and follow_up.decision.reporting for follow_up in follow_ups)


@pytest.mark.parametrize("name", demo.NAMES)
def test_demo_outcomes_are_of_advice_that_was_given(name: str) -> None:
    given = {advice.code for advice in summary_of(name).advice}

    assert demo.follow_up(name).no_longer_advised(given) == ()


@pytest.fixture(autouse=True)
def fake_pdfs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "render_pdf", lambda _document: b"%PDF-1.7")


@pytest.mark.django_db
def test_the_demo_has_every_state_and_a_case_of_three(alice: User) -> None:
    call_command("demo")

    intakes = Intake.objects.order_by("started_at")
    assert {intake.state for intake in intakes} == set(State)
    case = list(intakes.filter(case__reference=demo.intake("ex_partner_with_breach").reference))
    assert [intake.state for intake in case] == [State.SIGNED_OFF, State.SIGNED_OFF, State.SUBMITTED]
    assert [intake.previous for intake in case] == [None, *case[:-1]]
    changes = compare(*map(cases.as_assessment, case[-2:])).changes
    assert ChangeKind.NOW_UNKNOWN in {change.kind for change in changes}
    assert {remark.by.username for remark in Remark.objects.all()} == {"toetser"}


@pytest.mark.django_db
def test_the_password_of_the_reviewer_is_printed_once(
    alice: User, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("demo")
    first = capsys.readouterr().out
    call_command("demo")

    assert "toetser" in first
    assert capsys.readouterr().out == ""


@pytest.mark.django_db
def test_a_reviewer_that_is_there_reviews_the_demo(alice: User, rachel: User) -> None:
    call_command("demo")

    assert {signed.by for signed in SignOff.objects.all()} == {rachel}
    assert User.objects.count() == 2


@pytest.mark.django_db
def test_without_pdfs_the_demo_stops_before_the_sign_off(
    alice: User, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_document: object) -> bytes:
        raise PdfUnavailableError("No library.")

    monkeypatch.setattr(documents, "render_pdf", fail)

    call_command("demo")

    assert not SignOff.objects.exists()
    assert Intake.objects.count() == len(demo.NAMES)
    assert capsys.readouterr().err.count("No library.") == 2


@pytest.mark.untraced
@pytest.mark.django_db
def test_the_demo_stores_what_its_files_say(alice: User) -> None:
    call_command("demo")

    for name in demo.NAMES:
        file = demo.intake(name)
        stored = Intake.objects.get(case__reference=file.reference, previous=None)
        content = stored.content
        assert stored.author == alice
        assert (stored.on, stored.language) == (file.date, file.language)
        assert content["answers"] == {key: value_to_json(value) for key, value in file.answers.items()}
        assert content["notes"] == dict(file.notes)
        assert content["sources"] == dict(file.sources)
        assert content["reasons"] == dict(file.reasons)
        assert (content["running_note"], content["view"]) == (file.running_note, file.view)
        assert not content["drafts"]
        assert stored.incident_log == file.incidents
        assert stored.follow_up == demo.follow_up(name)
        version = plan_version_for(alice, stored)
        assert (version.plan if version else Plan()) == demo.safety_plan(name)


@pytest.mark.untraced
@pytest.mark.django_db
def test_running_the_demo_twice_adds_nothing(alice: User) -> None:
    call_command("demo")
    events = Event.objects.count()

    call_command("demo")

    assert Intake.objects.count() == len(list(demo.intakes())) + sum(map(len, demo.CASE.values()))
    assert Event.objects.count() == events


@pytest.mark.django_db
def test_the_demo_without_a_professional_says_what_to_do(team: Team) -> None:
    with pytest.raises(CommandError, match="adduser"):
        call_command("demo")
    account("manager", team)

    with pytest.raises(CommandError, match="adduser"):
        call_command("demo")
