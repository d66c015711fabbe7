"""The form of an incident: it returns what is stored."""

from __future__ import annotations

from datetime import date

import pytest

from questionnaire.domain.incidents import Incident
from questionnaire.forms.incidents import IncidentForm, incident_initial


@pytest.mark.parametrize(
    "parsed",
    [
        Incident("2026-03-20", "home", what="stond voor\nde deur", evidence="foto", reported=True),
        Incident("2026-03", "online", precision="month"),
        Incident("2026-03", "elsewhere", precision="about", reported=False),
        Incident("2026-03-20", "elsewhere", precision="about", what="  spaties  "),
        Incident(
            "2025", "unknown", precision="about", as_told="kerst", by="zijn broer", witness="de buurvrouw"
        ),
        Incident(place="online", precision="", as_told="toen het nog zomer was", times=41),
        Incident("2026-03-20", "home", until="2026-03-22", time="14:05", times=3, report_number="2026-1"),
    ],
)
def test_incident_form_returns_the_stored_incident(parsed: Incident) -> None:
    form = IncidentForm(incident_initial(parsed), on=date(2026, 3, 23))

    assert form.is_valid()
    assert form.parsed == parsed
