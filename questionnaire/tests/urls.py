"""List the URLs of the application, so that a test can visit every one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from questionnaire.models import Intake, Step
from questionnaire.permissions import Requirement

#: What a URL about one intake may require.
OF_AN_INTAKE: Final = {
    *(
        Requirement.LISTED,
        Requirement.READER,
        Requirement.COPIER,
        Requirement.AUTHOR,
        Requirement.AUTHOR_WHILE_OPEN,
    ),
    *(Requirement.REVIEWER, Requirement.ACCESS_MANAGER),
}
#: The id of no row.
MISSING: Final = "00000000-0000-4000-8000-000000000001"
#: The arguments of URLs besides the id of an intake.
ARGUMENTS: Final = {
    "day": "2026-03-24",
    "incident": MISSING,
    "consultation": MISSING,
    "breach": MISSING,
    "item": "fear_level",
    "code": "full",
    "form": "veilig-thuis-advice",
    "step": "fear",
    "number": "1",
    "pk": "1",
    "person": "1",
    "team": "1",
    "contact": MISSING,
    "proposal": MISSING,
    "provider": "organisation",
    "digest": "0" * 16,
}


def url_patterns() -> list[URLPattern]:
    """Return every URL pattern, those that are included too."""
    return list(_flat(get_resolver().url_patterns))


def _flat(patterns: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _flat(pattern.url_patterns)
        else:
            yield pattern


def addresses(intake: Intake) -> list[tuple[str, str]]:
    """Return the name and the address of every page, about this intake where it is about one."""
    incident, consultation = intake.incidents.first(), intake.steps.exclude(kind=Step.Kind.BREACH).first()
    breach = intake.steps.filter(kind=Step.Kind.BREACH).first()
    known: dict[str, object] = {**ARGUMENTS, "uuid": intake.uuid}
    known |= {"person": intake.author_id, "team": intake.team_id}
    if incident:
        known["incident"] = incident.pk
    if consultation:
        known["consultation"] = consultation.pk
    if breach:
        known["breach"] = breach.pk
    return [
        (str(pattern.name), reverse(str(pattern.name), kwargs={name: known[name] for name in arguments}))
        for pattern in url_patterns()
        for arguments in [pattern.pattern.converters]
    ]
