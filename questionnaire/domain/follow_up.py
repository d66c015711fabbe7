"""What came of the advice: outcomes, consultations, and the two decisions of the reporting code.

Nothing here changes an advice or its urgency. Done says that a step was taken, never that it is safe.

What people typed (names, reasons, results) is free text and may hold anything. `lines()` says a part in the
active language, ready to be escaped and shown; `lines(free_text=False)` leaves out what was typed, for the
editions that carry no free text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from questionnaire.domain.advice.reporting_code import STEPS
from questionnaire.domain.advice.texts import TEXTS
from questionnaire.domain.dates import words
from questionnaire.domain.items import Choice
from questionnaire.domain.text import shown

#: The steps of the reporting code as things that have an outcome, in their order: "reporting_code_1" and on.
CODE_STEPS: Final = tuple(f"reporting_code_{number}" for number, _step in enumerate(STEPS, start=1))
#: All that can have an outcome: every advice of the contract, and the steps of the reporting code.
SUBJECTS: Final = (*TEXTS, *CODE_STEPS)

#: Looking again is a step like any other, and has a date before anyone plans it.
REASSESS: Final = "reassess"

DONE: Final = "done"
PLANNED: Final = "planned"
NOT_DONE: Final = "not_done"
STATES: Final = (
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
REPORTING: Final = (
    Choice("yes", gettext_lazy("Yes, reporting is necessary")),
    Choice("no", gettext_lazy("No, reporting is not necessary")),
)
#: Decision two of step 5.
HELP: Final = (
    Choice("enough", gettext_lazy("Yes, and the professional finds this help enough for now")),
    Choice("not_enough", gettext_lazy("Yes, but this help is not enough")),
    Choice("not_possible", gettext_lazy("No, help is not possible")),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one step.

    `what` is one of `SUBJECTS`, `state` a code of `STATES`. `who` does it or did it. `on` is the day on which
    it was done or decided, or is due when planned; a planned step without a day is never due. `why` is the
    reason or a remark. "" and None: not recorded.
    """

    what: str
    state: str
    who: str = ""
    on: date | None = None
    why: str = ""

    def to_json(self) -> dict[str, object]:
        """The form it is stored in; null for what was not recorded."""
        return _json(what=self.what, state=self.state, who=self.who, on=self.on, why=self.why)

    @property
    def due(self) -> date | None:
        """The day on which a planned step is to be done; None for any other."""
        return self.on if self.state == PLANNED else None

    def lines(self, *, free_text: bool = True) -> tuple[str, ...]:
        """ "Planned for 26 March 2026, by M. de Wit", and the reason on a line of its own."""
        said = self._state_said()
        if not free_text:
            return (said,)
        if self.who:
            said = _("%(what)s, by %(who)s") % {"what": said, "who": shown(self.who)}
        if self.why:
            return (said, _("Reason or remark: %(text)s") % {"text": shown(self.why)})
        return (said, _("No reason is written down.")) if self.state == NOT_DONE else (said,)

    def _state_said(self) -> str:
        if self.state == PLANNED and self.on is None:
            return _("Planned, no date yet")
        if self.on is None:
            return _text_of(STATES, self.state)
        said = {
            DONE: _("Done on %(date)s"),
            PLANNED: _("Planned for %(date)s"),
            NOT_DONE: _("Not done, recorded on %(date)s"),
        }
        return said[self.state] % {"date": words(self.on.isoformat())}


@dataclass(frozen=True, slots=True)
class Consultation:
    """Someone who was asked for advice. `party` is a code of `PARTIES`; `time` is HH:MM or ""."""

    party: str
    name: str = ""
    on: date | None = None
    time: str = ""
    result: str = ""

    def to_json(self) -> dict[str, object]:
        """The form it is stored in; null for what was not recorded."""
        return _json(party=self.party, name=self.name, on=self.on, time=self.time, result=self.result)

    @property
    def in_time(self) -> tuple[date, str]:
        """Where it stands among others; without a day, last."""
        return (self.on or date.max, self.time)

    def lines(self, *, free_text: bool = True) -> tuple[str, ...]:
        """ "Police, J. Smit, 23 March 2026, 14:30", and the result on a line of its own."""
        when = words(self.on.isoformat()) if self.on else _("date not recorded")
        name = shown(self.name) if free_text else ""
        said = ", ".join(filter(None, (_text_of(PARTIES, self.party), name, when, self.time)))
        if self.result and free_text:
            return (said, _("Result: %(text)s") % {"text": shown(self.result)})
        return (said,)


