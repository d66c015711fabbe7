"""Play the model of `tests/walks.py` against the program: by requests, compared after each step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.test import Client
from django.urls import reverse

from questionnaire.actions import access as access_actions
from questionnaire.actions import memberships
from questionnaire.lifecycle import erasure
from questionnaire.models import Intake, Membership, SignOff, Team
from questionnaire.tests.pages import Page
from questionnaire.tests.people import PASSWORD, sign_in, unlock
from questionnaire.tests.walk_checks import WORD, Compared, newest
from questionnaire.tests.walks import EVENTS, READING, Paper, Person, World

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
PAPERS: Final = {
    "first": Paper("North", "alice"),
    "second": Paper("North", "bob"),
    "foreign": Paper("South", "olaf"),
}
#: The field in which each person writes, so that two of them change no text of each other unseen.
FIELDS: Final = {"bob": "fear_own_words"}
_URLS: Final = {"who": "access", "give": "access", "take": "access", "write": "section", "half": "section"}
#: The one event of what was not done: words were kept, or the review is shown with why it was too late.
_OTHERWISE: Final = {"k": "post.held", "l": "review.read"}
_STATUS: Final = {
    "+": {200},
    "w": {302},
    "k": {409},
    "l": {409, 422},
    "f": {302},
    "e": {302},
    "-": {403},
    "0": {404},
}


class Players(Compared):
    """Everyone with a browser of their own, and what each does."""

    def __init__(self) -> None:
        super().__init__(PEOPLE, PAPERS)
        self.clients = {name: Client() for name in PEOPLE}
        #: Of each person a page that stands open behind their hidden screen: its intake, field and controls.
        self.tabs: dict[str, tuple[str, str, Mapping[str, Any]]] = {}
        self.count = 0

    def word(self) -> str:
        self.count += 1
        return f"kanarie{self.count:05}q"

    def url(self, doing: str, about: str) -> str:
        uuid = self.intakes[about].pk
        if (name := _URLS.get(doing, doing)) == "section":
            return reverse("section", args=[uuid, "fear"])
        return reverse(name, args=[uuid])

    def id_of(self, who: str) -> int:
        return int(self.users[who].pk)

    # --- What one person does at their own, open screen -----------------------------------------------------

    def do(self, who: str, doing: str, about: str, **more: str) -> str:
        """Let someone do one thing, and compare what they get and what is stored. Return the cell."""
        cell = self.world.response(who, doing, about)
        word = self.word()
        posted = self._posted(who, doing, about, cell, word, more)
        client, url, world = self.clients[who], self.url(doing, about), self.world
        self.seen = newest()
        response = client.get(url) if posted is None else client.post(url, posted)
        said = f"{who} {doing} {about}: {response.status_code} at {cell}"
        assert response.status_code in _STATUS[cell], said
        assert cell != "f" or response["Location"] == self.url("review", about), said
        if cell == "w":
            self.world = self._after(who, doing, about, word, more)
        elif cell == "k":
            self.world = world.kept(who, about, word)
        typed = {word} if posted is not None else set()
        self.compare(said, who, response, world.readable_words(who) | typed)
        changed = cell == "w" and self.world != world
        code = EVENTS[doing] if cell == "+" or changed else _OTHERWISE.get(cell, "")
        self.compare_events(said, [(who, code, about)] if code else [])
        return cell

    def _posted(
        self, who: str, doing: str, about: str, cell: str, word: str, more: Mapping[str, str]
    ) -> Mapping[str, Any] | None:
        """Return what is posted, with the page that this person has where they get it; None for a GET."""
        name = FIELDS.get(who, "running_note")
        match doing:
            case "write" | "half" if cell == "w":
                whole = {**self._page(who, "section", about), name: word, "_go": "save"}
                # Only what a page needs for one text: the rest of the body never came.
                key = f"{name}__base"
                return whole if doing == "write" else {name: word, key: whole[key], "_go": "save"}
            case "write" | "half":
                return {name: word, f"{name}__base": ""}
            case "remark" | "return" | "sign_off":
                page = self._page(who, "review", about) if cell == "w" else {}
                text = word if doing == "remark" else ""
                return {**page, "text": text, "_confirmed": "1"}
            case "give" | "take":
                return {"person": str(self.id_of(more["to"])), doing: more["kind"]}
            case "shield":
                return {"shield": "on"}
        return None if doing in READING else {}

    def _page(self, who: str, doing: str, about: str) -> dict[str, Any]:
        return dict(Page(self.clients[who], self.url(doing, about)).posted.lists())

    def _after(self, who: str, doing: str, about: str, word: str, more: Mapping[str, str]) -> World:
        if doing in ("write", "half"):
            return self.world.stored(about, FIELDS.get(who, "running_note"), word)
        if doing == "give":
            return self.world.given(about, more["to"], more["kind"])
        if doing == "take":
            return self.world.taken(about, more["to"], more["kind"])
        if doing == "shield":
            return self.world if self.world.papers[about].is_shielded else self.world.shielded(who, about)
        if doing == "sign_off":
            sign_off = SignOff.objects.select_related("document").get(intake=self.intakes[about].pk)
            intake = Intake.objects.get(pk=self.intakes[about].pk)
            self.signed[about] = (intake.content, sign_off.document.sha256)
        return self.world.moved(doing, about, word)

    def open_list(self, who: str, page: str) -> None:
        """Let someone open a page about no conversation in particular: it shows words of none."""
        cell = self.world.list_response(who, page)
        response = self.clients[who].get(reverse(page))
        said = f"{who} opens {page}: {response.status_code} at {cell}"
        assert response.status_code in _STATUS[cell], said
        assert cell != "e" or response["Location"] == reverse("events"), said
        self.compare(said, who, response, frozenset())

    def look_at_kept(self, who: str) -> None:
        """Let someone look at what is kept for them: all of it, and nothing of another's."""
        kept = self.world.people[who].words
        response = self.clients[who].get(reverse("kept"))
        assert set(WORD.findall(response.content.decode())) == kept, who
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
        self.compare(said, who, response, frozenset())
        self.compare_events(said, [])

    def at_shut_screen(self, who: str, doing: str, about: str) -> None:
        """Let whoever finds a hidden or turned screen try something: it shows and writes nothing."""
        word, screen = self.word(), self.world.people[who].screen
        url, name = self.url(doing, about), "text" if doing == "remark" else "running_note"
        posted = {name: word} if doing in ("write", "half", "remark") else {"_confirmed": "1"}
        self.seen = newest()
        response = self.clients[who].get(url) if doing in READING else self.clients[who].post(url, posted)
        said = f"at the {screen} screen of {who}: {doing} {about}: {response.status_code}"
        assert response.status_code == 302, said
        assert response["Location"] == reverse("unlock" if screen == "locked" else "leave"), said
        needed = {"write": ("author", "assigned"), "half": ("author", "assigned"), "remark": ("reviewer",)}
        is_kept = self.world.relation(who, about) in needed.get(doing, ())
        is_kept = is_kept and len(self.world.people[who].kept) < 25
        if is_kept:
            self.world = self.world.kept(who, about, word)
        self.compare(said, who, response, frozenset())
        self.compare_events(said, [(who, "post.held", "")] if is_kept else [])

    def save_from_tab(self, who: str) -> None:
        """Save from a page that was open before the screen was hidden: the words are stored, none shown."""
        about, name, page = self.tabs.pop(who)
        word, paper, self.seen = self.word(), self.world.papers[about], newest()
        response = self.clients[who].post(self.url("write", about), {**page, name: word, "_go": "save"})
        said = f"{who} saves {about} from an open tab: {response.status_code}"
        assert response.status_code == 302, said
        is_open = paper.state in ("concept", "returned")
        writes = self.world.writes(who, about)
        if writes and is_open:
            self.world = self.world.stored(about, name, word)
        else:
            self.world = self.world.kept(who, about, word)
        code = "intake.changed" if writes and is_open else "post.held"
        self.compare(said, who, response, frozenset())
        self.compare_events(said, [(who, code, "")])

    # --- Screens, sessions, rights --------------------------------------------------------------------------

    def hide(self, who: str, about: str) -> None:
        """Hide the screen, with a page open in a tab where this person may write."""
        self._open_tab(who, about)
        assert self.clients[who].post(reverse("lock")).status_code == 302
        self.world = self.world.with_person(who, screen="locked")

    def turn(self, who: str, about: str) -> None:
        """Turn the screen to the client, at a question of this intake."""
        page = {**self._page(who, "section", about), "_turn": "fear_level"}
        self._open_tab(who, about)
        response = self.clients[who].post(self.url("section", about), page)
        assert response["Location"] == reverse("client", args=[self.intakes[about].pk, "fear_level"])
        self.world = self.world.with_person(who, screen="turned")

    def _open_tab(self, who: str, about: str) -> None:
        self.tabs.pop(who, None)
        if self.world.response(who, "section", about) == "+":
            self.tabs[who] = (about, FIELDS.get(who, "running_note"), self._page(who, "section", about))

    def come_back(self, who: str) -> None:
        """Let someone take their screen back by their password, from whatever it is."""
        client, screen = self.clients[who], self.world.people[who].screen
        is_closed = self.world.people[who].is_closed
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
        """Take someone's role away, or give it again; that ends their sessions."""
        person = self.world.people[who]
        change: Callable[..., None] = memberships.revoke_role if person.has_role else memberships.grant_role
        team = Team.objects.get(name=person.team)
        change(self.users["adam"], team, self.users[who], Membership.Role(person.role))
        self._ended(who)
        self.world = self.world.with_person(who, has_role=not person.has_role)

    def change_account(self, who: str) -> None:
        """Close someone's account, or open it again."""
        person, team = self.world.people[who], Team.objects.get(name=self.world.people[who].team)
        memberships.set_active(self.users["adam"], team, self.users[who], is_active=person.is_closed)
        self._ended(who)
        self.world = self.world.with_person(who, is_closed=not person.is_closed)

    def lift(self, about: str) -> None:
        """Lift the shield of a case, as once a second person agreed, where its author still decides."""
        paper = self.world.papers[about]
        decides = self.world.relation(paper.author, about) == "author"
        if paper.is_shielded and decides and not self.world.people[paper.author].is_closed:
            access_actions.shield(self.users[paper.author], self.intakes[about], is_shielded=False)
            self.world = self.world.with_paper(about, is_shielded=False)

    def erase(self, about: str) -> None:
        erasure.erase(None, self.intakes[about].pk, "retention")
        self.world = self.world.erased(about)
        self.signed.pop(about, None)

    # --- What can be given ----------------------------------------------------------------------------------

    def can_be_given(self, to: str, about: str) -> bool:
        """Return whether someone is a colleague to whom access to this case can be given."""
        person = self.world.people[to]
        return person.has_role and not person.is_closed and person.team == self.world.papers[about].team

    def leaves_nobody(self, about: str, to: str, kind: str) -> bool:
        """Return whether nobody would decide about access after this: that is refused by the program."""
        world = self.world.given(about, to, kind)
        return not any(
            world.relation(who, about) in ("author", "reviewer") and not person.is_closed
            for who, person in world.people.items()
        )
