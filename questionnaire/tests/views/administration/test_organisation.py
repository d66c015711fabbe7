"""Contacts, words and texts of the organisation: who keeps them, where they show, and what a forger gains."""

from __future__ import annotations

from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from questionnaire.audit.event_codes import EventCode
from questionnaire.documents.editions import EDITIONS
from questionnaire.domain.contacts import CONTACTS
from questionnaire.models import Event, HeldPost, Intake, Membership, OrganisationEntry, Team, User
from questionnaire.queries.documents import document_for, render_for_sign_off
from questionnaire.queries.organisation import own_contacts
from questionnaire.tests.conftest import account
from questionnaire.tests.documents.reading import everything_in
from questionnaire.tests.pages import Page, controls, one_line
from questionnaire.tests.tampering import execute
from questionnaire.tests.views.administration.conftest import SignIn

Role = Membership.Role
CONTACTS_PAGE, NEW, TEXTS = "/beheer/contacts/", "/beheer/contacts/new/", "/beheer/texts/"
TYPED = {
    "kind": "district_officer",
    "name": "W. Voorbeeld",
    "number": "010-123 45 67",
    "reachable": "ma-vr 9-17",
    "note": "Ook voor <i>buren",
}


def add(client: Client, team: Team | None, **changed: str) -> OrganisationEntry:
    scope = str(team.pk) if team else "all"
    response = client.post(NEW, {**TYPED, "team": scope, **changed})
    assert response.status_code == 302, response.content.decode()
    return OrganisationEntry.objects.latest("number")


def stop_page(user: User, intake: Intake, signed_in: SignIn) -> str:
    return Page(signed_in(user), reverse("stop", args=[intake.pk])).html


def test_contact_is_shown_at_the_end_of_a_conversation_beside_the_national_ones(
    client: Client, team: Team, alice: User, intake: Intake, signed_in: SignIn
) -> None:
    add(client, team)

    html = stop_page(alice, intake, signed_in)

    assert "At your organisation" in html
    assert 'District officer (wijkagent): W. Voorbeeld, <a href="tel:0101234567">010-123 45 67</a>' in html
    assert "Ook voor &lt;i&gt;buren" in html
    for national in ("police_emergency", "police", "veilig_thuis"):
        assert CONTACTS[national].number in html
    event = Event.objects.get(code=EventCode.OWN_CONTACT_CHANGED)
    assert event.reason == f"district_officer, team {team.pk}"


def test_contact_stands_on_the_page_with_the_numbers_of_the_own_team_alone(
    client: Client, team: Team, bob: User, charlie: User, signed_in: SignIn
) -> None:
    add(client, team)

    assert "W. Voorbeeld" in Page(signed_in(bob), "/sources/").html
    assert "W. Voorbeeld" not in Page(signed_in(charlie), "/sources/").html


def test_contact_of_one_team_is_not_seen_by_another_and_that_of_all_is(
    client: Client, admin: User, team: Team, other_team: Team
) -> None:
    Membership.objects.create(user=admin, team=other_team, role=Role.ADMINISTRATOR)
    add(client, team, name="Only North")
    add(client, None, name="Everyone")

    assert [each.name for each in own_contacts(team, "nl")] == ["Only North", "Everyone"]
    assert [each.name for each in own_contacts(other_team, "nl")] == ["Everyone"]


def test_only_who_administers_every_team_writes_for_all(client: Client, team: Team, other_team: Team) -> None:
    for scope in ("all", str(other_team.pk)):
        response = client.post(NEW, {**TYPED, "team": scope})
        assert response.status_code == 200
    assert "All teams" not in Page(client, NEW).html
    assert not OrganisationEntry.objects.exists()


