"""The demo intakes: their content, and the command that stores them."""

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

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
from questionnaire.management.commands.demo import _REVIEWS
from questionnaire.models import AccessScope, Event, Intake, Remark, SignOff, Team, User
from questionnaire.queries import cases, documents
from questionnaire.queries.safety_plans import plan_version_for
from questionnaire.queries.today import today_of
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


# --- Dates that go with the day -----------------------------------------------------------------------------

DAYS = [date(2026, 11, 29), date(2027, 3, 1), date(2026, 4, 22), date(2028, 2, 29)]
_MONTH_NAMES = "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"


def days_in(name: str, day: date | None) -> list[date]:
    """Return every whole day in the files of a case, in the order of the files, without planned steps."""
    files = [demo.intake(name, day), *(file for file, _follow_up in demo.reassessments(name, day))]
    found = []
    for file in files:
        last = file.answers.get("last_incident")
        texts = [*(each.date for each in file.incidents), last if isinstance(last, str) else ""]
        found += [file.date, *(date.fromisoformat(text) for text in texts if len(text) == 10)]
    follow_up = demo.follow_up(name, day)
    found += [each.on for each in follow_up.outcomes if each.state != "planned" and each.on]
    found += [each.on for each in follow_up.consultations if each.on]
    found += [follow_up.decision.on] if follow_up.decision and follow_up.decision.on else []
    for breach in follow_up.breaches:
        found += [each for each in (breach.reported_on, breach.answered_on) if each]
    return found


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("name", demo.NAMES)
def test_all_dates_of_a_case_move_together_to_just_before_the_day(name: str, day: date) -> None:
    moved, in_files = days_in(name, day), days_in(name, None)

    (shift,) = {after - before for after, before in zip(moved, in_files, strict=True)}
    assert shift.days % 7 == 0
    newest = max(moved)
    assert timedelta(days=2) <= day - newest <= timedelta(days=8)


@pytest.mark.parametrize("name", demo.NAMES)
def test_without_a_day_the_dates_are_those_of_the_files(name: str) -> None:
    assert max(days_in(name, None)) <= date(2026, 4, 20)


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("name", demo.NAMES)
def test_a_month_never_comes_after_what_it_came_before(name: str, day: date) -> None:
    moved, in_files = demo.intake(name, day), demo.intake(name)
    start = str(moved.answers.get("pattern_start"))

    assert all(each.date <= moved.date.isoformat() for each in moved.incidents)
    assert not moved.answers.get("pattern_start") or all(start <= each.date for each in moved.incidents)
    assert [len(each.date) for each in moved.incidents] == [len(each.date) for each in in_files.incidents]


def words_of(stored: Any) -> Iterator[str]:
    if isinstance(stored, str):
        yield stored
    elif isinstance(stored, dict | list):
        for each in stored.values() if isinstance(stored, dict) else stored:
            yield from words_of(each)


def test_no_text_of_the_demo_names_a_date_that_would_not_move() -> None:
    texts = [text for path in demo.FOLDER.rglob("*.json") for text in words_of(json.loads(path.read_text()))]
    texts += [text for review in _REVIEWS.values() for text in review]
    named = re.compile(
        rf"\b({_MONTH_NAMES}|january|february|march|may|june|july|august|october)\b", re.IGNORECASE
    )

    assert len(texts) > 500
    assert [text for text in texts if named.search(text)] == []
    with_year = [text for text in texts if re.search(r"\b20[0-9]{2}\b", text) and " " in text]
    assert with_year == []


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
    assert {user.username for user in User.objects.all()} == {"alice", "rachel", "bakker"}


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
        file = demo.intake(name, today())
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
        assert stored.follow_up == demo.follow_up(name, today())
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


@pytest.mark.django_db
@pytest.mark.parametrize("day", DAYS[:2], ids=str)
def test_today_shows_a_plausible_mix_after_the_demo(alice: User, rachel: User, day: date) -> None:
    call_command("demo", day=day)

    mine, review = today_of(AccessScope.of(alice), day), today_of(AccessScope.of(rachel), day)
    waiting = [*mine.act_now.rows, *mine.due.rows]
    overdue = [(day - due).days for each in waiting if (due := each.standing.next_due)]
    assert mine.act_now.count >= 1
    assert 0 in overdue
    assert any(days > 0 for days in overdue)
    assert max(overdue) <= 7
    assert mine.returned.count == 1
    assert review.to_review.count == 1
    (note,) = mine.handed.rows[0].notes
    assert str(note.by) == "S. Bakker"


@pytest.mark.django_db
def test_nobody_has_a_password_of_the_colleague_who_handed_over(
    alice: User, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("demo")

    assert "bakker" not in capsys.readouterr().out.lower()
    assert User.objects.get(username="bakker").must_change_password


@pytest.mark.django_db
def test_a_colleague_of_that_name_who_is_there_hands_over(alice: User, team: Team) -> None:
    account("bakker", team)

    call_command("demo")

    (note,) = today_of(AccessScope.of(alice), today()).handed.rows[0].notes
    assert note.by.username == "bakker"
