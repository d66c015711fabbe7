"""Build page one, read on its own: who is afraid of what, what happened last, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from questionnaire.documents import labels
from questionnaire.documents.blocks import AdvisedStep, Fact, Facts, FreeText
from questionnaire.documents.charts.incidents_by_month import MAX_MONTHS, month_chart
from questionnaire.documents.document import Excerpt, PageOne
from questionnaire.documents.presenter import Presenter, shorten
from questionnaire.documents.sections.case_holders import holder_facts
from questionnaire.domain.advice.engine import BESIDE_THE_LEVEL, Because
from questionnaire.domain.advice.signs import OWN_CONCERN, of_this_person
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.case_holders import NOBODY, NOT_AGREED
from questionnaire.domain.catalogue import ITEMS, SECTION_OF
from questionnaire.domain.dates import first_day, format_date
from questionnaire.domain.incidents import ALL_PLACES, Incident, last_to_end

FEAR_ITEMS: Final = tuple(item.id for item in SECTION_OF["fear_level"].items)
OTHERS_ITEMS: Final = tuple(item.id for item in SECTION_OF["children"].items)

#: How much fits: the steps, and the characters of what people wrote.
STEPS_ON_PAGE_ONE: Final = 3
MAX_OWN_WORDS: Final = 600
MAX_OUTCOME: Final = 120
_MAX_INCIDENT: Final = 160
_MAX_CONTACT: Final = 200
#: The most characters that fit on one A4, as measured: with the emergency line, without it, and with the
#: picture. With the emergency line the picture never fits.
MAX_TEXT_IN_DANGER: Final = 2_250
MAX_TEXT: Final = 2_500
MAX_TEXT_BESIDE_DRAWING: Final = 2_400
#: Of what does not fit, lists have so many values and own words so many characters.
_FEW_VALUES: Final = 3
_FEW_OWN_WORDS: Final = 220

_MOST_REASONS: Final = 3


def build_page_one(presenter: Presenter, steps: tuple[AdvisedStep, ...]) -> PageOne:
    """Return page one of the full edition."""
    summary = presenter.summary
    own_words = presenter.quotation("fear_own_words")
    in_danger = any(step.code == "call_112" for step in steps)
    page_one = PageOne(
        headline=summary.fear.opening,
        own_words=_excerpt(own_words, MAX_OWN_WORDS),
        no_own_words=presenter.absence("fear_own_words") if own_words is None else "",
        fear=Facts(_facts(presenter, presenter.answered(FEAR_ITEMS[1:]))),
        consult=_consult(steps),
        who=_who(presenter),
        urgency_code=summary.urgency.code,
        urgency=summary.urgency.label,
        danger_signs=tuple(map(labels.reason, of_this_person(summary.danger_signs))),
        also_concerning=tuple(map(labels.reason, summary.also_concerning)),
        own_concern=_own_concern(presenter),
        steps=tuple(_in_short(step, in_danger=in_danger) for step in first_steps(steps)),
        holders=_holders(presenter),
        pattern=summary.pattern.sentence,
        drawing=None,
        others=_facts(presenter, _at_risk(presenter)),
        open_questions=tuple(labels.label(question.item) for question in presenter.must_ask),
    )
    has_room = _length(page_one) <= MAX_TEXT_BESIDE_DRAWING and not in_danger
    if has_room:
        return replace(page_one, drawing=_drawing(presenter))
    return (
        _fitted(presenter, page_one, MAX_TEXT_IN_DANGER if in_danger else MAX_TEXT)
        if presenter.paper
        else page_one
    )


def _fitted(presenter: Presenter, page_one: PageOne, most: int) -> PageOne:
    """Return page one shortened until it fits on one A4. Every sign keeps its name; sections have it all."""
    summary = presenter.summary
    shorter: tuple[Callable[[PageOne], PageOne], ...] = (
        lambda page: replace(
            page, fear=Facts(_with_few_values(page.fear.facts)), others=_with_few_values(page.others)
        ),
        lambda page: replace(page, also_concerning=_names(summary.also_concerning)),
        lambda page: replace(page, danger_signs=_names(of_this_person(summary.danger_signs))),
        lambda page: replace(page, own_words=_excerpt(presenter.quotation("fear_own_words"), _FEW_OWN_WORDS)),
    )
    for step in shorter:
        if _length(page_one) > most:
            page_one = step(page_one)
    return replace(page_one, is_tight=_length(page_one) > most)


def _names(signs: Iterable[Because]) -> tuple[str, ...]:
    return tuple(labels.label(sign.item) for sign in signs)


def _with_few_values(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    return tuple(replace(fact, values=_few(fact.values, _FEW_VALUES)) for fact in facts)


def _few(texts: tuple[str, ...], most: int) -> tuple[str, ...]:
    """Return the first of these, and how many more there are."""
    if (more := len(texts) - most) <= 0:
        return texts
    return (*texts[:most], ngettext("%(count)s more", "%(count)s more", more) % {"count": more})


def first_steps(steps: Sequence[AdvisedStep]) -> tuple[AdvisedStep, ...]:
    """Return the steps of page one. What is asked because of the fear alone stands with the fear."""
    found = [step for step in steps if step.code not in BESIDE_THE_LEVEL][:STEPS_ON_PAGE_ONE]
    return tuple(replace(step, number=number) for number, step in enumerate(found, start=1))


def _holders(presenter: Presenter) -> tuple[Fact, ...]:
    if presenter.holders == NOBODY:
        return (Fact("", _("Lead and fixed contact"), (str(NOT_AGREED),)),)
    return holder_facts(presenter)


def _consult(steps: Sequence[AdvisedStep]) -> str:
    """Return whom to consult today because of the fear; "" when that can wait."""
    is_today = any(
        step.code == "take_fear_seriously" and step.urgency_code == Urgency.TODAY.code for step in steps
    )
    return _("Consult your attention officer (aandachtsfunctionaris) today.") if is_today else ""


def _who(presenter: Presenter) -> tuple[Fact, ...]:
    """Return who this person and the client are, what happened last, and how the client can be reached."""
    facts = list(_facts(presenter, ["relationship"]))
    facts += _facts(presenter, presenter.answered(["lives_together"]))
    if _is_raised(presenter, "client_age"):
        facts.append(Fact("client_age", _("Age of the client"), presenter.values("client_age")))
    facts.append(Fact("last_incident", labels.label("last_incident"), last_incident_values(presenter)))
    facts += _facts(presenter, ["consent_share"])
    contact = tuple(FreeText(shorten(value, _MAX_CONTACT)) for value in presenter.values("safe_contact"))
    facts.append(Fact("safe_contact", labels.label("safe_contact"), contact, presenter.marks("safe_contact")))
    if _is_raised(presenter, "client_suicidal"):
        called = (*presenter.values("client_suicidal"), labels.contact("suicide_prevention"))
        facts.append(Fact("client_suicidal", labels.label("client_suicidal"), called))
    return tuple(facts)


def last_incident_values(presenter: Presenter) -> tuple[str, ...]:
    """Return when, where and what the last incident was; of a later one that is not in the log, when."""
    answered = presenter.intake.answers.text("last_incident")
    logged = last_to_end(presenter.summary.incidents)
    if answered and (logged is None or first_day(answered) > first_day(logged.last_date)):
        return (format_date(answered), _("not in the log"))
    if logged is None:
        return presenter.values("last_incident")
    return _described(presenter, logged)


def _described(presenter: Presenter, incident: Incident) -> tuple[str, ...]:
    place = next(str(place.text) for place in ALL_PLACES if place.code == incident.place)
    what = (FreeText(shorten(presenter.printable(incident.what), _MAX_INCIDENT)),) if incident.what else ()
    return (labels.incident_date(incident), place, *what)


def _own_concern(presenter: Presenter) -> tuple[str, ...]:
    return presenter.values(OWN_CONCERN) if _is_raised(presenter, OWN_CONCERN) else ()


def _is_raised(presenter: Presenter, item_id: str) -> bool:
    return bool(ITEMS[item_id].raised_codes & presenter.intake.answers.codes[item_id])


def _drawing(presenter: Presenter) -> SafeString | None:
    """Return the chart of incidents by month, on paper only: on screen the pattern has a larger one."""
    chart = month_chart(presenter.intake.incidents, fewest=MAX_MONTHS) if presenter.paper else None
    return render_to_string("documents/incidents_by_month.html", {"chart": chart}) if chart else None


def _length(page_one: PageOne) -> int:
    """Return how much is written on page one, in characters of running text."""
    texts = [
        *(page_one.pattern, page_one.consult, *page_one.danger_signs, *page_one.also_concerning),
        *page_one.open_questions,
    ]
    for fact in (*page_one.fear.facts, *page_one.who, *page_one.holders, *page_one.others):
        texts += [fact.label, *fact.values, *fact.marks]
    if page_one.own_words:
        texts += [page_one.own_words.text] * 2  # in large letters
    for step in page_one.steps:
        texts += [*step.in_short, *step.outcome, step.title, step.at_once, *step.contacts]
    return sum(map(len, texts))


def _facts(presenter: Presenter, item_ids: Sequence[str]) -> tuple[Fact, ...]:
    """Return the answers without what was written beside them."""
    return tuple(
        Fact(item_id, labels.label(item_id), presenter.values(item_id), presenter.marks(item_id))
        for item_id in item_ids
    )


def _in_short(step: AdvisedStep, *, in_danger: bool) -> AdvisedStep:
    """Return the step with no more than fits, and without what the emergency line or the title says."""
    reasons = _few(step.in_short, _MOST_REASONS)
    outcome = tuple(FreeText(shorten(line, MAX_OUTCOME)) for line in step.outcome)
    contacts = tuple(
        contact for contact in step.contacts if contact.rpartition(": ")[2] not in step.title.split()
    )
    at_once = "" if in_danger else step.at_once
    return replace(step, in_short=reasons, outcome=outcome, contacts=contacts, at_once=at_once)


def _at_risk(presenter: Presenter) -> list[str]:
    return [item_id for item_id in OTHERS_ITEMS if _is_raised(presenter, item_id)]


def _excerpt(text: FreeText | None, most: int) -> Excerpt | None:
    if text is None:
        return None
    if len(text) <= most:
        return Excerpt(text, continued=False)
    return Excerpt(FreeText(shorten(text, most)), continued=True)