def test_manager_keeps_the_contacts_of_their_team(
    alice: User, bob: User, team: Team, other_team: Team, signed_in: SignIn
) -> None:
    manager = signed_in(alice)
    entry = add(manager, team)
    stranger = signed_in(account("olga", other_team, Role.MANAGER))

    for page in (
        f"{CONTACTS_PAGE}{entry.pk}/",
        f"{CONTACTS_PAGE}{entry.pk}/remove/",
        f"{CONTACTS_PAGE}{uuid4()}/",
    ):
        assert stranger.get(page).status_code == 404
        assert stranger.post(page, TYPED).status_code == 404
    assert "W. Voorbeeld" not in Page(stranger, CONTACTS_PAGE).html
    for page in (CONTACTS_PAGE, NEW, TEXTS):
        assert signed_in(bob).get(page).status_code == 403


def test_contact_is_changed_and_removed_after_asking(client: Client, team: Team) -> None:
    entry = add(client, team)
    page = f"{CONTACTS_PAGE}{entry.pk}/"

    Page(client, page).fill(number="010-999 99 99").press("x", "x")
    Page(client, page).press("x", "x")

    assert [each.number for each in own_contacts(team, "nl")] == ["010-999 99 99"]
    assert Event.objects.filter(code=EventCode.OWN_CONTACT_CHANGED).count() == 2
    assert "You can undo that for ten minutes." in Page(client, f"{page}remove/").html
    assert own_contacts(team, "nl")
    client.post(f"{page}remove/")
    assert own_contacts(team, "nl") == []
    assert "The contact is removed." in Page(client, CONTACTS_PAGE).html


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("number", "bel de balie", "This is not a telephone number."),
        ("number", "", "Fill in a telephone number."),
        ("name", "\u200b", "Fill in a name."),
        ("kind", "mayor", "mayor"),
    ],
)
def test_what_is_no_contact_is_refused_and_kept_on_the_page(
    client: Client, team: Team, name: str, value: str, error: str
) -> None:
    response = client.post(NEW, {**TYPED, "team": team.pk, name: value})

    html = one_line(response.content.decode())
    assert error in html
    assert "Ook voor &lt;i&gt;buren" in html
    assert not OrganisationEntry.objects.exists()


@pytest.mark.parametrize(
    ("column", "value"),
    [("content", '{"name": "x", "number": "0900-1", "reachable": "", "note": ""}'), ("kind", "shelter")],
)
def test_number_that_something_else_wrote_is_shown_to_nobody(
    client: Client, alice: User, team: Team, intake: Intake, signed_in: SignIn, column: str, value: str
) -> None:
    entry = add(client, team)
    execute(f"UPDATE questionnaire_organisationentry SET {column} = %s", value)  # noqa: S608

    html = stop_page(alice, intake, signed_in)

    assert "At your organisation" not in html
    assert "0900-1<" not in html
    assert own_contacts(team, "nl") == []
    assert client.get(f"{CONTACTS_PAGE}{entry.pk}/").status_code == 404
    assert "Something outside the program changed a contact" in Page(client, CONTACTS_PAGE).html
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_rights", stdout=out)
    assert str(entry.pk) in out.getvalue()
    assert "It cannot be brought back." in Page(client, f"{CONTACTS_PAGE}{entry.pk}/remove/").html
    client.post(f"{CONTACTS_PAGE}{entry.pk}/remove/")
    assert not OrganisationEntry.objects.exists()
    assert 'name="undo"' not in Page(client, CONTACTS_PAGE).html


def test_contact_of_another_team_is_not_moved_here_by_who_writes_the_database(
    client: Client, team: Team, other_team: Team
) -> None:
    add(client, team)

    execute("UPDATE questionnaire_organisationentry SET team_id = %s", other_team.pk)

    assert own_contacts(other_team, "nl") == []


