"""Say in words what is understood of a date while someone types it: the server of `dates.js`."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, JsonResponse

from questionnaire.domain.written_dates import describe
from questionnaire.forms.date_input import date_in_words, typed_date


def in_words(request: HttpRequest) -> JsonResponse:
    """Return what was posted as `text` in words, and nothing else: no intake is read, nothing is stored.

    It counts from the day `on`, by default today. With `ahead` it may come later. With `free` any text can be
    stored too, so that little is said of it. With `whole` the words hold
    all that was understood, such as the time; without it only the date, as most fields store it.
    """
    posted = request.POST
    on, ahead, text = _day(posted.get("on", "")), "ahead" in posted, posted.get("text", "")
    words = date_in_words(text, on=on, ahead=ahead, is_free="free" in posted)
    if "whole" in posted and (found := typed_date(text, on=on, ahead=ahead)).date:
        words = describe(found)
    return JsonResponse({"words": words})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
