"""Play what takes several pages, browsers or people: two tabs, two sessions, undoing, a second person."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any, Final
from unittest.mock import patch

from django.test import Client
from django.urls import reverse

from questionnaire.models import Intake
from questionnaire.tests.people import sign_in
from questionnaire.tests.walk_changes import stored, undone
from questionnaire.tests.walk_checks import newest
from questionnaire.tests.walk_requests import JSON
from questionnaire.tests.walk_tables import UNDOING, field_of
from questionnaire.tests.walkers import Players
from questionnaire.tests.walks import Attempt, World

#: Bodies that are no form, with what they say they are.
BROKEN: Final = (
    (b'{"running_note": "@', "application/json"),
    (b'[["running_note", "@"]]', "application/json"),
    (b"running_note=@", "text/plain"),
    (b'--x\r\nContent-Disposition: form-data; name="running_note"\r\n\r\n@', "multipart/form-data"),
    (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
    (b"running_note%", "application/x-www-form-urlencoded"),
    (b"\x00\xff@", "application/octet-stream"),
)
_UNDO_TIME: Final = timedelta(minutes=10)


class Tabs(Players):
    """The same people, with more than one page, browser or person at once."""

    # --- Pages that save by themselves ----------------------------------------------------------------------

    def save_from_an_old_page(self, who: str, about: str) -> None:
        """Save from a page that is older than what is stored: that stays, with the other beside it."""
        first, old = self.page(who, "section", about), self.page(who, "section", about)
        url, name, client = self.url("autosave", about), field_of(who), self.clients[who]
        newer, older = self.word(), self.word()
        assert client.post(url, {**first, name: newer}, headers=JSON).status_code == 200
        self.world, self.seen = stored(self.world, about, name, newer), newest()
        said = f"{who} saves {about} from an old page"
        response = client.post(url, {**old, name: older}, headers=JSON)
        assert response.status_code == 200, said
        self.compare(said, response, self.world.readable_words(who))
        self.compare_events(said, [(who, "intake.changed", about)])
        item = name.removesuffix("__note")
        assert older in str(self._drafts(about)), f"{said}: lost"
        page = {**self.page(who, "section", about), "_leave": item}
        assert client.post(url, page).status_code == 302
        self.compare(said, response, self.world.readable_words(who))
        assert older not in str(self._drafts(about)), f"{said}: still there"

    def _drafts(self, about: str) -> Any:
        return Intake.objects.get(pk=self.intakes[about].pk).content["drafts"]

    def save_with_a_foreign_mark(self, who: str, whose: str, about: str) -> None:
        """Save with the mark of a colleague's page: that is nobody's, whoever is signed in."""
        name, word = field_of(who), self.word()
        page = self.page(who, "section", about)
        mark = self.page(whose, "section", about)["_mark"]
        for headers in (JSON, {}):
            self.seen = newest()
            posted = {**page, name: word, "_mark": mark, "_go": "save"}
            response = self.clients[who].post(self.url("write", about), posted, headers=headers)
            said = f"{who} saves {about} with the mark of {whose}: {response.status_code}"
            assert response.status_code == 403, said
            self.compare(said, response, {word})
            self.compare_events(said, [])

    def send_no_form(self, who: str, about: str, number: int) -> None:
        """Send a body that is no form to a page that saves: nothing is stored, whoever it is."""
        body, kind = BROKEN[number % len(BROKEN)]
        word, cell = self.word(), self.world.response(who, "autosave", about)
        client, self.seen = self.clients[who], newest()
        sent = body.replace(b"@", word.encode())
        response = client.post(self.url("write", about), sent, content_type=kind, headers=JSON)
        said = f"{who} sends no form to {about}, {kind}: {response.status_code} at {cell}"
        allowed = {"j": {200, 400}, "q": {200, 400, 409}, "-": {400, 403}, "0": {400, 404}}[cell]
        assert response.status_code in allowed, said
        self.compare(said, response, set())
        self.compare_events(said, [])

    # --- Two sessions of one person -------------------------------------------------------------------------

    def in_two_sessions(self, who: str, doing: str, about: str, of: str, more: str) -> str:
        """Let someone work in one browser while the other, where they are signed in too, is hidden."""
        other = Client()
        assert sign_in(other, who).status_code == 302
        assert other.post(reverse("lock")).status_code == 302
        self.look_at_kept(who)
        cell = self.do(who, doing, about, of, more)
        own, self.clients[who] = self.clients[who], other
        person = self.world.people[who]
        self.world = self.world.with_person(who, screen="locked")
        self.at_shut_screen(who, doing, about)
        self.clients[who] = own
        self.world = self.world.with_person(who, screen=person.screen)
        other.post(reverse("account_logout"))
        self.look_at_kept(who)
        return cell

    # --- Undoing --------------------------------------------------------------------------------------------

    def do_and_undo(self, attempt: Attempt, by: str, how: str) -> str:
        """Do something that can be undone, then press Undo: in time, too late, twice, or as someone else."""
        who, about, before = attempt.who, attempt.about, self.world
        cell = self.do(who, attempt.doing, about, attempt.of, attempt.more)
        if self.world == before or attempt.doing not in UNDOING:
            return cell
        token, now = self._newest_token(who), self.world
        said = f"{attempt}, then Undo {how}"
        if how == "as someone else":
            self._press_undo(by, token, [], said)
            return cell
        if how == "too late":
            late = time.time() + _UNDO_TIME.total_seconds() + 1
            with patch("time.time", lambda: late):
                self._press_undo(who, token, [], said)
            return cell
        if attempt.doing == "hand_over" and not self._authors_can_be_again(before, now):
            self._press_undo(who, token, [], said)
            return cell
        self.world = undone(before, now, attempt)
        events = [(who, UNDOING[attempt.doing], about)]
        if attempt.doing == "shield" and self.world.case_of(about).access != now.case_of(about).access:
            events += [(who, "right.taken", about)]
        self._press_undo(who, token, events, said)
        if how == "twice":
            self._press_undo(who, token, [], said)
        return cell

    def _authors_can_be_again(self, before: World, now: World) -> bool:
        """Return whether all who were authors before a hand-over still have what that takes."""
        gone = {
            paper.author for name, paper in before.papers.items() if paper.author != now.papers[name].author
        }
        return all(before.people[who].has_role and not before.people[who].is_closed for who in gone)

    def _newest_token(self, who: str) -> str:
        return str(list(self.clients[who].session["undo"])[-1])

    def _press_undo(self, who: str, token: str, events: list[tuple[str, str, str]], said: str) -> None:
        self.seen = newest()
        response = self.clients[who].post(reverse("undo"), {"undo": token, "next": "/"})
        assert response.status_code == 302, said
        self.compare(said, response, frozenset())
        self.compare_events(said, events)

    # --- What takes two people ------------------------------------------------------------------------------

    def answer(self, who: str, button: str, about: str) -> str:
        """Answer as the second person, or take back, what was asked about a case. Return the outcome."""
        case, world = self.world.case_of(about), self.world
        posted = {"proposal": self.proposal(about), "do": button, "_confirmed": "1"}
        self.seen = newest()
        response = self.clients[who].post(reverse("second_person"), posted)
        lift = case.lift
        if lift is None:  # what was decided before stays so, whoever learns that
            assert response.status_code in (302, 404)
            self.compare(f"{who} answers {button} about {about}", response, frozenset())
            self.compare_events(f"{who} answers {button} about {about}", [])
            return "refused"
        may = lift[0] == who if button == "withdraw" else world.agrees(who, about)
        said = f"{who} answers {button} about {about}: {response.status_code}, may: {may}"
        assert response.status_code == (302 if may else 404), said
        events: list[tuple[str, str, str]] = []
        if may:
            events = self._answered(who, button, about, lift)
        self.compare(said, response, frozenset())
        self.compare_events(said, events)
        return button if may else "refused"

    def _answered(
        self, who: str, button: str, about: str, lift: tuple[str, str]
    ) -> list[tuple[str, str, str]]:
        """Change the world by an answer, and return its events."""
        asked_by, asked_for = lift
        case, world = self.world.case_of(about), self.world.with_case(about, lift=None)
        self.world = world
        if button != "agree":
            return [(who, {"refuse": "proposal.refused", "withdraw": "proposal.withdrawn"}[button], "")]
        if not world.decides(asked_by, asked_for) or world.people[asked_by].is_closed:
            return [(who, "proposal.lapsed", "")]
        self.world = world.with_case(about, is_shielded=False)
        lifted = [(asked_by, "shield.lifted", "")] if case.is_shielded else []
        return [(who, "proposal.agreed", ""), *lifted, (asked_by, "proposal.carried_out", "")]
