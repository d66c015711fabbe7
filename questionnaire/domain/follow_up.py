"""Define the follow-up of the advice: outcomes, consultations, decisions, and the register of breaches.

Nothing here changes advice or its urgency. Done means that a step was taken, never that anyone is safe.

Names, reasons and results are free text and can be anything. `lines()` gives a record as lines of text in
the active language, not yet escaped for HTML; `lines(free_text=False)` leaves out what was typed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from questionnaire.domain.advice.reporting_code import STEPS
from questionnaire.domain.advice.texts import TEXTS
from questionnaire.domain.breaches import Breach, by_answer
from questionnaire.domain.dates import format_date
from questionnaire.domain.items import Choice, choice_text
from questionnaire.domain.parsing import record_to_json
from questionnaire.domain.telling import told_lines
from questionnaire.domain.text import escape_controls

#: The steps of the reporting code, by the codes that their outcomes have: "reporting_code_1" and on.
REPORTING_CODE_STEPS: Final = tuple(f"reporting_code_{number}" for number, _step in enumerate(STEPS, start=1))
#: All that can have an outcome: advice, by its code, and the steps of the reporting code.
SUBJECTS: Final = (*TEXTS, *REPORTING_CODE_STEPS)

#: The advice to reassess, which unlike other advice has a date before anyone plans it.
REASSESS: Final = "reassess"

DONE: Final = "done"
PLANNED: Final = "planned"
NOT_DONE: Final = "not_done"
OUTCOME_STATES: Final = (
    Choice(DONE, pgettext_lazy("outcome", "Done")),
    Choice(PLANNED, pgettext_lazy("outcome", "Planned")),
    Choice(NOT_DONE, pgettext_lazy("outcome", "Not done")),
)
PARTIES: Final = (
    Choice("police", gettext_lazy("Police")),
    Choice("veilig_thuis", gettext_lazy("Veilig Thuis (Safe at Home)")),
    Choice("attention_officer", gettext_lazy("Attention officer (aandachtsfunctionaris)")),
    Choice("colleague", gettext_lazy("Colleague")),
    Choice("manager", pgettext_lazy("consulted", "Manager")),
    Choice("injury_expert", gettext_lazy("Injury expert")),
    Choice("doctor", gettext_lazy("GP or other doctor")),
    Choice("victim_support", gettext_lazy("Victim Support Netherlands")),
    Choice("other", gettext_lazy("Someone else")),
)
#: Decision one of step 5.
REPORTING_CHOICES: Final = (
    Choice("yes", gettext_lazy("Yes, reporting is necessary")),
    Choice("no", gettext_lazy("No, reporting is not necessary")),
)
#: Decision two of step 5.
HELP_CHOICES: Final = (
    Choice("enough", gettext_lazy("Yes, and the professional finds this help enough for now")),
    Choice("not_enough", gettext_lazy("Yes, but this help is not enough")),
    Choice("not_possible", gettext_lazy("No, help is not possible")),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one step.

    `what` is one of `SUBJECTS`, `state` a code of `OUTCOME_STATES`. `who` does it or did it. `on` is the day
    on which it was done or decided, or is due when planned; a planned step without a day is never due. `why`
    is the reason or a remark. `told_on` is the day on which the client was told of it. "" and None: not
    recorded.
    """

    what: str
    state: str
    who: str = ""
    on: date | None = None
    why: str = ""
    told_on: date | None = None

    def to_json(self) -> dict[str, object]:
        """Return the form it is stored in; null for what was not recorded."""
        return record_to_json(self)

    @property
    def due(self) -> date | None:
        """Return the day on which a planned step is to be done; None for any other."""
        return self.on if self.state == PLANNED else None

    def lines(self, *, free_text: bool = True) -> tuple[str, ...]:
        """Return "Planned for 26 March 2026, by M. de Wit", and the reason on a line of its own."""
        line = self._state_line()
        if not free_text:
            return (line,)
        if self.who:
            line = _("%(what)s, by %(who)s") % {"what": line, "who": escape_controls(self.who)}
        if self.why:
            reason = [_("Reason or remark: %(text)s") % {"text": escape_controls(self.why)}]
        else:
            reason = [_("No reason is written down.")] if self.state == NOT_DONE else []
        return (line, *reason, *told_lines(self.told_on))

    def _state_line(self) -> str:
        if self.state == PLANNED and self.on is None:
            return _("Planned, no date yet")
        if self.on is None:
            return choice_text(OUTCOME_STATES, self.state)
        lines = {
            DONE: _("Done on %(date)s"),
            PLANNED: _("Planned for %(date)s"),
            NOT_DONE: _("Not done, recorded on %(date)s"),
        }
        return lines[self.state] % {"date": format_date(self.on)}


