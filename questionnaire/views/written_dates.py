"""Say in words what is understood of a date while someone types it: the server of `dates.js`."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, JsonResponse

from questionnaire.domain import dates
from questionnaire.forms.date_input import date_in_words
from questionnaire.forms.incident_dates import ORDERS, incident_date_in_words


def in_words(request: HttpRequest) -> JsonResponse:
    """Return what was posted as `text` in words, and nothing else: no intake is read, nothing is stored.

    It counts from the day `on`, by default today. With `ahead` it may come later. With `free` any text can be
    stored too, so that little is said of it. With `whole` it is that of an incident, of which all is kept;
    with `dmy` or `mdy` too, that is the order of dates in its log.
    """
    posted = request.POST
    on, ahead, text = _day(posted.get("on", "")), "ahead" in posted, posted.get("text", "")
    if "whole" in posted:
        order = next((order for order in ORDERS if order in posted), None)
        words = incident_date_in_words(text, on or dates.today(), order)
    else:
        words = date_in_words(text, on=on, ahead=ahead, is_free="free" in posted)
    return JsonResponse({"words": words})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
