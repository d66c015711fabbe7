"""The form of an incident: it returns what is stored."""

from __future__ import annotations

import pytest

from questionnaire.domain.incidents import Incident
from questionnaire.forms.intakes import IncidentForm, incident_initial


@pytest.mark.parametrize(
    "parsed",
    [
        Incident("2026-03-20", "home", what="stond voor\nde deur", evidence="foto", reported=True),
        Incident("2026-03", "online", precision="month"),
        Incident("2026-03", "elsewhere", precision="about", reported=False),
        Incident("2026-03-20", "elsewhere", precision="about", what="  spaties  "),
    ],
)
def test_incident_form_returns_the_stored_incident(parsed: Incident) -> None:
    form = IncidentForm(incident_initial(parsed))

    assert form.is_valid()
    assert form.parsed == parsed