@dataclass(frozen=True, slots=True)
class Consultation:
    """A consultation of someone for advice. `party` is a code of `PARTIES`; `time` is HH:MM or "".

    `told_on` is the day on which the client was told of it.
    """

    party: str
    name: str = ""
    on: date | None = None
    time: str = ""
    result: str = ""
    told_on: date | None = None

    def to_json(self) -> dict[str, object]:
        """Return the form it is stored in; null for what was not recorded."""
        return record_to_json(self)

    @property
    def sort_key(self) -> tuple[date, str]:
        """Return the key that sorts consultations by time; those without a day come last."""
        return (self.on or date.max, self.time)

    def lines(self, *, free_text: bool = True) -> tuple[str, ...]:
        """Return "Police, J. Smit, 23 March 2026, 14:30", and the result on a line of its own."""
        when = format_date(self.on) if self.on else _("date not recorded")
        name = escape_controls(self.name) if free_text else ""
        line = ", ".join(filter(None, (choice_text(PARTIES, self.party), name, when, self.time)))
        if not free_text:
            return (line,)
        result = [_("Result: %(text)s") % {"text": escape_controls(self.result)}] if self.result else []
        return (line, *result, *told_lines(self.told_on))


@dataclass(frozen=True, slots=True)
class Decision:
    """The two decisions of step 5 of the reporting code, with the ground for not following the advice.

    `reporting` is a code of `REPORTING_CHOICES` and `help` one of `HELP_CHOICES`; "" is not decided yet,
    which is not "no". `helper` is who gives or organises the help. `told_on` is the day on which the client
    was told of these decisions.
    """

    reporting: str = ""
    help: str = ""
    helper: str = ""
    ground: str = ""
    on: date | None = None
    told_on: date | None = None

    def to_json(self) -> dict[str, object]:
        """Return the form it is stored in; null for what was not recorded."""
        return record_to_json(self)

    @property
    def lacks_ground(self) -> bool:
        """Return whether it was decided not to report, and nobody wrote down why."""
        return self.reporting == "no" and not self.ground

    def lines(self, *, free_text: bool = True) -> tuple[str, ...]:
        """Return each question with its answer, if decided; who helps, the ground and the day."""
        lines = [
            f"{DECISION_QUESTIONS['reporting']} {_decided(REPORTING_CHOICES, self.reporting)}",
            f"{DECISION_QUESTIONS['help']} {_decided(HELP_CHOICES, self.help)}",
        ]
        if free_text and self.helper:
            lines.append(_("Help by: %(who)s") % {"who": escape_controls(self.helper)})
        if free_text and self.ground:
            lines.append(_("Ground: %(text)s") % {"text": escape_controls(self.ground)})
        elif free_text and self.lacks_ground:
            lines.append(_("The ground for not reporting is not written down."))
        if self.on:
            lines.append(_("Decided on %(date)s") % {"date": format_date(self.on)})
        return (*lines, *told_lines(self.told_on)) if free_text else tuple(lines)


def _decided(choices: Iterable[Choice], code: str) -> str:
    return choice_text(choices, code) if code else _("not decided yet")


