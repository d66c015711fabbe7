"""Make a row of what was found in one entry of a log: an incident, or what is in doubt about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from questionnaire.domain.errors import InvalidInputError, Problem
from questionnaire.domain.incidents import TEXTS, Incident
from questionnaire.domain.log_import.rows import ONE_ORDER, Doubt, ImportRow, problems_of
from questionnaire.domain.log_import.values import Value
from questionnaire.domain.text import clean_text
from questionnaire.domain.written_dates import WrittenDate

#: Digits as in a date, so that words with these are not taken for "some time ago".
_LIKE_A_DATE: Final = re.compile(r"\d\W{0,2}\w?\d?\W{1,2}\d|\d{5,}")

TWO_READINGS: Final = Problem("date", _("this date can be read in more than one way"))
NOT_SURE: Final = Problem("date", _("it is not sure that this date is meant"))
NO_DATE: Final = Problem("date", _("no date stands here"))
NOT_A_DATE: Final = Problem("date", _("this date cannot be read"))
_TWO_TIMES: Final = Problem("time", _("two different times stand here"))
_ONLY_A_DATE: Final = Problem("what", _("only a date stands here"))


#: The texts that say something besides when it was.
_WORDS: Final = tuple(name for name in TEXTS if name != "as_told")


def unclear(when: WrittenDate) -> Problem:
    """Return what is in doubt about a date that has readings."""
    if len(when.readings) > 1:
        return TWO_READINGS
    return ONE_ORDER if when.other_cannot_be else NOT_SURE


@dataclass(slots=True)
class Entry:
    """What one entry of a log says: the `values` of an incident, and the `originals` they were read from."""

    rows: tuple[int, ...]
    written: tuple[str, ...]
    values: dict[str, object] = field(default_factory=dict)
    originals: dict[str, str] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    heading: str = ""
    undated: tuple[int, ...] = ()

    def put(self, name: str, written: str, value: Value, label: str) -> None:
        """Set a field to what was read of it. Words that say more go to what happened, under their label."""
        if value.problem:
            self.doubts.append(Doubt(name, written, value.problem, value.readings))
        elif value.value is not None:
            self.values[name] = value.value
            self.originals[name] = written
        if value.keep_words:
            self.note(label, written)

    def note(self, label: str, words: str) -> None:
        """Keep words for which there is no field."""
        self.notes.append(f"{label}: {words}" if label else words)

    def set_date(self, when: WrittenDate, written: str) -> None:
        """Set the date, its last day and time, or say what is in doubt about it."""
        if when.readings or when.problem:
            self.doubt(written, when.problem or unclear(when), when.readings)
        elif when.date or not _LIKE_A_DATE.search(when.as_told):
            found = {
                "date": when.date,
                "precision": when.precision,
                "until": when.until,
                "as_told": when.as_told,
            }
            self.values = {name: value for name, value in found.items() if value} | self.values
        else:
            self.doubt(written, NOT_A_DATE)
        if when.time and self.values.setdefault("time", when.time) != when.time:
            self.doubt(written, _TWO_TIMES, (str(self.values.pop("time")), when.time))

    def doubt(self, written: str, problem: Problem, readings: Iterable[str] = ()) -> None:
        """Say what is in doubt about the field that the problem is about."""
        self.doubts.append(Doubt(problem.path, written, problem, tuple(readings)))

    def finish(self, until: date, source: str = "log") -> ImportRow:
        """Return the row: an incident when all is clear, else in doubt, with what was understood of it.

        `source` is what it was taken from, a code of `incidents.SOURCES`.
        """
        self.values["what"] = "\n".join(filter(None, [str(self.values.get("what", "")), *self.notes]))
        self.values["source"] = source
        self._check_texts()
        if not self.doubts and not any(self.values.get(name) for name in _WORDS):
            self.doubt("", _ONLY_A_DATE)
        incident, problems = problems_of(self.values, until)
        in_doubt = {doubt.field for doubt in self.doubts}
        for problem in problems:
            name = problem.path or "date"
            # A last day needs a date, which is asked already.
            if name not in in_doubt and not (name == "until" and "date" in in_doubt):
                written = self.originals.get(name, str(self.values.get(name, "")))
                self.doubts.append(Doubt(name, written, problem))
        if not self.doubts:
            return ImportRow(self.rows, self.written, incident, heading=self.heading, undated=self.undated)
        return ImportRow(
            self.rows,
            self.written,
            draft=incident or self._draft(problems, until),
            doubts=tuple(self.doubts),
            heading=self.heading,
            undated=self.undated,
        )

    def _check_texts(self) -> None:
        for name in TEXTS:
            try:
                clean_text(self.values.get(name, ""))
            except InvalidInputError as error:
                written = str(self.values.pop(name))
                self.doubts += [Doubt(name, written, problem.under(name)) for problem in error.problems]

    def _draft(self, problems: Sequence[Problem], until: date) -> Incident:
        """Return what is clear, and the last day also while the date beside it is not."""
        wrong = {problem.path for problem in problems}
        known = {name: value for name, value in self.values.items() if name not in wrong}
        draft = problems_of(known, until)[0] or Incident(precision="", source=str(self.values["source"]))
        last = str(self.values.get("until", ""))
        return draft if draft.date or draft.as_told else replace(draft, until=last)
