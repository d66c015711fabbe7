"""Make the request of each thing that someone does in a walk: its address, and what is posted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from questionnaire.models import Access, Handover, Incident, Proposal, Step
from questionnaire.tests.pages import Page
from questionnaire.tests.urls import MISSING
from questionnaire.tests.walk_checks import PLAN_PART, STEP, Compared
from questionnaire.tests.walk_tables import READING, field_of
from questionnaire.tests.walks import Attempt, Case, Paper, Person

JSON: Final = {"accept": "application/json"}
#: The URL name of what is not called so.
_URLS: Final = {
    **dict.fromkeys(("who", "give", "take"), "access"),
    **dict.fromkeys(("add", "log"), "incidents"),
    **dict.fromkeys(("change", "remove"), "incident"),
    **dict.fromkeys(("consult_again", "not_consulted"), "consultation"),
    **dict.fromkeys(("step", "consult"), "steps"),
    "put_back": "earlier",
    "write_plan": "plan",
    "see": "seen",
    "ask_to_lift": "shield",
    "copy": "texts",
}
#: What else is in the address.
_MORE: Final = {
    **dict.fromkeys(("section", "write", "half", "autosave"), "fear"),
    "copy": "veilig-thuis-advice",
}
_REASON: Final = "Ik vervang een zieke collega, en de cliënt belt om twee uur over de afspraak van morgen."


class Requests(Compared):
    """Everyone with a browser of their own, and the request of each thing that they do."""

    def __init__(
        self, people: Mapping[str, Person], cases: Mapping[str, Case], papers: Mapping[str, Paper]
    ) -> None:
        super().__init__(people, cases, papers)
        self.clients = {name: Client() for name in people}
        self.count = 0

    def word(self) -> str:
        self.count += 1
        return f"kanarie{self.count:05}q"

    def id_of(self, who: str) -> int:
        return int(self.users[who].pk)

    def url(self, doing: str, about: str, of: str = "") -> str:
        """Return the address of what is done; `of` is the word of the incident or consultation."""
        uuid, name = self.intakes[about].pk, "section" if doing in ("write", "half", "autosave") else doing
        if doing in ("change", "remove"):
            return reverse("incident", args=[uuid, self._incident(of)])
        if doing in ("consult_again", "not_consulted"):
            return reverse("consultation", args=[uuid, self._consultation(about, of)])
        more = [_MORE[doing]] if doing in _MORE else []
        return reverse(_URLS.get(name, name), args=[uuid, *more])

    def send(self, attempt: Attempt, posted: Mapping[str, Any] | None) -> Any:
        """Send the request: by GET without anything that is posted."""
        client, url = self.clients[attempt.who], self.url(attempt.doing, attempt.about, attempt.of)
        if posted is None:
            return client.get(url)
        return client.post(url, posted, headers=JSON if attempt.doing == "autosave" else None)

    def posted(self, attempt: Attempt, cell: str) -> Mapping[str, Any] | None:
        """Return what is posted, with the page that this person has where they get it; None for a GET."""
        if attempt.doing in READING:
            return None
        post = _POSTS.get(attempt.doing)
        return post(self, attempt, cell in "wj") if post else {}

    def page(self, who: str, doing: str, about: str, of: str = "") -> dict[str, Any]:
        """Return what the page of this doing would post as it stands."""
        return dict(Page(self.clients[who], self.url(doing, about, of)).posted.lists())

    def opening(self, about: str, of: str) -> int:
        """Return the number of an opening in force, or one of none."""
        rows = Access.objects.filter(case=self.intakes[about].case_id, kind=Access.Kind.OPENED)
        found = rows.filter(user=self.users[of], until__gt=timezone.now()) if of else rows.none()
        return found.values_list("pk", flat=True).first() or 999_999

    def proposal(self, about: str) -> str:
        """Return the id of the newest request about a case, or one of none."""
        rows = Proposal.objects.filter(case=self.intakes[about].case_id).order_by("-asked_at")
        return str(rows.values_list("pk", flat=True).first() or MISSING)

    def _incident(self, word: str) -> UUID:
        rows = (row.pk for row in Incident.objects.all() if row.content["what"] == word)
        return next(rows, UUID(MISSING))

    def _consultation(self, about: str, word: str) -> UUID:
        rows = Step.objects.filter(intake=self.intakes[about].pk, kind=Step.Kind.CONSULTATION)
        return next((row.pk for row in rows if row.content["result"] == word), UUID(MISSING))

    def note(self, about: str, word: str) -> str:
        rows = Handover.objects.filter(intake=self.intakes[about].pk)
        return next((str(row.pk) for row in rows if row.content["note"] == word), MISSING)


# --- What is posted; without the page of someone who does not get it ----------------------------------------


def _write(requests: Requests, attempt: Attempt, has_page: bool) -> Mapping[str, Any]:
    name = field_of(attempt.who)
    if not has_page:
        return {name: attempt.word, f"{_key(name)}__base": ""}
    whole = {**requests.page(attempt.who, "section", attempt.about), name: attempt.word, "_go": "save"}
    if attempt.doing == "autosave":
        del whole["_go"]
        return {**whole, "page": f"p{requests.count}.1"}
    if attempt.doing == "write":
        return whole
    # As far as the field with what belongs to it: the rest of the body never came.
    names = list(whole)
    came = names[: names.index(f"{_key(name)}__base") + 1]
    return {**{each: whole[each] for each in came}, "_go": "save"}


def _key(name: str) -> str:
    """Return the key of the item or text that a field belongs to."""
    return name.removesuffix("__note")


def _incident(requests: Requests, attempt: Attempt, has_page: bool) -> Mapping[str, Any]:
    page = {}
    if has_page:
        doing = "log" if attempt.doing == "add" else "change"
        page = requests.page(attempt.who, doing, attempt.about, attempt.of)
    return {**page, "date": "20-03-2026", "place": "home", "what": attempt.word, "_go": "save"}


def _put_back(requests: Requests, attempt: Attempt, _has_page: bool) -> Mapping[str, Any]:
    return {"removed": str(requests._incident(attempt.of))}


def _steps(requests: Requests, attempt: Attempt, has_page: bool) -> Mapping[str, Any]:
    page = requests.page(attempt.who, "steps", attempt.about) if has_page else {f"{STEP}-base": ""}
    if attempt.doing == "step":
        return {**page, f"{STEP}-state": "done", f"{STEP}-why": attempt.word, "_go": "save"}
    return {**page, **_consultation(attempt.word), "_go": "consultation"}


def _consultation(word: str) -> Mapping[str, Any]:
    return {"consultation-party": "police", "consultation-result": word}


def _consult_again(requests: Requests, attempt: Attempt, has_page: bool) -> Mapping[str, Any]:
    page = requests.page(attempt.who, attempt.doing, attempt.about, attempt.of) if has_page else {}
    return {**page, **_consultation(attempt.word), "_go": "save"}


def _remove(_requests: Requests, _attempt: Attempt, _has_page: bool) -> Mapping[str, Any]:
    return {"_remove": "1"}


def _plan(requests: Requests, attempt: Attempt, has_page: bool) -> Mapping[str, Any]:
    page = requests.page(attempt.who, "plan", attempt.about) if has_page else {f"{PLAN_PART}-base": ""}
    return {**page, f"{PLAN_PART}-text": attempt.word, "_go": "save"}


def _review(requests: Requests, attempt: Attempt, has_page: bool) -> Mapping[str, Any]:
    page = requests.page(attempt.who, "review", attempt.about) if has_page else {}
    return {**page, "text": attempt.word if attempt.doing == "remark" else "", "_confirmed": "1"}


def _right(requests: Requests, attempt: Attempt, _has_page: bool) -> Mapping[str, Any]:
    return {"person": str(requests.id_of(attempt.of)), attempt.doing: attempt.more}


def _hand_over(requests: Requests, attempt: Attempt, _has_page: bool) -> Mapping[str, Any]:
    more = {attempt.more: "on"} if attempt.more else {}
    return {"to": str(requests.id_of(attempt.of)), "note": attempt.word, **more}


_POSTS: Final[Mapping[str, Callable[[Requests, Attempt, bool], Mapping[str, Any]]]] = {
    **dict.fromkeys(("write", "half", "autosave"), _write),
    **dict.fromkeys(("add", "change"), _incident),
    "put_back": _put_back,
    **dict.fromkeys(("step", "consult"), _steps),
    "consult_again": _consult_again,
    **dict.fromkeys(("remove", "not_consulted"), _remove),
    "write_plan": _plan,
    **dict.fromkeys(("remark", "return", "sign_off"), _review),
    **dict.fromkeys(("correct", "reassess"), lambda *_: {"_confirmed": "1"}),
    **dict.fromkeys(("give", "take"), _right),
    "shield": lambda *_: {"shield": "on"},
    "ask_to_lift": lambda *_: {"shield": ""},
    "open": lambda *_: {"reason": _REASON},
    "see": lambda requests, attempt, _: {"opening": str(requests.opening(attempt.about, attempt.of))},
    "hand_over": _hand_over,
    "note_read": lambda requests, attempt, _: {"note": requests.note(attempt.about, attempt.of)},
}
