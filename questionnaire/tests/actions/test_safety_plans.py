"""Writing the safety plan of a case: versions, two pages at once, bringing a version back, and who may."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from questionnaire.actions import access as access_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.actions import safety_plans as plan_actions
from questionnaire.actions.safety_plans import PartSubmission, PlanResult, part_fingerprint
from questionnaire.audit import log as audit_log
from questionnaire.audit.authorship import is_involved
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.fingerprints import drafts_of
from questionnaire.domain.merge import Submission
from questionnaire.domain.safety_plan import Agreement, PartPlan, Plan
from questionnaire.encryption.keyring import SealError
from questionnaire.models import Access, Event, Intake, SafetyPlan, SafetyPlanVersion, User
from questionnaire.queries.safety_plans import may_read_plan, may_write_plan, plan_version_for, safety_plan_of
from questionnaire.tests.factories import event_codes, reload, sign_stored_rights, start_in

CANARY = "kanarie"
HOME = PartPlan(CANARY, (Agreement(CANARY, CANARY, "2026-03-26"),))


def save(
    user: User, intake: Intake, page: str = "", number: int = 1, base: str | None = None, **parts: PartPlan
) -> PlanResult:
    """Save parts from a page that has what is stored now, or from one with this base."""
    safety_plan = safety_plan_of(intake.case)
    newest = safety_plan.newest if safety_plan else None
    plan = newest.plan if newest else Plan()
    sent = {
        code: PartSubmission(part, base or part_fingerprint(safety_plan, plan, code), part.text)
        for code, part in parts.items()
    }
    return plan_actions.save_plan(user, intake, sent, Submission({}, {}, page=page, number=number))


def versions(intake: Intake) -> list[Plan]:
    return [row.plan for row in SafetyPlanVersion.objects.filter(safety_plan__case=intake.case_id)]


def plan_of(intake: Intake) -> Plan:
    return versions(intake)[-1]


def test_a_case_has_no_plan_until_something_is_saved(alice: User, intake: Intake) -> None:
    assert save(alice, intake, home=PartPlan()).saved == ()

    assert safety_plan_of(intake.case) is None
    assert plan_version_for(alice, intake) is None
    assert event_codes() == [EventCode.INTAKE_STARTED]


def test_a_save_makes_a_version_with_one_event_that_says_nothing_of_the_plan(
    alice: User, intake: Intake
) -> None:
    assert save(alice, intake, home=HOME).saved == ("home",)

    assert versions(intake) == [Plan({"home": HOME})]
    assert event_codes() == [EventCode.INTAKE_STARTED, EventCode.PLAN_CHANGED]
    event = Event.objects.latest("seq")
    assert (event.items, event.reason, event.intake) == ([], "", intake.pk)


def test_the_plan_is_encrypted_in_the_database(alice: User, intake: Intake) -> None:
    save(alice, intake, home=HOME)
    plan_actions.save_plan(alice, intake, {"keys": PartSubmission(PartPlan(), "", CANARY, is_invalid=True)})

    for table in (SafetyPlan._meta.db_table, SafetyPlanVersion._meta.db_table):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608  (our own name)
            rows = repr([[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor])
        assert CANARY not in rows
        assert "home" not in rows
    assert plan_of(intake) == Plan({"home": HOME})


def test_a_plan_that_is_moved_to_another_case_does_not_open(alice: User, intake: Intake) -> None:
    save(alice, intake, home=HOME)
    other = intake_actions.start_intake(alice, intake.team, "other", date(2026, 3, 23), "nl")
    SafetyPlan.objects.update(case=other.case_id)

    with pytest.raises(SealError):
        _ = SafetyPlan.objects.get().content


def test_a_part_that_is_emptied_goes_and_its_version_stays(alice: User, intake: Intake) -> None:
    save(alice, intake, home=HOME, keys=PartPlan("buurvrouw"))
    save(alice, intake, home=PartPlan())

    assert versions(intake) == [
        Plan({"home": HOME, "keys": PartPlan("buurvrouw")}),
        Plan({"keys": PartPlan("buurvrouw")}),
    ]


def test_versions_say_who_when_and_what_changed(alice: User, bob: User, intake: Intake) -> None:
    access_actions.grant(alice, intake, bob, Access.Kind.ASSIGNED)
    save(alice, intake, home=HOME)
    save(bob, intake, aol=PartPlan("ja"), keys=PartPlan("nee"))

    rows = SafetyPlanVersion.objects.all()
    assert [(row.number, row.by, row.content["changed"]) for row in rows] == [
        (1, alice, ["home"]),
        (2, bob, ["keys", "aol"]),
    ]
    assert [str(row) for row in rows] == [f"{row.safety_plan_id}, {row.number}" for row in rows]
    assert str(SafetyPlan.objects.get()) == str(rows[0].safety_plan_id)
    assert plan_version_for(bob, intake) == rows[1].parsed


def test_what_one_page_saves_by_itself_is_one_version(alice: User, intake: Intake) -> None:
    save(alice, intake, "een", 1, home=PartPlan("a"))
    save(alice, intake, "een", 2, home=PartPlan("ab"), keys=PartPlan("c"))

    assert versions(intake) == [Plan({"home": PartPlan("ab"), "keys": PartPlan("c")})]
    assert SafetyPlanVersion.objects.get().content["changed"] == ["home", "keys"]

    save(alice, intake, "twee", 1, home=PartPlan("abc"))
    save(alice, intake, "een", 3, keys=PartPlan())

    assert [row.content["changed"] for row in SafetyPlanVersion.objects.all()] == [
        ["home", "keys"],
        ["home"],
        ["keys"],
    ]


def test_a_page_is_told_which_version_it_made(alice: User, intake: Intake) -> None:
    assert save(alice, intake, "een", 1, home=PartPlan()).version == 0
    assert save(alice, intake, "een", 2, home=PartPlan("a")).version == 1
    assert save(alice, intake, "twee", 1, home=PartPlan("b")).version == 2
    assert save(alice, intake, "twee", 2, home=PartPlan("b")).version == 2
    assert save(alice, intake, "een", 3).version == 0
    assert save(alice, intake, "", 1).version == 0


def test_another_person_or_another_day_is_another_version(
    alice: User, bob: User, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    access_actions.grant(alice, intake, bob, Access.Kind.ASSIGNED)
    save(alice, intake, "een", 1, home=PartPlan("a"))
    save(bob, intake, "een", 2, home=PartPlan("b"))
    assert len(versions(intake)) == 2

    monkeypatch.setattr(plan_actions, "today", lambda: date(2027, 1, 1))
    save(bob, intake, "een", 3, home=PartPlan("c"))
    assert len(versions(intake)) == 3


def test_the_same_plan_sent_again_writes_nothing(alice: User, intake: Intake) -> None:
    save(alice, intake, home=HOME)

    assert save(alice, intake, home=HOME).saved == ()
    assert event_codes().count(EventCode.PLAN_CHANGED) == 1


def test_two_pages_keep_both_texts_and_other_parts_are_saved(alice: User, intake: Intake) -> None:
    base = part_fingerprint(None, Plan(), "home")
    save(alice, intake, home=PartPlan("eerst"))

    result = save(alice, intake, base=base, home=PartPlan("daarna"), keys=PartPlan("x"))

    assert (result.conflicts, result.saved) == (("home",), ("keys",))
    assert plan_of(intake) == Plan({"home": PartPlan("eerst"), "keys": PartPlan("x")})
    assert drafts_of(SafetyPlan.objects.get().content, "home") == ["daarna"]


def test_what_is_invalid_is_a_draft_and_no_version(alice: User, intake: Intake) -> None:
    sent = {"home": PartSubmission(PartPlan(), part_fingerprint(None, Plan(), "home"), "getypt", True)}

    plan_actions.save_plan(alice, intake, sent)

    assert versions(intake) == []
    safety_plan = SafetyPlan.objects.get()
    assert drafts_of(safety_plan.content, "home") == ["getypt"]
    assert safety_plan.newest is None
    assert plan_version_for(alice, intake) is None


def test_a_version_that_is_brought_back_is_a_new_one(alice: User, intake: Intake) -> None:
    save(alice, intake, home=HOME)
    save(alice, intake, home=PartPlan("anders"))

    assert plan_actions.bring_back(alice, intake, 1, 2) == 3

    assert versions(intake) == [
        Plan({"home": HOME}),
        Plan({"home": PartPlan("anders")}),
        Plan({"home": HOME}),
    ]
    assert event_codes()[-1] == EventCode.PLAN_CHANGED


def test_bringing_back_what_it_says_already_writes_nothing(alice: User, intake: Intake) -> None:
    save(alice, intake, home=HOME)
    assert plan_actions.bring_back(alice, intake, 1, 1)
    assert len(versions(intake)) == 1

    save(alice, intake, home=PartPlan("anders"))
    for _press in range(2):
        assert plan_actions.bring_back(alice, intake, 1, 2) == 3
    assert len(versions(intake)) == 3


def test_nothing_is_brought_back_over_a_change_that_nobody_saw(alice: User, intake: Intake) -> None:
    save(alice, intake, home=HOME)
    save(alice, intake, home=PartPlan("anders"))
    save(alice, intake, home=PartPlan("van een collega"))

    assert not plan_actions.bring_back(alice, intake, 1, 2)
    assert plan_of(intake) == Plan({"home": PartPlan("van een collega")})
    with pytest.raises(SafetyPlanVersion.DoesNotExist):
        plan_actions.bring_back(alice, intake, 9, 3)


def test_the_plan_can_be_changed_in_every_state(alice: User, bob: User, intake: Intake) -> None:
    access_actions.grant(alice, intake, bob, Access.Kind.ASSIGNED)
    for number, state in enumerate(("concept", "submitted", "returned", "signed_off")):
        Intake.objects.filter(pk=intake.pk).update(state=state)
        sign_stored_rights(intake.case)
        save(alice, reload(intake), home=PartPlan(f"versie {number}"))

    assert len(versions(intake)) == 4


def test_all_conversations_of_a_case_have_one_plan(alice: User, intake: Intake) -> None:
    save(alice, intake, home=HOME)
    later = start_in(intake.case, alice)

    assert plan_version_for(alice, later) == plan_version_for(alice, intake)
    save(alice, later, keys=PartPlan("x"))
    assert plan_of(intake) == Plan({"home": HOME, "keys": PartPlan("x")})


def test_the_plan_goes_with_the_latest_assessment(alice: User, bob: User, intake: Intake) -> None:
    save(alice, intake, home=HOME)
    later = start_in(intake.case, bob)
    Intake.objects.filter(pk=later.pk).update(previous=intake.pk)
    sign_stored_rights(intake.case)
    intake, later = reload(intake), reload(later)

    assert [may_read_plan(alice, intake), may_write_plan(alice, intake)] == [False, False]
    assert plan_version_for(alice, intake) is None
    with pytest.raises(PermissionDenied):
        save(alice, intake, home=PartPlan("van de vorige"))
    assert [may_read_plan(bob, later), may_write_plan(bob, later)] == [True, True]
    save(bob, later, home=PartPlan("van wie de zaak nu heeft"))

    access_actions.grant(bob, later, alice, Access.Kind.NAMED)
    assert [may_read_plan(alice, intake), may_write_plan(alice, intake)] == [True, False]


def test_an_opening_that_nobody_saw_puts_no_plan_on_a_page_of_ones_own(
    alice: User, bob: User, intake: Intake
) -> None:
    save(alice, intake, home=HOME)
    later = start_in(intake.case, bob)
    Intake.objects.filter(pk=later.pk).update(previous=intake.pk)
    sign_stored_rights(intake.case)
    intake, later = reload(intake), reload(later)
    access_actions.open_with_reason(alice, later, "a colleague is ill")

    assert may_read_plan(alice, later)  # a page that cannot be printed
    assert not may_read_plan(alice, intake)
    assert plan_version_for(alice, intake) is None

    access_actions.see_opening(bob, later, intake.case.access.get(kind=Access.Kind.OPENED).pk)
    assert may_read_plan(alice, intake)


def test_a_correction_takes_the_plan_from_nobody(alice: User, bob: User, intake: Intake) -> None:
    save(alice, intake, home=HOME)
    version = start_in(intake.case, bob)
    Intake.objects.filter(pk=version.pk).update(corrects=intake.pk)
    sign_stored_rights(intake.case)

    assert may_write_plan(alice, reload(intake))
    assert may_write_plan(bob, reload(version))


def test_a_reader_a_reviewer_and_someone_without_rights_write_nothing(
    alice: User, bob: User, intake: Intake
) -> None:
    save(alice, intake, home=HOME)
    with pytest.raises(PermissionDenied):
        save(bob, intake, home=PartPlan("x"))
    access_actions.grant(alice, intake, bob, Access.Kind.NAMED)

    with pytest.raises(PermissionDenied):
        save(bob, intake, home=PartPlan("x"))
    with pytest.raises(PermissionDenied):
        plan_actions.bring_back(bob, intake, 1, 1)
    assert may_read_plan(bob, intake)
    assert versions(intake) == [Plan({"home": HOME})]


def test_whoever_wrote_in_the_plan_does_not_review(alice: User, bob: User, intake: Intake) -> None:
    access_actions.grant(alice, intake, bob, Access.Kind.ASSIGNED)
    save(bob, intake, home=HOME)
    access_actions.revoke(alice, intake, bob, Access.Kind.ASSIGNED)

    assert is_involved(bob, intake)


def test_a_change_of_the_plan_counts_for_the_retention_of_the_case(alice: User, intake: Intake) -> None:
    Intake.objects.update(changed_at=timezone.now() - timedelta(days=400))
    save(alice, intake, home=HOME)

    assert timezone.now() - reload(intake).changed_at < timedelta(days=1)


def test_a_plan_whose_event_fails_is_not_stored(
    alice: User, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(audit_log, "mac_of", fail)
    with pytest.raises(OSError, match="disk full"):
        save(alice, intake, home=HOME)

    assert not SafetyPlan.objects.exists()


def test_the_database_refuses_a_second_version_with_a_number(alice: User, intake: Intake) -> None:
    save(alice, intake, home=HOME)

    with transaction.atomic(), pytest.raises(IntegrityError):
        SafetyPlanVersion(
            safety_plan=SafetyPlan.objects.get(), number=1, by=alice, content={"parts": {}, "changed": []}
        ).save()


def test_the_next_conversation_that_is_started_has_the_plan(alice: User, intake: Intake) -> None:
    save(alice, intake, home=HOME)
    Intake.objects.filter(pk=intake.pk).update(state="signed_off")
    sign_stored_rights(intake.case)

    later = review_actions.reassess(alice, reload(intake), date(2026, 4, 1))

    version = plan_version_for(alice, later)
    assert version is not None
    assert version.plan == Plan({"home": HOME})
