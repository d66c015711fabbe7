"""Store the terms of an organisation, and give what is not signed off its day by them."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import asdict
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction

from questionnaire.actions.levels import update_levels
from questionnaire.actions.organisation import Change, replace_entry
from questionnaire.domain.organisation import TERMS
from questionnaire.domain.terms import Terms, is_no_term
from questionnaire.domain.workflow import State
from questionnaire.encryption.keyring import SealError
from questionnaire.models import Case, Intake, OrganisationEntry, Team, User, stored_state
from questionnaire.queries.organisation import TO_UPDATE

_LOGGER: Final = logging.getLogger(__name__)

#: Of so many conversations the day is computed while someone waits for the page: seconds of a busy server.
_AT_ONCE: Final = 500


def set_terms(user: User, team: Team | None, terms: Terms | None) -> Change | None:
    """Store the terms of a team, or of all; with None those for all, or of the program, hold again.

    Return what that changed, None for nothing. Raise PermissionDenied.
    """
    content = asdict(terms) if terms else {}
    if content and is_no_term(**content):
        raise PermissionDenied
    with transaction.atomic():
        before = _terms_of(team)
        is_changed = replace_entry(user, team, TERMS, content)
        if is_changed:
            _mark_open_intakes(team)
        # Without a change too: a server that stopped halfway may have left some.
        transaction.on_commit(_give_days, robust=True)
        return Change(before, _terms_of(team)) if is_changed else None


def _give_days() -> None:
    """Give conversations their day, and log by its id what does not open: saving again does not help that."""
    if refused := update_levels(most=_AT_ONCE).refused:
        _LOGGER.warning("no day by the new terms for intake %s", ", ".join(map(str, refused)))


def restore_terms(user: User, team: Team | None, change: Change) -> bool:
    """Store the terms of a team, or of all, as they were before a change, if nobody changed them since.

    Return whether that is so. Raise PermissionDenied.
    """
    with transaction.atomic():
        if _terms_of(team) != change.now:
            return False
        set_terms(user, team, Terms(**change.before) if change.before else None)
    return True


def _terms_of(team: Team | None) -> dict[str, Any]:
    rows = OrganisationEntry.objects.select_for_update().filter(team=team, kind=TERMS).usable()
    return dict(rows[0].content) if rows else {}


def _mark_open_intakes(team: Team | None) -> None:
    """Mark what is not signed off for `update_levels`, which takes them one by one once the terms are stored.

    Cases are locked first, as by whoever writes: their change is stored before, or finds the new terms.
    """
    of_teams = {"team": team} if team else {}
    is_open = Intake.objects.filter(**of_teams).exclude(state=State.SIGNED_OFF)
    cases = Case.objects.filter(**of_teams, pk__in=is_open.values("case"))
    list(cases.select_for_update().order_by("pk").values_list("pk"))
    is_open.update(rules_version=TO_UPDATE)
    # Whoever reviews one has to look again: what is signed off would say another day than was read.
    for intake in is_open.filter(state=State.SUBMITTED).select_related("case").order_by("pk"):
        intake.revision += 1
        with suppress(SealError):  # which `verify_content` names
            stored_state.note(intake, "revision")
        intake.save(update_fields=["content", "revision"])
