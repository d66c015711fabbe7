"""Four eyes: that who may not review is found by what they did themselves, however much others did."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from questionnaire.audit.authorship import is_involved
from questionnaire.models import Intake, User

pytestmark = pytest.mark.django_db


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by its statistics")
def test_the_events_that_others_made_in_a_case_are_not_read(intake: Intake, bob: User) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert not is_involved(bob, intake)
    (query,) = captured.captured_queries

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
        of_events = [row[-1] for row in cursor.fetchall() if "_of_a_case" in row[-1] or "_cases" in row[-1]]

    assert len(of_events) == 6
    for step in of_events:
        assert "events_of_a_case (case=? AND actor_id=?)" in step or "rights_of_cases (case=?" in step
