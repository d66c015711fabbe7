"""Which words of an incident name a kind of behaviour, and which leave it in doubt."""

import pytest

from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.incidents import Incident
from questionnaire.domain.log_behaviour import behaviours

SEEN = [
    ("home", "Hij stond weer voor de deur", "home.loiter"),
    ("home", "Ex reed langs, twee keer", "home.loiter"),
    ("home", "He drove past at night", "home.loiter"),
    ("home", "Aangebeld om 3 uur", "home.ring"),
    ("home", "Hij belde 's nachts aan", "home.ring"),
    ("home", "Bonkte op het raam", "home.ring"),
    ("home", "He knocked on my door", "home.ring"),
    ("home", "Rang the doorbell", "home.ring"),
    ("home", "Bloemen op de stoep neergelegd", "home.leave_items"),
    ("home", "Left flowers", "home.leave_items"),
    ("home", "Weer een brief in de bus", "home.letters"),
    ("home", "Another letter", "home.letters"),
    ("home", "Pizza besteld op mijn naam", "home.orders_in_name"),
    ("unknown", "Op mijn naam kleding besteld", "home.orders_in_name"),
    ("home", "Ordered food in my name", "home.orders_in_name"),
    ("home", "Banden lekgestoken", "home.damage"),
    ("home", "Tyres slashed", "home.damage"),
    ("home", "Gluurde naar binnen", "home.look_in"),
    ("home", "Looked through the window", "home.look_in"),
    ("home", "Sprak de buren aan", "home.via_neighbours"),
    ("home", "Approached our neighbour", "home.via_neighbours"),
    ("elsewhere", "Volgde me in de auto", "elsewhere.follow"),
    ("elsewhere", "He followed me to the station", "elsewhere.follow"),
    ("elsewhere", "Stond bij de halte op te wachten", "elsewhere.lie_in_wait"),
    ("elsewhere", "Waiting for me at the gym", "elsewhere.lie_in_wait"),
    ("elsewhere", "Versperde me de weg", "elsewhere.approach"),
    ("elsewhere", "Blocked my way", "elsewhere.approach"),
    ("unknown", "Hij mailde mijn baas", "elsewhere.contact_work"),
    ("elsewhere", "He called my office", "elsewhere.contact_work"),
    ("elsewhere", "Zat bij de school van de kinderen", "elsewhere.childrens_place"),
    ("elsewhere", "At the children’s school", "elsewhere.childrens_place"),
    ("online", "41 keer gebeld", "online.calls"),
    ("unknown", "6 gemiste oproepen", "online.calls"),
    ("online", "Called at 2 am", "online.calls"),
    ("online", "Lang appje over vroeger", "online.messages"),
    ("unknown", "Sent a message", "online.messages"),
    ("online", "Nieuw nepaccount", "online.fake_accounts"),
    ("online", "A fake profile", "online.fake_accounts"),
    ("online", "Verhaal op Facebook gezet", "online.posts"),
    ("online", "Posted lies about me", "online.posts"),
    ("online", "Dreigde met foto's van vroeger", "online.threaten_images"),
    ("online", "Threatened to share pictures", "online.threaten_images"),
    ("online", "Ingelogd op mijn e-mail", "online.account_access"),
    ("online", "Logged into my account", "online.account_access"),
    ("elsewhere", "AirTag in de tas gevonden", "online.tracking"),
    ("unknown", "Found a GPS tracker", "online.tracking"),
    ("online", "Doet zich voor als mij", "online.impersonation"),
    ("online", "Pretending to be me", "online.impersonation"),
]


@pytest.mark.parametrize(("place", "what", "row"), SEEN)
def test_words_that_leave_no_doubt_name_a_kind(place: str, what: str, row: str) -> None:
    assert {
        f"{grid.removeprefix('behaviour_')}.{code}"
        for grid, code in behaviours(Incident(place=place, what=what))
    } >= {row}


def test_the_words_are_of_rows_that_exist() -> None:
    for place, what, _row in SEEN:
        for grid, code in behaviours(Incident(place=place, what=what)):
            assert code in {row.code for row in ITEMS[grid].rows}


@pytest.mark.parametrize(
    ("place", "what"),
    [
        ("home", ""),
        ("home", "Ik heb de politie gebeld"),
        ("online", "Politie gebeld"),
        ("online", "112 gebeld"),
        ("online", "I called 112"),
        ("online", "Ik heb een bericht gestuurd"),
        ("online", "Bericht gestuurd dat hij moet stoppen"),
        ("online", "Niet gebeld vandaag"),
        ("online", "No messages today"),
        ("online", "Moeder belde of het goed ging"),
        ("online", "Buurvrouw appte dat zijn auto er stond"),
        ("online", "He called my mother"),
        ("home", "Pakje stond voor de deur"),
        ("home", "Hij stond bijna voor de deur"),
        ("home", "41 keer gebeld"),  # it is not known whether on the phone or at the door
        ("online", "Stond voor de deur"),
        ("elsewhere", "He hit me with a belt"),
        ("unknown", "Stond voor mijn huis"),
        ("home", "Het was weer raak"),
    ],
)
def test_words_in_doubt_name_nothing(place: str, what: str) -> None:
    assert behaviours(Incident(place=place, what=what)) == frozenset()


def test_of_a_long_text_the_beginning_is_read() -> None:
    assert behaviours(Incident(place="home", what=f"Aangebeld. {'en weer ' * 2000}")) == {
        ("behaviour_home", "ring")
    }
    assert behaviours(Incident(place="home", what=f"{'en weer ' * 2000} Aangebeld.")) == frozenset()


def test_each_part_of_a_sentence_stands_by_itself() -> None:
    incident = Incident(
        place="home", what="Hij stond voor de deur en heeft aangebeld, ik heb de politie gebeld."
    )
    assert behaviours(incident) == {("behaviour_home", "loiter"), ("behaviour_home", "ring")}


def test_a_call_at_the_door_or_to_work_is_no_call_to_the_client() -> None:
    assert behaviours(Incident(place="online", what="Belde bij ons aan")) == frozenset()
    assert behaviours(Incident(place="online", what="Hij belde mijn werk")) == {
        ("behaviour_elsewhere", "contact_work")
    }
    assert behaviours(Incident(place="online", what="Berichten op Instagram geplaatst")) == {
        ("behaviour_online", "posts")
    }
