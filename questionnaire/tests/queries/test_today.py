"""The queries of what waits for someone today."""

import pytest
from django.db import connection

from questionnaire.models import AccessScope, User
from questionnaire.queries import today
from questionnaire.tests.factories import TODAY


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by its statistics")
def test_what_waits_for_a_reviewer_is_read_in_its_order_and_not_sorted(rachel: User) -> None:
    sql = today._lists_sql(AccessScope.of(rachel), TODAY)["to_review"]
    assert sql is not None

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql[0]}", sql[1])
        plan = [row[-1] for row in cursor.fetchall()]

    assert any("waits_for_a_reviewer (team_id=? AND state=?)" in step for step in plan)
    assert not any("ORDER BY" in step for step in plan)