def test_what_is_signed_off_keeps_the_contacts_of_then(
    client: Client, team: Team, alice: User, rachel: User, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    from questionnaire.actions import review

    entry = add(client, team)
    monkeypatch.setattr("questionnaire.queries.documents.render_pdf", lambda document: b"%PDF-1.7")
    review.submit(alice, intake)
    current = Intake.objects.get(pk=intake.pk)
    review.sign_off(rachel, current, *render_for_sign_off(current, rachel))
    client.post(f"{CONTACTS_PAGE}{entry.pk}/", {**TYPED, "number": "010-999 99 99"})
    signed = Intake.objects.get(pk=intake.pk)

    assert "010-123 45 67" in everything_in(document_for(signed, "nl"))
    assert "010-999 99 99" not in everything_in(document_for(signed, "nl"))


# --- Words and texts ----------------------------------------------------------------------------------------


def texts(client: Client, team: Team, **typed: str) -> str:
    posted = {f"{team.pk}-{name}": text for name, text in typed.items()}
    response = client.post(TEXTS, {**posted, "for": team.pk})
    return one_line(response.content.decode())


def test_own_word_and_text_stand_beside_what_the_program_says(
    client: Client, team: Team, alice: User, intake: Intake, signed_in: SignIn
) -> None:
    before = Page(signed_in(alice), "/intakes/start/").html
    assert "From your organisation" not in before

    texts(client, team, attention_officer_word_nl="zorgcoach", start_card_nl="Bel <b>vooraf</b>.")

    html = Page(signed_in(alice), "/intakes/start/").html
    assert "The attention officer is called zorgcoach here." in html
    assert '<span lang="nl">Bel &lt;b&gt;vooraf&lt;/b&gt;.</span>' in html
    assert 'In danger now: call <a href="tel:112">112</a>.' in html
    add(client, team, kind="attention_officer")
    assert "Attention officer (zorgcoach): W. Voorbeeld" in stop_page(alice, intake, signed_in)


def test_text_for_the_client_is_on_their_page_alone(client: Client, team: Team, intake: Intake) -> None:
    texts(client, team, client_page_nl="Kom gerust terug.")

    assert "Kom gerust terug." in everything_in(document_for(intake, "nl", EDITIONS["client"]))
    for code in ("full", "police", "advice", "report"):
        assert "Kom gerust terug." not in everything_in(document_for(intake, "nl", EDITIONS[code]))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Hulp bij Stalking",
            "over belaging",
            "Bent u bedreigd?",
            "Huiselijk geweld",
            "Hulp voor slachtoffers",
        ),
        *(
            "Na uw aangifte",
            "over uw ex-partner",
            "Harassment",
            "domestic violence",
            "Victim Support",
            "threats",
        ),
    ],
)
def test_text_that_gives_away_what_the_clients_page_is_about_is_refused(
    client: Client, team: Team, text: str
) -> None:
    html = texts(client, team, client_page_nl=text)

    assert "Do not name what it is about." in html
    assert text in html
    assert not OrganisationEntry.objects.exists()


def test_texts_of_a_team_go_before_those_of_all_and_empty_ones_are_removed(
    client: Client, team: Team, alice: User, signed_in: SignIn
) -> None:
    posted = {"all-start_card_nl": "Voor iedereen.", "for": "all"}
    client.post(TEXTS, posted)
    start = signed_in(alice)
    assert "Voor iedereen." in Page(start, "/intakes/start/").html

    texts(client, team, start_card_nl="Voor ons.")

    html = Page(start, "/intakes/start/").html
    assert "Voor ons." in html
    assert "Voor iedereen." not in html
    texts(client, team, start_card_nl=" ")
    assert "Voor iedereen." in Page(start, "/intakes/start/").html
    texts(client, team)
    assert "Nothing was changed." in Page(client, TEXTS).html
    assert Event.objects.filter(code=EventCode.OWN_TEXT_CHANGED).count() == 3


def test_texts_of_another_team_are_not_found(client: Client, other_team: Team) -> None:
    assert client.post(TEXTS, {"for": other_team.pk}).status_code == 404


def test_too_long_a_text_is_refused(client: Client, team: Team) -> None:
    assert "600" in texts(client, team, start_card_en="x" * 601)
    assert not OrganisationEntry.objects.exists()


