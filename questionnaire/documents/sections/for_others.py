"""Build the sections that only editions for the police and Veilig Thuis have.

They read the part of the intake that may be shown, and nothing else (`documents.redaction`).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from questionnaire.documents import labels
from questionnaire.documents.blocks import (
    Blanks,
    Block,
    Boxes,
    Fact,
    Facts,
    FreeText,
    Paragraph,
    Quotation,
    Section,
    Sentences,
)
from questionnaire.documents.editions import Edition
from questionnaire.documents.presenter import Presenter
from questionnaire.documents.requests_to_receivers import question_for_advice, requests_to_the_police
from questionnaire.documents.sections.page_one import FEAR_ITEMS, OTHERS_ITEMS, last_incident_values
from questionnaire.documents.sections.statement_of_facts import incident_sentences
from questionnaire.documents.sections.statements import (
    COURSE_ITEMS,
    SUPPORT_ITEMS,
    WISHES_ITEMS,
    fear_blocks,
)
from questionnaire.domain.advice.signs import of_this_person
from questionnaire.domain.advice.terms import BEHAVIOUR
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.incidents import PLACES, TEXTS, Incident
from questionnaire.domain.items import ABSENT_CODES, NOT_REACHED

WHO_ITEMS: Final = ("relationship", "client_age", "lives_together")
_ORDERS: Final = "orders"
_WISHES: Final = "client_wishes"
#: What can be read aloud in two minutes has no more kinds of behaviour of a place than this by name.
_MOST_BEHAVIOURS: Final = 2


def fear(presenter: Presenter, edition: Edition) -> Section:
    """Return the section with the client's fear, as far as it may be shown."""
    return Section("fear", labels.fear_opening(presenter.summary, edition), tuple(fear_blocks(presenter)))


def question(text: str) -> Section:
    """Return the section with what the professional wants to know."""
    opening, *asked = question_for_advice(text)
    blocks: list[Block] = [Paragraph(FreeText(opening))]
    if asked:
        blocks.append(Sentences(tuple(map(FreeText, asked))))
    return Section("question", _("My question"), tuple(blocks))


def who(presenter: Presenter, edition: Edition) -> Section:
    """Return the section with whom it is about."""
    items = WHO_ITEMS if edition.asks_question else (*WHO_ITEMS, _ORDERS)
    return Section("who", _("Whom this is about"), tuple(presenter.facts(items)))


def by_hand(presenter: Presenter, edition: Edition) -> Section:
    """Return the section with lines for what no intake has, or what is only told by mouth."""
    lines = [_("Name and date of birth of the client"), _("Name of this person")]
    if edition.asks_confirmation:
        lines += [_("Name, function and telephone number of who reports"), _("Date of the report")]
    else:
        if presenter.intake.answers.text(_ORDERS) not in (None, "none"):
            lines.append(_("Date of the order, and which court"))
        lines += [_("How to reach the client safely"), _("My name and telephone number")]
    return Section("by_hand", _("To fill in by hand"), (Blanks(tuple(lines)),))


def urgency(presenter: Presenter, edition: Edition) -> Section:
    """Return the section with how soon to act, the danger signs by name, and the last incident."""
    summary = presenter.summary
    none = (_("No danger signs have been written down yet. That is no reassurance."),)
    signs = tuple(map(labels.reason, of_this_person(summary.danger_signs)))
    facts = [Fact("", _("How soon"), (summary.urgency.label,)), Fact("", _("Danger signs"), signs or none)]
    # Read aloud, nothing is said twice: others at risk have a section of their own.
    elsewhere = OTHERS_ITEMS if edition.asks_question else ()
    if concerning := [sign for sign in summary.also_concerning if sign.item not in elsewhere]:
        facts.append(Fact("", _("Also concerning"), tuple(map(labels.reason, concerning))))
    if summary.incidents or presenter.answered(["last_incident"]):
        facts.append(Fact("", labels.label("last_incident"), last_incident_values(presenter)))
    return Section("urgency", _("How urgent it is"), (Facts(tuple(facts)),))


def request(presenter: Presenter) -> Section:
    """Return the section with what is asked of the police, each with a box to tick."""
    requests = tuple(requests_to_the_police(presenter.intake))
    return Section(
        "request",
        _("We ask the police"),
        (Paragraph(_("Tick what you agree on, and write down who does it and when.")), Boxes(requests)),
    )


