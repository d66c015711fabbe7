"""Show what a copy of a case says, to whoever is asked to agree to it and may read all that is in it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.lifecycle import copies
from questionnaire.lifecycle.copies import Copy
from questionnaire.models import AccessScope, Intake, Proposal, User, tampered_cases
from questionnaire.permissions import user_of
from questionnaire.queries.proposals import Asked, waiting_for


def copy_preview(request: HttpRequest, proposal: UUID) -> HttpResponse:
    """Show the texts of a copy as they are now. What follows from a conversation counts as read."""
    user = user_of(request)
    found = next((each for each in waiting_for(user) if each.row.pk == proposal), None)
    intakes = readable_copy(user, found.row) if found else None
    if not found or not intakes:
        raise Http404
    copy, *ticked = found.row.what.split()
    texts = [text.decode() for text in copies.files(Copy(copy), intakes, ticked).values()]
    if copy != Copy.PERSON:
        for intake in intakes:
            intake_actions.record_read(user, intake, EventCode.TEXTS_READ)
    languages = [intake.language for intake in intakes][-len(texts) :]
    context = {"texts": list(zip(texts, languages, strict=True))}
    return render(request, "second_person/copy_preview.html", context)


def preview_url(user: User, asked: Asked) -> str:
    """Return where this person can read the copy that waits for them; "" where `readable_copy` is None."""
    return reverse("copy_preview", args=[asked.row.pk]) if readable_copy(user, asked.row) else ""


def readable_copy(user: User, row: Proposal) -> list[Intake] | None:
    """Return the conversations of which the copy is made; None unless this person may read the copy.

    The copy for the person whom it is about follows from nothing that was told.
    """
    if row.kind != Proposal.Kind.EXPORT or row.what == Copy.WHOLE:
        return None
    of_case = Intake.objects.filter(case=row.case).select_related("case").order_by("started_at", "pk")
    intakes, scope = list(of_case), AccessScope.of(user)
    if not intakes or tampered_cases([intakes[0].case]):
        return None
    is_for_person = row.what.split()[0] == Copy.PERSON
    return intakes if is_for_person or all(map(scope.can_read, intakes)) else None
