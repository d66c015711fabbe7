"""What an organisation adds, as documents read it: and that it takes no number and no advice away."""

from __future__ import annotations

from typing import Any, Final

import pytest

from questionnaire.domain.terms import LATEST, Terms
from questionnaire.models import OrganisationEntry, Team
from questionnaire.queries.organisation import added_for, own_terms, signed_terms, unusable_of
from questionnaire.tests.tampering import execute

CONTACT: Final = {"name": "De Haven", "number": "010-123 45 67", "reachable": "", "note": ""}


def stored(team: Team | None, kind: str, content: object) -> OrganisationEntry:
    """Store an entry as this program does, whatever the rules say: an earlier version had others."""
    entry = OrganisationEntry(team=team, kind=kind, content=content)
    entry.save(force_insert=True)
    return entry


def test_all_that_is_added_to_a_document_is_read_by_one_query(
    team: Team, django_assert_num_queries: Any
) -> None:
    stored(team, "shelter", CONTACT)
    stored(None, "client_page", {"nl": "Tot ziens"})
    stored(team, "terms", {"soon": 1, "later": 5})

    with django_assert_num_queries(1):
        added = added_for(team, "nl")

    assert ([each.name for each in added.contacts], added.client_page) == (["De Haven"], "Tot ziens")
    assert added.terms == Terms(1, 5)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("shelter", {**CONTACT, "number": "bel de balie"}),
        ("shelter", {"naam": "De Haven"}),
        ("client_page", {"nl": "Hulp bij stalking"}),
        ("terms", {"soon": 4, "later": 30}),
        ("mayor", CONTACT),
    ],
)
def test_what_breaks_the_rules_of_this_version_is_not_used_and_found(
    team: Team, other_team: Team, kind: str, content: object, caplog: pytest.LogCaptureFixture
) -> None:
    entry = stored(team, kind, content)

    added = added_for(team, "nl")

    assert (added.contacts, added.client_page, added.terms) == ((), "", LATEST)
    assert caplog.text == ""
    assert unusable_of([team, None], [kind]) == [entry]
    assert unusable_of([other_team, None], [kind]) == []
    assert entry.fault_in_words.startswith(f"entry {entry.pk} of the organisation ('{kind}', team {team.pk})")
    assert "stalking" not in entry.fault_in_words


def test_terms_that_something_else_wrote_do_not_hold(team: Team, caplog: pytest.LogCaptureFixture) -> None:
    entry = stored(team, "terms", {"soon": 1, "later": 5})
    stored(None, "terms", {"soon": 2, "later": 9})

    execute(
        "UPDATE questionnaire_organisationentry SET content = %s WHERE team_id IS NOT NULL", '{"soon": 3}'
    )

    assert own_terms(team) == Terms(2, 9)
    assert f"entry {entry.pk} of the organisation" in caplog.text
    assert "something else wrote it" in caplog.text


def test_a_sign_off_by_an_earlier_version_had_the_terms_of_the_program() -> None:
    assert signed_terms({"nl": []}) == LATEST
    assert signed_terms({"terms": {"soon": 1, "later": 2}}) == Terms(1, 2)
