"""Play the model of `tests/walks.py` against the program: by requests, compared after each step.

`tests/walk_tabs.py` has what takes several pages, browsers or people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.urls import reverse

from questionnaire.actions import memberships
from questionnaire.lifecycle import erasure
from questionnaire.models import Intake, Membership, SignOff, Team
from questionnaire.tests.people import PASSWORD, sign_in, unlock
from questionnaire.tests.walk_changes import (
    after,
    erased,
    goes_on_reading,
    kept,
    stored,
    without_openings,
)
from questionnaire.tests.walk_checks import WORD, newest
from questionnaire.tests.walk_requests import Requests
from questionnaire.tests.walk_tables import EVENTS, READING, WRITING, field_of
from questionnaire.tests.walks import Attempt, Case, Paper, Person, World

PEOPLE: Final = {
    "alice": Person("North", "professional"),
    "bob": Person("North", "professional"),
    "cara": Person("North", "professional"),
    "rachel": Person("North", "reviewer"),
    "mona": Person("North", "manager"),
    "adam": Person("North", "administrator"),
    "audrey": Person("North", "auditor"),
    "olaf": Person("South", "professional"),
}
CASES: Final = {"first": Case("North"), "second": Case("North"), "foreign": Case("South")}
PAPERS: Final = {
    "first": Paper("first", "alice"),
    "second": Paper("second", "bob"),
    "foreign": Paper("foreign", "olaf"),
}
#: The one event of what was not done: words were kept, or a page is shown with why it was not.
_OTHERWISE: Final = {"k": "post.held", "q": "post.held", "l": "review.read", "p": "rights.read"}
_STATUS: Final = {
    "+": {200},
    "j": {200},
    "q": {200},
    "p": {200},
    "w": {302},
    "f": {302},
    "e": {302},
    "n": {302},
    "k": {409},
    "d": {409},
    "l": {409, 422},
    "m": {429},
    "-": {403},
    "x": {403},
    "0": {404},
}
_MOST_REFUSED: Final = 3
#: How many words are kept for someone of which it is in doubt that they are theirs.
_MOST_IN_DOUBT: Final = 25


class Players(Requests):
    """Everyone with a browser of their own, and what each does."""

    def __init__(self) -> None:
        super().__init__(PEOPLE, CASES, PAPERS)
        #: Of each person a page that stands open behind their hidden screen: its intake, field and controls.
        self.tabs: dict[str, tuple[str, str, Mapping[str, Any]]] = {}
        #: How often each signed in to an account that is closed: after some, nobody does for a while.
        self.refused: Counter[str] = Counter()

    # --- What one person does at their own, open screen -----------------------------------------------------

    def do(self, who: str, doing: str, about: str, of: str = "", more: str = "") -> str:
        """Let someone do one thing, and compare what they get and what is stored. Return the cell."""
        cell, word = self.world.response(who, doing, about, of), self.word()
        attempt = Attempt(who, doing, about, word, of, more)
        posted, world = self.posted(attempt, cell), self.world
        self.seen = newest()
        response = self.send(attempt, posted)
        said = f"{attempt}: {response.status_code} at {cell}"
        assert response.status_code in _STATUS[cell], said
        assert cell != "f" or response["Location"] == self.url("review", about), said
        if cell in "wj":
            self._stored_by(attempt)
        elif cell in "kq":
            self.world = kept(world, who, about, word)
        elif cell == "m":
            self.world = world.with_person(who, met_limit=True)
        typed = {word} if posted is not None else set()
        self.compare(said, response, self._may_be_shown(world, who) | typed)
        self.compare_events(said, self._events(world, attempt, cell))
        if cell == "+" and doing == "answers":
            shown = set(WORD.findall(response.content.decode()))
            assert set(world.papers[about].fields.values()) <= shown, f"{said}: says too little"
        return cell

    def _may_be_shown(self, before: World, who: str) -> frozenset[str]:
        return before.readable_words(who) | self.world.readable_words(who)

    def _events(self, before: World, attempt: Attempt, cell: str) -> list[tuple[str, str, str]]:
        """Return the events that an attempt causes, in their order."""
        who, doing, about = attempt.who, attempt.doing, attempt.about
        if cell == "m":
            return [] if before.people[who].met_limit else [(who, "account.limit_met", "")]
        is_changed = cell in "wj" and self.world != before
        code = EVENTS[doing] if cell == "+" or is_changed else _OTHERWISE.get(cell, "")
        first = []
        if doing == "open" and is_changed:
            first = [(who, "case.opening_ended", "") for case in before.cases.values() if who in case.opened]
        if doing == "hand_over" and is_changed and goes_on_reading(before, attempt):
            first = [(who, "right.given", about)]
        return (
            [*first, (who, code, attempt.more if doing in ("correct", "reassess") and is_changed else about)]
            if code
            else []
        )

    def _stored_by(self, attempt: Attempt) -> None:
        """Change the world by what was stored, and remember what it made."""
        self.world = after(self.world, attempt)
        about = attempt.about
        if attempt.doing in ("correct", "reassess"):
            case = self.intakes[about].case_id
            self.intakes[attempt.more] = Intake.objects.filter(case=case).latest("started_at")
        if attempt.doing == "sign_off":
            sign_off = SignOff.objects.select_related("document").get(intake=self.intakes[about].pk)
            self.signed[about] = (self.signed_content(about), sign_off.document.sha256)

    def open_list(self, who: str, page: str) -> None:
        """Let someone open a page about no conversation in particular: it shows words of none."""
        cell = self.world.list_response(who, page)
        response = self.clients[who].get(reverse(page))
        said = f"{who} opens {page}: {response.status_code} at {cell}"
        assert response.status_code in _STATUS[cell], said
        assert cell != "e" or response["Location"] == reverse("events"), said
        self.compare(said, response, self.world.listed_words(who, page))

    def look_at_kept(self, who: str) -> None:
        """Let someone look at what is kept for them: all of it, and nothing of another's."""
        response = self.clients[who].get(reverse("kept"))
        assert set(WORD.findall(response.content.decode())) == self.world.people[who].words, who
        self.seen = newest()

    # --- Without an open screen -----------------------------------------------------------------------------

    def signed_out(self, who: str, doing: str, about: str) -> None:
        """Ask something in the name of someone who is not signed in: they are led to sign in."""
        url, posted = self.url(doing, about), {"running_note": self.word(), "text": self.word()}
        client, self.seen = self.clients[who], newest()
        response = client.get(url) if doing in READING else client.post(url, posted)
        said = f"{who}, signed out, {doing} {about}: {response.status_code}"
        assert response.status_code == 302, said
        assert response["Location"].startswith(reverse("account_login")), said
        self.compare(said, response, frozenset())
        self.compare_events(said, [])

    def at_shut_screen(self, who: str, doing: str, about: str) -> None:
        """Let whoever finds a hidden or turned screen try something: it shows and writes nothing."""
        word, screen = self.word(), self.world.people[who].screen
        attempt = Attempt(who, doing, about, word)
        is_removal = doing in ("remove", "not_consulted")
        posted = None if doing in READING else {"_remove" if is_removal else "_confirmed": "1"}
        if doing in WRITING:
            posted = {field_of(who): word}
        elif doing in ("remark", "hand_over", "open"):
            posted = {"text" if doing == "remark" else "note" if doing == "hand_over" else "reason": word}
        if posted and who in self.tabs and self.tabs[who][0] != about:
            posted["_mark"] = self.tabs[who][2]["_mark"]  # of a page of another intake, so of no use here
        self.seen = newest()
        response = self.send(attempt, posted)
        said = f"at the {screen} screen of {who}: {doing} {about}: {response.status_code}"
        is_kept = self._may_be_kept(who, doing, about)
        if doing == "autosave":
            assert response.status_code == (204 if is_kept else 404), said
        else:
            assert response.status_code == 302, said
            assert response["Location"] == reverse("unlock" if screen == "locked" else "leave"), said
        if is_kept:
            self.world = kept(self.world, who, about, word)
        self.compare(said, response, frozenset())
        self.compare_events(said, [(who, "post.held", "")] if is_kept else [])

    def _may_be_kept(self, who: str, doing: str, about: str) -> bool:
        """Return whether words that came in at a shut screen are kept for its person."""
        relation = self.world.relation(who, about)
        needed = {
            **dict.fromkeys(WRITING, ("author", "assigned")),
            "remark": ("reviewer",),
            "hand_over": ("author", "reviewer"),
            "open": ("author", "assigned", "reviewer", "named", "seen", "opened", "knows"),
        }
        return relation in needed.get(doing, ()) and len(self.world.people[who].kept) < _MOST_IN_DOUBT

    def save_from_tab(self, who: str) -> None:
        """Save from a page that was open before the screen was hidden: the words are stored, none shown.

        Where they cannot be, the whole page is kept; nothing of an intake that was erased.
        """
        about, name, page = self.tabs.pop(who)
        word, paper, self.seen = self.word(), self.world.papers[about], newest()
        response = self.clients[who].post(self.url("write", about), {**page, name: word, "_go": "save"})
        said = f"{who} saves {about} from an open tab: {response.status_code}"
        assert response.status_code == 302, said
        is_stored = self.world.writes(who, about) and paper.is_open
        events = [(who, "intake.changed" if is_stored else "post.held", "")]
        if is_stored:
            self.world = stored(self.world, about, name, word)
        elif paper.state == "erased":
            events = []
        else:
            on_page = WORD.findall(str({**page, name: ""}))
            self.world = kept(self.world, who, about, word, *on_page)
        self.compare(said, response, frozenset())
        self.compare_events(said, events)

    # --- Screens, sessions, rights --------------------------------------------------------------------------

    def hide(self, who: str, about: str) -> None:
        """Hide the screen, with a page open in a tab where this person may write."""
        self._open_tab(who, about)
        assert self.clients[who].post(reverse("lock")).status_code == 302
        self.world = self.world.with_person(who, screen="locked")

    def turn(self, who: str, about: str) -> None:
        """Turn the screen to the client, at a question of this intake."""
        page = {**self.page(who, "section", about), "_turn": "fear_level"}
        self._open_tab(who, about)
        response = self.clients[who].post(self.url("section", about), page)
        assert response["Location"] == reverse("client", args=[self.intakes[about].pk, "fear_level"])
        self.world = self.world.with_person(who, screen="turned")

    def _open_tab(self, who: str, about: str) -> None:
        self.tabs.pop(who, None)
        if self.world.response(who, "section", about) == "+":
            self.tabs[who] = (about, field_of(who), self.page(who, "section", about))

    def come_back(self, who: str) -> None:
        """Let someone take their screen back by their password, from whatever it is."""
        client, screen = self.clients[who], self.world.people[who].screen
        is_closed = self.world.people[who].is_closed
        self.refused[who] += is_closed and screen == "none"
        if is_closed and self.refused[who] > _MOST_REFUSED:
            return
        if screen == "none":
            assert sign_in(client, who).status_code == (200 if is_closed else 302)
        elif screen == "locked":
            assert unlock(client).status_code == 302
        elif screen == "turned":
            assert client.post(reverse("leave"), {"password": PASSWORD}).status_code == 302
        self.world = self.world.with_person(who, screen="none" if is_closed else "open")
        if not is_closed:
            self.look_at_kept(who)

    def sign_out(self, who: str) -> None:
        """End every session of someone, as they do on the page of their account."""
        self.clients[who].post(reverse("account_logout"))
        self._ended(who)

    def _ended(self, who: str) -> None:
        self.tabs.pop(who, None)
        self.world = self.world.with_person(who, screen="none")

    def change_role(self, who: str) -> None:
        """Take someone's role away, or give it again; that ends their sessions, and what they opened."""
        person = self.world.people[who]
        change: Callable[..., None] = memberships.revoke_role if person.has_role else memberships.grant_role
        team = Team.objects.get(name=person.team)
        change(self.users["adam"], team, self.users[who], Membership.Role(person.role))
        self._ended(who)
        self.world = without_openings(self.world, who).with_person(who, has_role=not person.has_role)

    def change_account(self, who: str) -> None:
        """Close someone's account, or open it again."""
        person, team = self.world.people[who], Team.objects.get(name=self.world.people[who].team)
        memberships.set_active(self.users["adam"], team, self.users[who], is_active=person.is_closed)
        self._ended(who)
        self.world = without_openings(self.world, who).with_person(who, is_closed=not person.is_closed)

    def erase(self, case: str) -> None:
        """Erase every conversation of a case, the newest first."""
        for name in reversed(self.world.papers_of(case)):
            erasure.erase(None, self.intakes[name].pk, "retention")
            self.signed.pop(name, None)
        self.world = erased(self.world, case)
