"""Keep the contacts, words and texts of the organisation. A resubmitted post only fills a form in again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Final
from uuid import UUID

from django.forms import BoundField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from questionnaire.actions import organisation as actions
from questionnaire.actions.organisation import Change
from questionnaire.actions.undo import Kind
from questionnaire.domain.organisation import CONTACT_KINDS, TEXT_KINDS
from questionnaire.forms.organisation import ALL_TEAMS, ContactForm, OwnTextsForm
from questionnaire.models import OrganisationEntry, Team
from questionnaire.permissions import user_of
from questionnaire.queries.organisation import as_contact, entries_of, kept_teams, unusable_of
from questionnaire.queries.set_by import SetBy, set_by
from questionnaire.views.feedback import done

_BUTTON: Final = "for"


def own_contacts(request: HttpRequest) -> HttpResponse:
    """Show the contacts that this person keeps, and those of all teams; what is not used is named."""
    teams = kept_teams(user_of(request))
    entries = [entry for entry in entries_of([team for team in teams if team]) if entry.kind in CONTACT_KINDS]
    by = set_by(entries)
    rows = [(entry.pk, entry.team, as_contact(entry), entry.team in teams, by[entry.pk]) for entry in entries]
    unusable = [(each.pk, each.is_as_written) for each in unusable_of(teams, CONTACT_KINDS)]
    return render(request, "administration/own_contacts.html", {"rows": rows, "unusable": unusable})


def own_contact_new(request: HttpRequest) -> HttpResponse:
    """Add a contact."""
    user = user_of(request)
    form = ContactForm(request.POST or None, teams=kept_teams(user))
    if "_go" not in request.POST and form.is_valid():
        entry = actions.add_contact(user, form.team, form.cleaned_data["kind"], form.content)
        said = _("The contact %(name)s is added.") % {"name": form.content["name"]}
        _tell(request, said, entry.pk, Change({}, actions.stored(entry)))
        return redirect("own_contacts")
    context = {"form": form, "pending_post": request.POST.get("_held", "")}
    return render(request, "administration/own_contact_new.html", context)


def own_contact(request: HttpRequest, contact: UUID) -> HttpResponse:
    """Change a contact."""
    entry = _found(request, contact)
    form = ContactForm(request.POST or None, initial=entry.content)
    if "_go" not in request.POST and form.is_valid():
        change = actions.change_contact(user_of(request), contact, form.content)
        _tell(request, _("The contact %(name)s is saved.") % {"name": form.content["name"]}, contact, change)
        return redirect("own_contacts")
    context = {
        "form": form,
        "contact": as_contact(entry),
        "uuid": contact,
        "team": entry.team,
        "set_by": set_by([entry])[contact],
        "pending_post": request.POST.get("_held", ""),
    }
    return render(request, "administration/own_contact.html", context)


def own_contact_remove(request: HttpRequest, contact: UUID) -> HttpResponse:
    """Ask first; by POST, remove a contact, also one that is not used."""
    entry = _found(request, contact, also_unusable=True)
    if request.method == "POST":
        change = actions.remove_contact(user_of(request), contact)
        _tell(request, _("The contact is removed."), contact, change)
        return redirect("own_contacts")
    context = {
        "contact": None if entry.fault else as_contact(entry),
        "is_as_written": entry.is_as_written,
        "uuid": contact,
    }
    return render(request, "administration/own_contact_remove.html", context)


def own_texts(request: HttpRequest) -> HttpResponse:
    """Show the words and texts of each team that this person keeps; a post stores those of one."""
    user = user_of(request)
    teams = {str(team.pk) if team else ALL_TEAMS: team for team in kept_teams(user)}
    entries = entries_of([team for team in teams.values() if team])
    posted = request.POST.get(_BUTTON) if request.method == "POST" else None
    if posted is not None and posted not in teams:
        raise Http404
    forms = {}
    for key, team in teams.items():
        stored = {entry.kind: entry.content for entry in entries if entry.team == team}
        forms[key] = OwnTextsForm(request.POST if key == posted else None, prefix=key, stored=stored)
    if posted is not None and "_go" not in request.POST and forms[posted].is_valid():
        change = actions.set_singles(user_of(request), teams[posted], forms[posted].texts)
        said = _("The texts of %(team)s are saved.")
        tell_saved(request, teams[posted], change, Kind.TEXTS_CHANGED, said)
        return redirect("own_texts")
    by = set_by(entries)
    fields = {
        key: _fields(forms[key], {e.kind: by[e.pk] for e in entries if e.team == team})
        for key, team in teams.items()
    }
    unusable = {entry.team for entry in unusable_of(teams.values(), TEXT_KINDS)}
    context = {
        "forms": [(key, team, fields[key], team in unusable) for key, team in teams.items()],
        "pending": (posted, request.POST.get("_held", "")),
        "wrong": next((form for form in forms.values() if form.errors), None),
    }
    return render(request, "administration/own_texts.html", context)


def _fields(form: OwnTextsForm, by: Mapping[str, SetBy]) -> list[tuple[BoundField, SetBy | None]]:
    """Return the fields, the last one of each kind with who set that text."""
    last = {names[-1]: by.get(kind) for kind, names in form.names.items()}
    return [(field, last.get(field.name)) for field in form]


def tell_saved(request: HttpRequest, team: Team | None, change: Change | None, kind: Kind, said: str) -> None:
    """Say what was stored for a team, or for all, with a way back; `said` has a place for whose it is."""
    if change is None:
        done(request, _("Nothing was changed."))
        return
    words = {"team": str(team) if team else _("All teams")}
    done(request, said % words, kind, team=team.pk if team else None, **asdict(change))


def _tell(request: HttpRequest, said: str, contact: UUID, change: Change) -> None:
    """Say it, with a way back but for a contact that was not used: that is not brought back."""
    kind = Kind.CONTACT_CHANGED if change.before or change.now else None
    done(request, said, kind, contact=str(contact), **asdict(change))


def _found(request: HttpRequest, contact: UUID, *, also_unusable: bool = False) -> OrganisationEntry:
    """Return the contact with this id. Raise Http404 for one that the user does not keep."""
    stored = OrganisationEntry.objects.select_related("team").filter(kind__in=CONTACT_KINDS)
    entry = stored.filter(pk=contact).first()
    if entry is None or entry.team not in kept_teams(user_of(request)):
        raise Http404
    if entry.fault and not also_unusable:
        raise Http404
    return entry
