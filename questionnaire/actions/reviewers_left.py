"""Record that a change of rights left no reviewer who may see a case."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import Intake, User
from questionnaire.queries.reviewers_left import has_reviewer


@contextmanager
def telling_of_no_reviewer(user: User, intake: Intake) -> Iterator[None]:
    """Record it when no reviewer may see the locked case after a change, and one could before.

    Refusing it would leave the case open to a reviewer who knows one of the people in it. The manager of the
    team sees how many such cases there are: `queries.reviewers_left`.
    """
    had_one = has_reviewer(intake.case)
    yield
    if had_one and not has_reviewer(intake.case):
        audit_log.record(user, EventCode.NO_REVIEWER_LEFT, intake)
