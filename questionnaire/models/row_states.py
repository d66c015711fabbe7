"""Tell by an event which rows its transaction wrote, with a MAC over each as it was and as it is now.

Whoever writes the database cannot make such an event. So a row that was changed, removed or put back behind
the program is not as the last event that names it tells: `lifecycle.row_faults` compares. A row that was not
as told when the program wrote it again stays named: its event then tells of another state before it.

The MAC covers the tokens of encrypted values, which no two encryptions share: after a case is erased, nobody
can try words against the MACs that its events still have, whatever keys they hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save

from questionnaire.encryption.fields import Sealed
from questionnaire.encryption.macs import state_mac

#: The key in the details of an event of what it tells: by row the MAC before and after, "" for no row.
ROWS: Final = "rows"
#: The models of which events tell, with the columns that they leave out. These are named by another MAC, by
#: not opening, or not at all: `NOT_NAMED` says which.
WATCHED: Final[Mapping[str, frozenset[str]]] = {
    "User": frozenset(
        {
            *("password", "last_login", "username", "is_active", "must_change_password", "mac"),
            *("factors_mac", "rules_told", "tour_is_closed", "reminded_on"),
        }
    ),
    "Team": frozenset(),
    "Case": frozenset({"wrapped_key", "shielded", "rights_event", "mac"}),
    "CaseHolders": frozenset(),
    "Incident": frozenset(),
    "LogImport": frozenset(),
    "Step": frozenset(),
    "Handover": frozenset(),
    "Document": frozenset({"pdf"}),
    "Remark": frozenset(),
    "SignOff": frozenset(),
    "Delivery": frozenset({"name", "state", "tries", "next_try_at", "error", "place"}),
    "SafetyPlan": frozenset({"wrapped_key"}),
    "SafetyPlanVersion": frozenset(),
    "OrganisationEntry": frozenset({"mac"}),
    "HeldPost": frozenset({"wrapped_key"}),
}
_WHOLE: Final = "*"
#: What no command names, and why that is so; "*" for all columns of a table.
NOT_NAMED: Final[Mapping[str, Mapping[str, str]]] = {
    "questionnaire.User": {
        "last_login": "no page shows it, and events tell of every sign-in",
        "rules_told": "which explanation a person has read",
        "tour_is_closed": "which explanation a person has read",
        "reminded_on": "a try to send; events tell of every reminder",
    },
    "questionnaire.Membership": {"id": "a number that nothing refers to"},
    "questionnaire.Access": {"id": "a number that nothing refers to"},
    "questionnaire.SealLeaf": {"id": "a number that nothing refers to"},
    "questionnaire.CaseHolders": {"id": "named as a row that is gone"},
    "questionnaire.Intake": {
        "rank": "the database computes it from other columns",
        "rules_version": "whether levels wait for the rules of now: they are computed anew",
    },
    "questionnaire.Delivery": dict.fromkeys(
        ("name", "state", "tries", "next_try_at", "error", "place"),
        "a queue of tries; events tell of what arrived, and where",
    ),
    "questionnaire.Installation": {_WHOLE: "a server with other keys does not start; nothing else reads it"},
    "questionnaire.RunningServer": {_WHOLE: "which servers ran within the last minutes"},
    "questionnaire.Session": {_WHOLE: "with another value in any column it is no session"},
    "mfa.Authenticator": {
        "created_at": "shown to its owner alone, and events tell of it",
        "last_used_at": "shown to its owner alone",
    },
    "socialaccount.SocialAccount": dict.fromkeys(("last_login", "date_joined", "extra_data"), "not read"),
    "socialaccount.SocialApp": {_WHOLE: "not read: the provider is in the settings"},
    "socialaccount.SocialToken": {_WHOLE: "not read"},
    "account.EmailAddress": {_WHOLE: "not read"},
    "account.EmailConfirmation": {_WHOLE: "not read"},
    "auth.Permission": {_WHOLE: "not read: what people may do follows from their roles"},
    "auth.Group": {_WHOLE: "not read: what people may do follows from their roles"},
    "contenttypes.ContentType": {_WHOLE: "not read"},
}
_BATCH: Final = 500


def watched() -> Iterable[type[Model]]:
    """Return the models of which events tell."""
    return [apps.get_model("questionnaire", name) for name in WATCHED]


def watch() -> None:
    """Have what is written of these models told by the next event of the transaction. Called once."""
    for model in watched():
        pre_save.connect(_before_save, sender=model)
        post_save.connect(_after_save, sender=model)
        pre_delete.connect(_before_delete, sender=model)
        post_delete.connect(_after_delete, sender=model)


def update(rows: QuerySet[Any], **values: Any) -> int:
    """Update rows of one of these models as `QuerySet.update` does, and have the next event tell of it."""
    found = list(rows.select_for_update(of=("self",)))
    for row in found:
        _note(row, _mac_before(row))
    written: int = rows.model._base_manager.filter(pk__in=[row.pk for row in found]).update(**values)
    return written


def told() -> dict[str, list[str]]:
    """Return what the next event tells: by row its MAC before and after. Afterwards that is told."""
    before: dict[tuple[type[Model], str], str] = {}
    for entry in (each[1] for each in connection.run_on_commit):
        if isinstance(entry, _Told):
            before.clear()
        elif isinstance(entry, _Written):
            before.setdefault((entry.model, entry.pk), entry.before)
    if not before:
        return {}
    after = {}
    for model in {model: None for model, _pk in before}:
        macs = macs_of(model, [pk for of, pk in before if of is model])
        after.update({(model, pk): mac for pk, mac in macs.items()})
    connection.on_commit(_Told())
    return {
        name_of(model, pk): [mac, after.get((model, pk), "")]
        for (model, pk), mac in before.items()
        if mac != after.get((model, pk), "")
    }


def name_of(model: type[Model], pk: object) -> str:
    """Return how events and commands name a row."""
    return f"{model.__name__.lower()} {pk}"


def macs_of(model: type[Model], pks: Sequence[Any], key_id: str = "") -> dict[str, str]:
    """Return by primary key, as text, the MACs over these rows as they are stored now."""
    columns, found = _columns(model), dict[str, str]()
    for start in range(0, len(pks), _BATCH):
        rows = model._base_manager.filter(pk__in=pks[start : start + _BATCH])
        for values in rows.values_list("pk", *columns):
            state = dict(zip(columns, map(_plain, values[1:]), strict=True))
            found[str(values[0])] = state_mac(model.__name__, str(values[0]), state, key_id=key_id)
    return found


@cache
def _columns(model: type[Model]) -> tuple[str, ...]:
    left_out = WATCHED[model.__name__]
    return tuple(each.attname for each in model._meta.concrete_fields if each.attname not in left_out)


def _plain(value: object) -> object:
    return value.token.hex() if isinstance(value, Sealed) else value


class _Written:
    """A row that was written. It waits where Django drops it when its part of the transaction is undone."""

    def __init__(self, model: type[Model], pk: str, before: str) -> None:
        self.model, self.pk, self.before = model, pk, before

    def __call__(self) -> None:
        """Do nothing: the transaction is stored."""


class _Told:
    """The place of an event that told of what was written before it."""

    def __call__(self) -> None:
        """Do nothing: the transaction is stored."""


def _note(row: Model, before: str) -> None:
    if connection.in_atomic_block:  # else no event can be of the same transaction
        connection.on_commit(_Written(type(row), str(row.pk), before))


def _mac_before(row: Model) -> str:
    return macs_of(type(row), [row.pk]).get(str(row.pk), "")


def _before_save(instance: Any, update_fields: frozenset[str] | None = None, **_kwargs: Any) -> None:
    instance._state_before = None
    model = type(instance)
    written = None if update_fields is None else {model._meta.get_field(n).attname for n in update_fields}
    if written is None or written - WATCHED[model.__name__]:
        instance._state_before = "" if instance._state.adding else _mac_before(instance)


def _after_save(instance: Any, **_kwargs: Any) -> None:
    if instance._state_before is not None:
        _note(instance, instance._state_before)


def _before_delete(instance: Any, **_kwargs: Any) -> None:
    instance._state_before = _mac_before(instance)


def _after_delete(instance: Any, **_kwargs: Any) -> None:
    _note(instance, instance._state_before)
