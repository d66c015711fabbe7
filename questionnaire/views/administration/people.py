"""Show administrators the accounts of their teams, and change roles, names and whether one is open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from questionnaire.accounts.backend import closing_provider
from questionnaire.actions import accounts as account_actions
from questionnaire.actions import memberships as membership_actions
from questionnaire.actions.accounts import NameInUseError, UnusableNameError
from questionnaire.actions.memberships import RoleConflictError
from questionnaire.actions.role_changes import change_roles, waiting_roles
from questionnaire.actions.undo import Kind
from questionnaire.forms.administration import NameForm, NewPersonForm, RolesForm
from questionnaire.models import Membership, Proposal
from questionnaire.permissions import user_of
from questionnaire.queries.people import Account, administered_accounts, administered_teams
from questionnaire.queries.proposals import roles_that_wait, seconds_for
from questionnaire.views.administration.found import account_or_404
from questionnaire.views.administration.passwords import keep_until_shown
from questionnaire.views.feedback import done, refused

#: The session key of what was searched for, which does not belong in an address.
_SEARCH_KEY: Final = "people_search"
_MAX_SEARCH: Final = 100


def people(request: HttpRequest) -> HttpResponse:
    """Show the accounts that this person administers, or those that they searched for."""
    search = request.session.get(_SEARCH_KEY, "")
    accounts = administered_accounts(user_of(request))
    context = {
        "accounts": [account for account in accounts if account.matches(search)],
        "count": len(accounts),
        "search": search,
    }
    return render(request, "administration/people.html", context)


def people_search(request: HttpRequest) -> HttpResponse:
    """Remember what to search for, or forget it, and go to the list."""
    search = request.POST.get("search", "").strip()[:_MAX_SEARCH]
    if search and "all" not in request.POST:
        request.session[_SEARCH_KEY] = search
    else:
        request.session.pop(_SEARCH_KEY, None)
    return redirect("people")


def person_new(request: HttpRequest) -> HttpResponse:
    """Make an account, and go to the page that shows its password. A resubmitted post only fills it in."""
    user = user_of(request)
    form = NewPersonForm(request.POST or None, teams=administered_teams(user))
    if "_go" not in request.POST and form.is_valid():
        data = form.cleaned_data
        try:
            made, password = account_actions.add_person(
                user, form.chosen_team, data["username"], data["name"], form.chosen_roles
            )
        except UnusableNameError:
            form.add_error("username", _("This user name cannot be used. Choose another."))
        except NameInUseError:
            form.add_error("name", _name_in_use())
        except RoleConflictError:
            form.add_error("roles", _role_conflict())
        else:
            done(request, _("The account of %(name)s is made.") % {"name": made})
            _say_waiting(request, waiting_roles(made, form.chosen_team))
            return keep_until_shown(request, made, password)
    context = {"form": form, "pending_post": request.POST.get("_held", "")}
    return render(request, "administration/person_new.html", context)


def person(request: HttpRequest, person: int) -> HttpResponse:
    """Show one account; a post changes its roles in a team, its name, or whether it is open."""
    account = account_or_404(request, person)
    posted = request.POST if request.method == "POST" else None
    button = posted.get("do", "") if posted else ""
    name_form = NameForm(posted if button == "name" else None, initial={"name": account.user.name})
    forms = [] if account.has_provided_roles else _roles_forms(request, account, button)
    if posted is not None and _change(request, account, button, name_form, forms):
        return redirect("person", person=person)
    wrong = next((form for form in (name_form, *forms) if form.errors), None)
    context = {
        "account": account,
        "name_form": name_form,
        "roles_forms": forms,
        "wrong": wrong,
        "has_providers": bool(settings.IDENTITY_PROVIDERS),
        "closing_provider": closing_provider(account.user),
    }
    return render(request, "administration/person.html", context)


def _roles_forms(request: HttpRequest, account: Account, button: str) -> list[RolesForm]:
    """Return a form for each team that the user administers; the one that was posted is bound."""
    present = {each.team.pk: each.roles for each in account.roles}
    waiting = roles_that_wait(account.user)
    posted = {team: button == f"roles {team.pk}" for team in administered_teams(user_of(request))}
    return [
        RolesForm(
            request.POST if is_posted else None,
            team=team,
            present=present.get(team.pk, ()),
            waiting=waiting.get(team.pk, ()),
        )
        for team, is_posted in posted.items()
    ]


def _change(
    request: HttpRequest, account: Account, button: str, name_form: NameForm, forms: list[RolesForm]
) -> bool:
    """Do what was posted. Return False when a form is invalid. Raise Http404 for an unknown button."""
    if button == "name":
        return _rename(request, account, name_form)
    if button in ("close", "open") and account.is_whole:
        return _close_or_open(request, account, is_active=button == "open")
    if button.startswith("roles ") and account.has_provided_roles:
        refused(request, _("The organisation decides about the roles of this person now."))
        return True
    form = next((form for form in forms if form.is_bound), None)
    if form is None:
        raise Http404
    return _set_roles(request, account, form)


def _set_roles(request: HttpRequest, account: Account, form: RolesForm) -> bool:
    if not form.is_valid():
        return False
    try:
        change = change_roles(user_of(request), form.team, account.user, form.chosen)
    except RoleConflictError:
        form.add_error("roles", _role_conflict())
        return False
    words = {"name": account.user, "team": form.team, "roles": _listed(change.now) or _("none")}
    if change.before != change.now or not change.waiting:
        done(
            request,
            _("The roles of %(name)s in %(team)s are now: %(roles)s.") % words,
            Kind.ROLES_SET if change.before != change.now else None,
            team=form.team.pk,
            person=account.user.pk,
            before=change.before,
            now=change.now,
        )
    _say_waiting(request, change.waiting)
    return True


def _listed(roles: Iterable[str]) -> str:
    return ", ".join(str(role.label) for role in Membership.Role if role in roles)


def _say_waiting(request: HttpRequest, waiting: Sequence[Proposal]) -> None:
    """Say which roles wait for a second person, and what to do when there is none."""
    if not waiting:
        return
    words = {"roles": _listed([row.what for row in waiting])}
    done(request, _("This waits until a second person agrees: %(roles)s.") % words)
    if not any(map(seconds_for, waiting)):
        refused(request, _("Nobody can agree here. You can go on alone, under Second person."))


def _rename(request: HttpRequest, account: Account, form: NameForm) -> bool:
    if not form.is_valid():
        return False
    name = form.cleaned_data["name"]
    try:
        before = account_actions.name_person(user_of(request), account.user, name)
    except NameInUseError:
        form.add_error("name", _name_in_use())
        return False
    said = _("The name is now: %(name)s.") % {"name": name}
    done(request, said, Kind.PERSON_NAMED, person=account.user.pk, before=before, now=name)
    return True


def _close_or_open(request: HttpRequest, account: Account, *, is_active: bool) -> bool:
    was_active = account.user.is_active
    user, team = user_of(request), administered_teams(user_of(request))[0]
    membership_actions.set_active(user, team, account.user, is_active=is_active)
    words = {"name": account.user}
    if not (is_active or was_active):  # undoing would open what nobody opened
        done(request, _("The account of %(name)s stays closed, also when a group comes back.") % words)
        return True
    if is_active:
        said, kind = _("The account of %(name)s is open again."), Kind.ACCOUNT_OPENED
    else:
        said, kind = _("The account of %(name)s is closed, and signed out everywhere."), Kind.ACCOUNT_CLOSED
    done(request, said % words, kind, team=team.pk, person=account.user.pk)
    return True


def own_name(request: HttpRequest) -> HttpResponse:
    """Let someone set their own name, with which documents are signed."""
    user = user_of(request)
    form = NameForm(request.POST or None, initial={"name": user.name})
    if form.is_valid():
        name = form.cleaned_data["name"]
        try:
            before = account_actions.name_oneself(user, name)
        except NameInUseError:
            form.add_error("name", _name_in_use())
        else:
            said = _("Your name is now: %(name)s.") % {"name": name}
            done(request, said, Kind.PERSON_NAMED, person=user.pk, before=before, now=name)
            return redirect("mfa_index")
    return render(request, "account/own_name.html", {"form": form})


def _name_in_use() -> str:
    return _("A colleague has this name. Add something, so that nobody is taken for the other.")


def _role_conflict() -> str:
    return _("Someone who administers people sees no content. Take the other role away first.")
