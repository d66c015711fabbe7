"""Compare what a walk was answered, and all that is stored, with the model of `tests/walks.py`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any, Final

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit import log as audit_log
from questionnaire.lifecycle.rights import faults
from questionnaire.models import Access, Event, HeldPost, Intake, Membership, Session, SignOff, Team, User
from questionnaire.tests.conftest import account
from questionnaire.tests.people import PASSWORD
from questionnaire.tests.walks import Paper, Person, World

WORD: Final = re.compile(r"kanarie[0-9]{5}q")
#: The events that a step may cause besides its own, of the same person.
_BESIDES: Final = frozenset({"intake.look_refused", "case.no_reviewer_left"})


class Compared:
    """Everyone, every intake, and the world as the model expects it."""

    def __init__(self, people: Mapping[str, Person], papers: Mapping[str, Paper]) -> None:
        self.world = World(dict(people), dict(papers))
        self.users = {name: _account(name, person) for name, person in people.items()}
        self.intakes = {name: _start(name, self.users[paper.author]) for name, paper in papers.items()}
        #: Of each signed intake all that it says, and the hash of its PDF.
        self.signed: dict[str, tuple[Any, str]] = {}
        self.seen = newest()

    def compare(self, said: str, who: str, response: Any, allowed: frozenset[str] | set[str]) -> None:
        """Assert that a response shows no words but these, and that what is stored is as expected."""
        words = set(WORD.findall(response.content.decode())) | set(WORD.findall(str(response.headers)))
        assert words <= allowed, f"{said}: shows {words - allowed}"
        assert _stored(self.users, self.intakes) == self._expected(), said
        for name, (content, digest) in self.signed.items():
            signed = SignOff.objects.select_related("document").get(intake=self.intakes[name].pk)
            assert Intake.objects.get(pk=self.intakes[name].pk).content == content, said
            assert sha256(bytes(signed.document.pdf)).hexdigest() == digest, said

    def compare_events(self, said: str, expected: list[tuple[str, str, str]]) -> None:
        """Assert which events there are since `seen`: by whom, with which code, about which intake if any."""
        rows = Event.objects.filter(seq__gt=self.seen).order_by("seq")
        found = [(event.actor and event.actor.username, event.code, event.intake) for event in rows]
        self.seen = newest()
        own = [each for each in found if each[1] not in _BESIDES]
        assert [each[:2] for each in own] == [each[:2] for each in expected], said
        for (_who, _code, about), (_actor, _told, intake) in zip(expected, own, strict=True):
            assert intake == (self.intakes[about].pk if about else intake), said
        actors = {each[0] for each in found}
        assert len(actors) <= 1, said

    def compare_whole(self) -> None:
        """Assert that no event is missing or changed, and that each right is as the program wrote it."""
        assert audit_log.verify().first_broken is None
        assert list(faults()) == []

    def _expected(self) -> dict[str, object]:
        people = {
            name: (person.has_role, not person.is_closed, person.screen != "none", person.words)
            for name, person in self.world.people.items()
        }
        papers = {
            name: None
            if paper.state == "erased"
            else (paper.state, paper.is_shielded, paper.access, dict(paper.fields))
            for name, paper in self.world.papers.items()
        }
        return {**people, **papers}


def newest() -> int:
    """Return the number of the newest event."""
    return Event.objects.order_by("-seq").values_list("seq", flat=True).first() or 0


def _stored(users: Mapping[str, User], intakes: Mapping[str, Intake]) -> dict[str, object]:
    """Return what the database says of each person and intake, in the form of the model."""
    people: dict[str, object] = {}
    for name, user in users.items():
        kept = {word for row in HeldPost.objects.filter(user=user) for word in WORD.findall(str(row.content))}
        has_role = bool(Membership.objects.filter(user=user).in_force())
        is_active = User.objects.get(pk=user.pk).is_active
        people[name] = (has_role, is_active, Session.objects.filter(user=user).exists(), kept)
    return {**people, **{name: _paper(users, intake) for name, intake in intakes.items()}}


def _paper(users: Mapping[str, User], started: Intake) -> object:
    intake = Intake.objects.select_related("case").filter(pk=started.pk).first()
    if intake is None:
        return None
    access = {(row.user.username, row.kind) for row in Access.objects.filter(case=intake.case_id)}
    texts = {
        "running_note": intake.content["running_note"],
        "fear_own_words": intake.answers.get("fear_own_words"),
    }
    return (intake.state, intake.case.shielded, access, {key: text for key, text in texts.items() if text})


def _account(name: str, person: Person) -> User:
    team = Team.objects.get_or_create(name=person.team)[0]
    user = account(name, team, Membership.Role(person.role))
    user.set_password(PASSWORD)
    user.save()
    return user


def _start(name: str, author: User) -> Intake:
    team = author.memberships.get().team
    return intake_actions.start_intake(author, team, name, date(2026, 3, 23), "nl")