#: The two decisions, as questions.
DECISION_QUESTIONS: Final = {
    "reporting": gettext_lazy("Is reporting to Veilig Thuis necessary?"),
    "help": gettext_lazy("Is providing or organising help (also) possible?"),
}


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The whole follow-up of one intake, with how many records of it cannot be read any more."""

    outcomes: tuple[Outcome, ...] = ()
    consultations: tuple[Consultation, ...] = ()
    decision: Decision | None = None
    breaches: tuple[Breach, ...] = ()
    unreadable: int = 0

    def __bool__(self) -> bool:
        """Return whether anything was recorded."""
        return bool(self.outcomes or self.consultations or self.decision or self.breaches or self.unreadable)

    def outcome(self, what: str) -> Outcome | None:
        """Return the outcome of one of `SUBJECTS`; None when it was not recorded."""
        return next((outcome for outcome in self.outcomes if outcome.what == what), None)

    def no_longer_advised(self, advised: Collection[str]) -> tuple[Outcome, ...]:
        """Return the outcomes of advice whose code is not in `advised`, and so is not given any more."""
        return tuple(
            outcome
            for outcome in self.outcomes
            if outcome.what not in advised and outcome.what not in REPORTING_CODE_STEPS
        )

    @property
    def last_told_on(self) -> date | None:
        """Return the last day on which the client was told of a step; None when no such day is recorded."""
        told_on = [outcome.told_on for outcome in self.outcomes]
        told_on += [consultation.told_on for consultation in self.consultations]
        told_on += [self.decision.told_on] if self.decision else []
        return max(filter(None, told_on), default=None)

    def planned(self) -> tuple[Outcome, ...]:
        """Return the planned steps that have a day, the earliest first."""
        with_day = [(outcome.due, outcome) for outcome in self.outcomes if outcome.due]
        return tuple(outcome for _due, outcome in sorted(with_day, key=lambda pair: pair[0]))

    @property
    def open_steps(self) -> int:
        """Return how many steps are planned, with a day or without; `REASSESS` does not count."""
        return sum(outcome.state == PLANNED and outcome.what != REASSESS for outcome in self.outcomes)

    def look_again_on(self, reassess_on: date | None) -> date | None:
        """Return the day to look again: `reassess_on`, or the day planned instead.

        None when that is recorded as done or not done, and when `reassess_on` is None because there is a next
        assessment.
        """
        outcome = self.outcome(REASSESS)
        if outcome is None or reassess_on is None:
            return reassess_on
        return outcome.due or reassess_on if outcome.state == PLANNED else None

    def next_due(self, reassess_on: date | None) -> date | None:
        """Return the first day on which something is due, looking again included; None when nothing is."""
        return min(self.days_ahead(reassess_on), default=self.unplanned_since(reassess_on))

    def unplanned_since(self, reassess_on: date | None) -> date | None:
        """Return since when no day is planned after a reassessment, so that the case stays in the lists."""
        outcome = self.outcome(REASSESS) if reassess_on and not self.days_ahead(reassess_on) else None
        return (outcome.on or reassess_on) if outcome and outcome.state == DONE else None

    def days_ahead(self, reassess_on: date | None) -> set[date]:
        """Return the days on which a step is planned, and the day to look again."""
        days = {outcome.due for outcome in self.outcomes if outcome.what != REASSESS}
        return {day for day in (*days, self.look_again_on(reassess_on)) if day}

    def to_json(self) -> dict[str, object]:
        """Return the form it is stored in: `follow_up_parser.parse_follow_up` gives the same back."""
        return {
            "outcomes": [outcome.to_json() for outcome in self.outcomes],
            "consultations": [consultation.to_json() for consultation in self.consultations],
            "decision": self.decision.to_json() if self.decision else None,
            "breaches": [breach.to_json() for breach in self.breaches],
        }


def sorted_follow_up(
    outcomes: Iterable[Outcome],
    consultations: Iterable[Consultation],
    decision: Decision | None,
    breaches: Iterable[Breach] = (),
) -> FollowUp:
    """Return outcomes in the order of `SUBJECTS`, consultations by time, breaches without an answer first."""
    return FollowUp(
        tuple(sorted(outcomes, key=lambda outcome: SUBJECTS.index(outcome.what))),
        tuple(sorted(consultations, key=lambda consultation: consultation.sort_key)),
        decision,
        by_answer(breaches),
    )