def confirm(client: Client, at: int) -> None:
    """Let the user have given their password at this moment."""
    session = client.session
    session["confirmed_at"] = at
    session.pop("kept", None)
    session.save()


def test_texts_that_were_typed_are_kept_while_someone_confirms(client: Client, team: Team) -> None:
    page = Page(client, TEXTS).fill(**{f"{team.pk}-start_card_nl": "Bel vooraf."})
    confirm(client, 0)
    page.press("for", str(team.pk))
    assert not OrganisationEntry.objects.exists()
    confirm(client, 2**40)

    kept = Page(client, "/kept/")
    assert "Text on the page where a conversation begins" in kept.html
    assert "Bel vooraf." in kept.html
    again = client.post(TEXTS, {**dict(kept.posted.lists()), "_go": "save"})

    assert not OrganisationEntry.objects.exists()
    filled = controls(again.content.decode())
    client.post(TEXTS, {**dict(filled.lists()), "for": team.pk})
    assert OrganisationEntry.objects.get().content == {"nl": "Bel vooraf."}
    assert not HeldPost.objects.exists()


@pytest.mark.parametrize("url", [NEW, "/beheer/people/new/"])
def test_what_was_typed_for_a_new_one_is_kept_and_filled_in_again(
    client: Client, team: Team, url: str
) -> None:
    typed = TYPED if url == NEW else {"name": "D. Voorbeeld", "username": "dora"}
    page = Page(client, url).fill(**typed)
    confirm(client, 0)
    page.press("x", "x")
    (kept,) = HeldPost.objects.all()
    confirm(client, 2**40)
    assert typed["name"] in Page(client, "/kept/").html

    again = client.post(url, {**typed, "team": team.pk, "_go": "save", "_held": kept.pk})

    assert f'value="{typed["name"]}"' in again.content.decode()
    assert str(kept.pk) in again.content.decode()
    assert not OrganisationEntry.objects.exists()
    assert not User.objects.filter(username="dora").exists()


# --- What breaks the rules of this version, and who set what ------------------------------------------------


def test_a_contact_that_breaks_the_rules_of_this_version_is_named_and_removed(
    client: Client, team: Team
) -> None:
    entry = OrganisationEntry(team=team, kind="shelter", content={"name": "De Haven"})
    entry.save(force_insert=True)

    page = f"{CONTACTS_PAGE}{entry.pk}/"
    assert "A contact does not keep the rules of this version" in Page(client, CONTACTS_PAGE).html
    assert client.get(page).status_code == 404
    assert "It does not keep the rules of this version" in Page(client, f"{page}remove/").html
    client.post(f"{page}remove/")
    assert not OrganisationEntry.objects.exists()
    assert 'name="undo"' not in Page(client, CONTACTS_PAGE).html


def test_a_text_that_breaks_the_rules_of_this_version_is_set_again(client: Client, team: Team) -> None:
    OrganisationEntry(team=team, kind="client_page", content={"nl": "Stalking"}).save(force_insert=True)
    assert "What is stored here is not used." in Page(client, TEXTS).html

    texts(client, team, client_page_nl="Tot ziens")

    assert "is not used" not in Page(client, TEXTS).html
    assert OrganisationEntry.objects.get().content == {"nl": "Tot ziens"}


def test_pages_say_who_set_a_contact_and_each_text(
    client: Client, team: Team, alice: User, signed_in: SignIn
) -> None:
    entry = add(client, team)
    texts(signed_in(alice), team, client_page_nl="Tot ziens")
    OrganisationEntry(team=team, kind="start_card", content={"nl": "Koffie"}).save(force_insert=True)

    for page in (CONTACTS_PAGE, f"{CONTACTS_PAGE}{entry.pk}/"):
        assert one_line(Page(client, page).html).count("Set by ann on ") == 1
    html = one_line(Page(client, TEXTS).html)
    assert html.index("No event says who set this.") < html.index("Set by alice on ")
    assert html.count("Set by ") == 1
