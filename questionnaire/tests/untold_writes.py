"""Refuse writes that no event tells of: `models.row_states` hears signals, and these send none."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any

from django.db.models import Model, QuerySet

from questionnaire.models.row_states import WATCHED

_NOT_OF_THE_PROGRAM = ("questionnaire.tests", "questionnaire.migrations")


def refuse_untold_writes() -> None:
    """Have each write of many rows at once by the program fail, where its model is watched."""
    _refuse("update", lambda values: values)
    for name in ("bulk_create", "bulk_update"):
        _refuse(name, lambda _options: ["all"])


def _refuse(name: str, columns_of: Callable[[dict[str, Any]], Iterable[str]]) -> None:
    write = getattr(QuerySet, name)

    def write_if_told(rows: QuerySet[Any], *args: Any, **kwargs: Any) -> Any:
        model, caller = rows.model, _caller(sys._getframe(1))
        assert not _is_untold(model, columns_of(kwargs), caller), f"{caller} writes {model}: no event tells"
        return write(rows, *args, **kwargs)

    setattr(QuerySet, name, write_if_told)


def _is_untold(model: type[Model], columns: Iterable[str], caller: str) -> bool:
    is_of_program = caller.startswith("questionnaire.") and not caller.startswith(_NOT_OF_THE_PROGRAM)
    is_watched = model._meta.app_label == "questionnaire" and model.__name__ in WATCHED
    if not is_of_program or not is_watched or caller == "questionnaire.models.row_states":
        return False
    return bool({*columns} - WATCHED[model.__name__])


def _caller(frame: FrameType | None) -> str:
    """Return the module that calls, whatever of Django is between."""
    while frame is not None and frame.f_globals["__name__"].startswith("django."):
        frame = frame.f_back
    return frame.f_globals["__name__"] if frame else ""