def not_known(presenter: Presenter, edition: Edition) -> Section:
    """Return the section with the questions that are open, by their state and by name alone."""
    questions = presenter.must_ask if edition.asks_question else presenter.summary.open_questions
    open_items = {question.item: question.state for question in questions}
    facts = tuple(
        Fact("", str(labels.STATES[state]), names)
        for state in (NOT_REACHED, *ABSENT_CODES)
        if (names := tuple(labels.label(item) for item in ITEMS if open_items.get(item) == state))
    )
    unknown_is_not_no = Paragraph(_("Not known or not asked does not mean no."))
    return Section(
        "open_questions", _("Not known or not asked"), (unknown_is_not_no, Facts(facts)) if facts else ()
    )


def brief_pattern(presenter: Presenter) -> Section:
    """Return the section with the pattern, to read aloud."""
    facts = tuple(
        Fact("", labels.label(f"behaviour_{place.code}"), names)
        for place in PLACES
        if (names := tuple(_most_frequent(presenter, place.code)))
    )
    sentence = Paragraph(presenter.summary.pattern.sentence)
    return Section("pattern", _("Pattern"), (sentence, Facts(facts)) if facts else (sentence,))


def _most_frequent(presenter: Presenter, place: str) -> Iterator[str]:
    """Yield the most frequent kinds of behaviour at a place, and how many more there are."""
    item = ITEMS[f"behaviour_{place}"]
    order = [column.code for column in reversed(item.columns)]
    found = [each for each in presenter.summary.pattern.behaviours if each.place == place]
    found.sort(key=lambda each: order.index(each.frequency))
    yield from (
        item.text_of(f"{each.behaviour}={each.frequency}") for each in islice(found, _MOST_BEHAVIOURS)
    )
    if (more := len(found) - _MOST_BEHAVIOURS) > 0:
        yield ngettext("%(count)s more", "%(count)s more", more) % {"count": more}


def incidents(presenter: Presenter) -> Section:
    """Return the section with the incidents, a sentence each."""
    return Section(
        "incidents", _("Incidents"), tuple(incident_sentences(presenter, presenter.intake.incidents))
    )


def told(presenter: Presenter, edition: Edition) -> Section:
    """Return the section with the other answers that may be shown, and the sentences that were ticked.

    To read aloud there are too many answers: it has only what was ticked.
    """
    blocks = presenter.facts(_other_answers(presenter, edition))
    if not edition.consent:  # the police have the notes in the statement, and the note beside the wishes
        if wishes := presenter.quotation(_WISHES):
            blocks.insert(0, Quotation(labels.label(_WISHES), wishes))
        annotated = (item for item in BEHAVIOUR if presenter.has_remarks(item))
        blocks += presenter.facts(annotated, with_values=False)
        if note := presenter.intake.running_note:
            blocks.append(Quotation(_("The client says"), presenter.free_text(note)))
    if edition.asks_question:
        blocks += incident_sentences(presenter, filter(_has_text, presenter.intake.incidents))
    return Section("told", _("What else was told"), tuple(blocks))


def _other_answers(presenter: Presenter, edition: Edition) -> Iterator[str]:
    elsewhere = {*FEAR_ITEMS, *OTHERS_ITEMS, *WHO_ITEMS, *BEHAVIOUR}
    if not edition.asks_question:
        elsewhere |= {_ORDERS, *COURSE_ITEMS}
    if edition.consent:
        elsewhere |= {*WISHES_ITEMS, *SUPPORT_ITEMS}
    for item_id in presenter.answered(item for item in ITEMS if item not in elsewhere):
        is_text = ITEMS[item_id].kind == "text"
        is_chosen = item_id in edition.on_tick or is_text or presenter.has_remarks(item_id)
        if is_chosen or (edition.consent and not _is_told_as_sign(presenter, item_id)):
            yield item_id


def _is_told_as_sign(presenter: Presenter, item_id: str) -> bool:
    """Return whether the signs have all of an answer: each of its codes, and no source beside it."""
    signs = (*presenter.summary.danger_signs, *presenter.summary.also_concerning)
    named = {code for sign in signs if sign.item == item_id for code in sign.codes}
    return presenter.intake.answers.codes[item_id] <= named and item_id not in presenter.intake.sources


def _has_text(incident: Incident) -> bool:
    return any(getattr(incident, field) for field in TEXTS)