@dataclass(frozen=True, slots=True)
class Decision:
    """The two decisions of step 5 of the reporting code, with the ground where the advice was not followed.

    `reporting` is a code of `REPORTING` and `help` one of `HELP`; "" is not decided yet, which is not "no".
    `helper` is who gives or organises the help.
    """

    reporting: str = ""
    help: str = ""
    helper: str = ""
    ground: str = ""
    on: date | None = None

    def to_json(self) -> dict[str, object]:
        """The form it is stored in; null for what was not recorded."""
        return _json(
            reporting=self.reporting, help=self.help, helper=self.helper, ground=self.ground, on=self.on
        )

    @property
    def lacks_ground(self) -> bool:
        """Whether it was decided not to report, and nobody wrote down why."""
        return self.reporting == "no" and not self.ground

    def lines(self, *, free_text: bool = True) -> tuple[str, ...]:
        """Each question with its answer, or that it is not decided; who helps, the ground and the day."""
        undecided = _("not decided yet")
        said = [
            f"{QUESTIONS['reporting']} {_text_of(REPORTING, self.reporting) or undecided}",
            f"{QUESTIONS['help']} {_text_of(HELP, self.help) or undecided}",
        ]
        if free_text and self.helper:
            said.append(_("Help by: %(who)s") % {"who": shown(self.helper)})
        if free_text and self.ground:
            said.append(_("Ground: %(text)s") % {"text": shown(self.ground)})
        elif free_text and self.lacks_ground:
            said.append(_("The ground for not reporting is not written down."))
        if self.on:
            said.append(_("Decided on %(date)s") % {"date": words(self.on.isoformat())})
        return tuple(said)


#: The two decisions as they are asked.
QUESTIONS: Final = {
    "reporting": gettext_lazy("Is reporting to Veilig Thuis necessary?"),
    "help": gettext_lazy("Is providing or organising help (also) possible?"),
}


@dataclass(frozen=True, slots=True)
class FollowUp:
    """All that came of one intake. `consultations` stand in the order of time, those without a day last."""

    outcomes: tuple[Outcome, ...] = ()
    consultations: tuple[Consultation, ...] = ()
    decision: Decision | None = None

    def __bool__(self) -> bool:
        """Whether anything was recorded."""
        return bool(self.outcomes or self.consultations or self.decision)

    def outcome(self, what: str) -> Outcome | None:
        """What came of an advice, by its code, or of a step of the reporting code; None: not recorded."""
        return next((outcome for outcome in self.outcomes if outcome.what == what), None)

    def no_longer_advised(self, advised: Collection[str]) -> tuple[Outcome, ...]:
        """Outcomes of advice that the summary, which advises these codes, does not give any more."""
        return tuple(
            outcome
            for outcome in self.outcomes
            if outcome.what not in advised and outcome.what not in CODE_STEPS
        )

    def planned(self) -> tuple[Outcome, ...]:
        """The planned steps that have a day, the earliest first."""
        with_day = [(outcome.due, outcome) for outcome in self.outcomes if outcome.due]
        return tuple(outcome for _due, outcome in sorted(with_day, key=lambda pair: pair[0]))

    @property
    def open_steps(self) -> int:
        """How many steps are planned and not done yet, with a day or without; looking again is not one."""
        return sum(outcome.state == PLANNED and outcome.what != REASSESS for outcome in self.outcomes)

    def look_again_on(self, reassess_on: date | None) -> date | None:
        """The day to look again: `reassess_on`, or the day planned instead; None once it was dealt with.

        None also when there is no such day, as there has been a next conversation.
        """
        if reassess_on is None:
            return None
        outcome = self.outcome(REASSESS)
        if outcome is None:
            return reassess_on
        return outcome.due or reassess_on if outcome.state == PLANNED else None

    def next_due(self, reassess_on: date | None) -> date | None:
        """The first day on which something is to be done, looking again included; None when nothing is."""
        days = [outcome.due for outcome in self.outcomes if outcome.due]
        return min(filter(None, (*days, self.look_again_on(reassess_on))), default=None)

    def to_json(self) -> dict[str, object]:
        """`follow_up_reading.parse_follow_up` gives the same back."""
        return {
            "outcomes": [outcome.to_json() for outcome in self.outcomes],
            "consultations": [consultation.to_json() for consultation in self.consultations],
            "decision": self.decision.to_json() if self.decision else None,
        }


def follow_up(
    outcomes: Iterable[Outcome], consultations: Iterable[Consultation], decision: Decision | None
) -> FollowUp:
    """All of these, each in its order."""
    return FollowUp(
        tuple(sorted(outcomes, key=lambda outcome: SUBJECTS.index(outcome.what))),
        tuple(sorted(consultations, key=lambda told: told.in_time)),
        decision,
    )


def overdue(due: date, on: date) -> str:
    """ "Overdue: 3 days" for a day that has passed, seen from the day `on`; "" for any other."""
    days = (on - due).days
    if days <= 0:
        return ""
    return ngettext("Overdue: %(count)s day", "Overdue: %(count)s days", days) % {"count": days}


def _text_of(choices: Iterable[Choice], code: str) -> str:
    return next((str(choice.text) for choice in choices if choice.code == code), "")


def _json(**values: object) -> dict[str, object]:
    return {
        key: value.isoformat() if isinstance(value, date) else value or None for key, value in values.items()
    }
