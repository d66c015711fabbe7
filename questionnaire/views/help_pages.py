"""Show help: how the work goes, whom to call, what words mean, how to ask each question, the first steps.

Nothing here is about an intake. What someone looks for can be what a client told, so that a search is posted,
kept in the session, and in no address.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from questionnaire import keyboard
from questionnaire.actions.tour import close_tour
from questionnaire.actions.undo import Kind
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.catalogue import ITEMS, QUESTION_NUMBERS, SECTIONS
from questionnaire.domain.contacts import CONTACTS
from questionnaire.domain.glossary import FIELD_WORDS, PAGE_WORDS, WORDS, Word
from questionnaire.domain.items import Item
from questionnaire.domain.text_search import Piece, has_all, pieces, search_words
from questionnaire.permissions import user_of
from questionnaire.queries.organisation import contacts_for
from questionnaire.views.compression import compressed
from questionnaire.views.feedback import done

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

#: The session's key of what was looked for.
_SEARCHED: Final = "help_searched"
_LONGEST: Final = 100
#: So many questions and so many words are shown of what was found.
MOST_FOUND: Final = 15

#: The words that the page itself explains.
_EXPLAINED: Final = frozenset({"signal", "danger sign", "also concerning", "confidential", "own assessment"})

#: What each level says, from the highest to the lowest.
_LEVELS: Final[dict[Urgency, StrPromise]] = {
    Urgency.NOW: gettext_lazy("There is advice that cannot wait. It stands first in the summary."),
    Urgency.TODAY: gettext_lazy("Consult someone today, as the summary says. Do not wait until tomorrow."),
    Urgency.DAYS: gettext_lazy("There is advice to follow within days."),
    Urgency.FOLLOW: gettext_lazy("The lowest level. It still means: consult someone, and keep following."),
}


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its advice, cut into what was looked for and the rest."""

    number: str
    label: tuple[Piece, ...]
    question: tuple[Piece, ...]
    why: tuple[Piece, ...]
    ask: tuple[Piece, ...]
    avoid: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """One word with what it means, cut in the same way."""

    dutch: tuple[Piece, ...]
    english: tuple[Piece, ...]
    meaning: tuple[Piece, ...]


def help_page(request: HttpRequest) -> HttpResponse:
    """Show the page, or what was found on it; a search is posted, and leads to what it found."""
    if request.method == "POST":
        return _keep_search(request)
    searched = request.session.get(_SEARCHED, "") if "found" in request.GET else ""
    if "found" in request.GET and not searched:
        return redirect("help")
    context: dict[str, Any] = {"searched": searched, "sections": SECTIONS, **_found(searched)}
    if not searched:
        language = get_language() or settings.LANGUAGE_CODE
        context |= {
            "levels": [(level.label, level.code, meaning) for level, meaning in _LEVELS.items()],
            "contacts": CONTACTS.values(),
            "own_contacts": contacts_for(user_of(request), language),
            "explained": [_meaning(word, ()) for word in PAGE_WORDS if word.english in _EXPLAINED],
            "keys": keyboard.ACCESS_KEYS.values(),
        }
    return render(request, "help/help.html", context)


@compressed()
def questions(request: HttpRequest) -> HttpResponse:
    """Show every question with why it is asked, how to ask it and what to avoid, by section."""
    sections = [
        (number, section.title, [_question(item, ()) for item in section.items])
        for number, section in enumerate(SECTIONS, start=1)
    ]
    return render(request, "help/questions.html", {"sections": sections})


@compressed()
def words(request: HttpRequest) -> HttpResponse:
    """Show every word with its meaning."""
    groups = [
        (_("Words of these pages"), [_meaning(word, ()) for word in PAGE_WORDS]),
        (_("Words of the law and of organisations"), [_meaning(word, ()) for word in FIELD_WORDS]),
    ]
    return render(request, "help/words.html", {"groups": groups})


def tour(request: HttpRequest) -> HttpResponse:
    """Show the first steps; a post closes them for this person, so that today's page has no more of them."""
    if request.method == "POST":
        kind = Kind.TOUR_CLOSED if close_tour(user_of(request)) else None
        done(request, _("We do not show the first steps here any more. You find them under Help."), kind)
        return redirect("today")
    return render(request, "help/tour.html")


def _keep_search(request: HttpRequest) -> HttpResponse:
    """Keep what was looked for, or nothing any more, and lead to what is found."""
    typed = request.POST.get("words", "")[:_LONGEST].strip()
    if not typed:
        request.session.pop(_SEARCHED, None)
        return redirect("help")
    request.session[_SEARCHED] = typed
    return redirect(f"{reverse('help')}?found")


def _found(searched: str) -> dict[str, Any]:
    """Return the questions and words in which all that was looked for stands, and how many there are."""
    wanted = search_words(searched)
    items = [item for item in ITEMS.values() if has_all(_texts(item), wanted)]
    meanings = [word for word in WORDS if has_all((word.dutch, word.english, str(word.meaning)), wanted)]
    return {
        "questions": [_question(item, wanted) for item in items[:MOST_FOUND]],
        "words": [_meaning(word, wanted) for word in meanings[:MOST_FOUND]],
        "more": sum(max(0, len(each) - MOST_FOUND) for each in (items, meanings)),
    }


def _texts(item: Item) -> Iterator[str]:
    yield from map(str, (item.label, item.question, item.why, item.ask, item.avoid))


def _question(item: Item, wanted: Sequence[str]) -> Question:
    return Question(QUESTION_NUMBERS[item.id], *(pieces(text, wanted) for text in _texts(item)))


def _meaning(word: Word, wanted: Sequence[str]) -> Meaning:
    return Meaning(*(pieces(text, wanted) for text in (word.dutch, word.english, str(word.meaning))))
