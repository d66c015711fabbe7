"""What kind of thing, of act and of end each type of event has."""

import pytest

from questionnaire.audit import access_history, event_kinds
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.event_kinds import Action, ObjectKind, Outcome


@pytest.mark.parametrize("code", list(EventCode))
def test_every_code_has_one_kind_of_thing_and_one_of_act(code: EventCode) -> None:
    assert isinstance(event_kinds.object_kind(code), ObjectKind)
    assert isinstance(event_kinds.action(code), Action)
    places = [codes for by_action in event_kinds._BY_KIND.values() for codes in by_action.values()]
    assert sum(codes.count(code) for codes in places) == 1


def test_what_is_about_a_case_is_what_its_history_can_show() -> None:
    kinds = {ObjectKind.CASE, ObjectKind.PROPOSAL}
    of_case = {code for code in EventCode if event_kinds.object_kind(code) in kinds}

    assert of_case == set(access_history._LABELS) | {EventCode.POST_READ, EventCode.POST_DROPPED}


def test_what_ends_in_read_reads_and_only_refusals_were_refused() -> None:
    reading = {code for code in EventCode if code.endswith(".read")}
    handed_out = {EventCode.TEXTS_READ, EventCode.DOCUMENT_READ}

    assert all(event_kinds.action(code) is Action.READ for code in reading - handed_out)
    refused = {code for code in EventCode if event_kinds.outcome(code) is Outcome.REFUSED}
    assert refused == {EventCode.SIGN_IN_REFUSED, EventCode.LOOK_REFUSED, EventCode.LIMIT_MET}
    failed = {code for code in EventCode if event_kinds.outcome(code) is Outcome.FAILED}
    assert failed == {EventCode.DELIVERY_FAILED}
