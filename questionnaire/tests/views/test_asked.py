"""What was asked before someone showed that it is them: shown again with its words, and done by a button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import pytest
from django.test import Client
from django.urls import resolve, reverse

from questionnaire.actions import access as access_actions
from questionnaire.actions import proposals
from questionnaire.actions import review as review_actions
from questionnaire.models import Access, HeldPost, Intake, Membership, Proposal, Team, User
from questionnaire.permissions import REAUTHENTICATION_REQUIRED, REAUTHENTICATION_REQUIRED_FIRST
from questionnaire.queries.documents import read_fingerprint
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import PDF, reload
from questionnaire.tests.pages import Page

pytestmark = pytest.mark.usefixtures("today")

Kind = Access.Kind
NOTE: Final = "Bel na vijven."


@dataclass(frozen=True)
class Scene:
    intake: Intake
    alice: User
    bob: User
    rachel: User
    adam: User
    monkeypatch: pytest.MonkeyPatch

    def ask(self, user: User, name: str, argument: object = None, **posted: object) -> Client:
        """Post this as someone who has to show first that it is them, and then does."""
        client = Client()
        client.force_login(user)
        client.cookies["__Host-language"] = "en"
        arguments = [] if name in ("sessions", "second_person") else [argument or self.intake.pk]
        url = reverse(name, args=arguments)
        with self.monkeypatch.context() as an_hour_later:
            an_hour_later.setattr("questionnaire.accounts.reauthentication.is_recent", lambda _request: False)
            response: Any = client.post(url, posted, headers={"referer": reverse("keys")})
        assert response.status_code == 302
        return client


@pytest.fixture
def scene(
    monkeypatch: pytest.MonkeyPatch, team: Team, intake: Intake, alice: User, bob: User, rachel: User
) -> Scene:
    monkeypatch.setattr("questionnaire.views.review.render_for_sign_off", lambda *_args: (PDF, {}))
    return Scene(
        intake, alice, bob, rachel, account("adam", team, Membership.Role.ADMINISTRATOR), monkeypatch
    )


def give(scene: Scene) -> Client:
    return scene.ask(scene.alice, "access", person=scene.bob.pk, give="named")


def take(scene: Scene) -> Client:
    access_actions.grant(scene.alice, scene.intake, scene.bob, Kind.NAMED)
    return scene.ask(scene.alice, "access", person=scene.bob.pk, take="named")


def shield(scene: Scene) -> Client:
    return scene.ask(scene.alice, "shield", shield="on")


def hand_over(scene: Scene) -> Client:
    return scene.ask(scene.alice, "hand_over", to=scene.bob.pk, note=NOTE)


def see(scene: Scene) -> Client:
    access_actions.open_with_reason(scene.bob, scene.intake, "Collega is ziek en de cliënt belde.")
    return scene.ask(scene.rachel, "seen", opening=Access.objects.get().pk, _case="1")


def open_it(scene: Scene) -> Client:
    return scene.ask(scene.bob, "open", reason="Collega is ziek en de cliënt belde.")


def close(scene: Scene) -> Client:
    return scene.ask(scene.adam, "person", scene.bob.pk, do="close")


def promote(scene: Scene) -> Client:
    team = scene.intake.team_id
    roles = {f"team-{team}-roles": ["professional", "reviewer"]}
    return scene.ask(scene.adam, "person", scene.bob.pk, do=f"roles {team}", **roles)


def refuse(scene: Scene) -> Client:
    row = proposals.ask(scene.alice, Proposal.Kind.ERASE, scene.intake.team, intake=scene.intake)
    return scene.ask(scene.rachel, "second_person", proposal=row.pk, do="refuse")


def sign_off(scene: Scene) -> Client:
    review_actions.submit(scene.alice, scene.intake)
    intake = reload(scene.intake)
    read = {"revision": intake.revision, "shown": read_fingerprint(intake)}
    key = "00000000-0000-4000-8000-000000000009"
    return scene.ask(scene.rachel, "sign_off", text=NOTE, item="", key=key, **read)


def end(scene: Scene) -> Client:
    return scene.ask(scene.alice, "sessions", end="others")


#: How it is asked, what the page says, and what is true once its button was pressed.
ASKED: Final[list[tuple[Callable[[Scene], Client], str, Callable[[Scene], object]]]] = [
    (give, "Give read access: bob", lambda scene: scene.bob.access.exists()),
    (take, "End read access: bob", lambda scene: not scene.bob.access.exists()),
    (shield, "Shield this case, or ask to lift that", lambda scene: reload(scene.intake).case.shielded),
    (hand_over, "Hand over: bob", lambda scene: reload(scene.intake).author == scene.bob),
    (see, "Say that you have seen an opening", lambda scene: Access.objects.get().seen_by),
    (open_it, "Open with a reason", lambda scene: Access.objects.filter(kind=Kind.OPENED).exists()),
    (close, "Close the account", lambda scene: not User.objects.get(pk=scene.bob.pk).is_active),
    (promote, "Change an account", lambda _scene: Proposal.objects.filter(what="reviewer").exists()),
    (refuse, "Answer what waits", lambda _scene: Proposal.objects.get().state == Proposal.State.REFUSED),
    (sign_off, "Sign off this conversation?", lambda scene: reload(scene.intake).state == "signed_off"),
    (end, "Sign out there?", lambda scene: True),
]


def test_every_address_that_may_have_to_wait_is_tried(scene: Scene) -> None:
    paths = [
        each(scene).session["asked"]["path"]
        for each in (give, shield, hand_over, open_it, close, end, refuse)
    ]

    tried = {resolve(path).view_name for path in paths} | {"seen", "sign_off"}
    # The pages of the others ask before they open, so that few posts have to wait.
    assert tried == REAUTHENTICATION_REQUIRED - REAUTHENTICATION_REQUIRED_FIRST - {"replacement_end"} | {
        "open"
    }


@pytest.mark.parametrize(("ask", "says", "is_done"), ASKED, ids=[ask.__name__ for ask, *_rest in ASKED])
def test_it_is_shown_again_and_done_by_one_button(
    scene: Scene, ask: Callable[[Scene], Client], says: str, is_done: Callable[[Scene], object]
) -> None:
    client = ask(scene)
    page = Page(client, reverse("asked"))
    assert says in page.html
    assert "It was not done yet." in page.html
    assert ask is end or not is_done(scene)
    path = client.session["asked"]["path"]

    response = client.post(path, dict(page.posted.lists()))

    assert response.status_code == 302
    assert is_done(scene)
    assert not HeldPost.objects.exists()
    assert "asked" not in client.session


@pytest.mark.parametrize("ask", [hand_over, sign_off])
def test_words_are_shown_again_and_not_in_the_session(scene: Scene, ask: Callable[[Scene], Client]) -> None:
    client = ask(scene)

    assert NOTE not in str(dict(client.session.items()))
    assert NOTE in Page(client, reverse("asked")).html


def test_who_lost_the_right_meanwhile_sees_nothing_of_it(scene: Scene) -> None:
    client = hand_over(scene)
    access_actions.grant(scene.rachel, scene.intake, scene.alice, Kind.LOCKED_OUT)

    response = client.get(reverse("asked"))

    assert response.status_code == 404
    assert NOTE not in response.content.decode()


def test_words_that_could_not_be_kept_are_not_remembered_without_them(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("questionnaire.screen.pending_posts._MAX_POSTS", 0)

    client = hand_over(scene)

    assert "asked" not in client.session
