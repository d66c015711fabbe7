"""Logs as clients bring them: forty rows of a spreadsheet, and a chat. The people in them are invented."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from questionnaire.domain.incidents import Incident

SENDER: Final = "Persoon A"
MESSAGES: Final = 120

_HEADINGS: Final = ("Datum", "Tijd", "Waar", "Wat gebeurde er", "Bewijs", "Gemeld bij politie")
_TEXTS: Final = (
    "Waar ben je",
    "Neem op",
    "Ik zie dat je online bent",
    "Met wie ben je",
    "Ik sta voor je deur\nen ik ga niet weg",
    "Je kunt niet zonder mij",
    "Lees dit nou: morgen 12:30 bij het station",
)
_WORDS: Final = {"home": "thuis", "elsewhere": "ergens anders", "online": "online", "unknown": ""}
_REPORTED: Final = {True: "ja", False: "nee", None: ""}
_ROWS: Final = (
    ("04-05-2025", "20:15", "home", "Stond aan de overkant naar binnen te kijken", "", False),
    ("06-05-2025", "08:10", "elsewhere", "Liep achter mij aan van de bushalte naar mijn werk", "", None),
    ("09-05-2025", "", "online", "Vriendschapsverzoek van een nieuw account", "schermafdruk", False),
    ("12-05-2025", "23:40", "home", "Belde aan en liep weg; daarna nog eens om kwart over twaalf", "", False),
    ("15-05-2025", "12:30", "elsewhere", 'Bloemen op kantoor, met een kaartje: "tot gauw"', "foto", None),
    ("18-05-2025", "", "home", "Brief zonder afzender in de bus", "brief bewaard", True),
    ("22-05-2025", "07:55", "elsewhere", "Wachtte bij het hek van school", "", True),
    ("26-05-2025", "21:05", "online", "Stuurde een foto van mijn voordeur", "schermafdruk", True),
    ("30-05-2025", "02:20", "home", "Iemand rammelde aan de achterdeur", "", True),
    ("03-06-2025", "", "unknown", "Mijn zus kreeg een bericht met vragen over mij", "", None),
    ("08-06-2025", "19:00", "elsewhere", "Zat in het café twee tafels verder", "", False),
    ("13-06-2025", "22:22", "home", "Reed drie keer langzaam langs het huis", "kenteken genoteerd", False),
    ("16-06-2025", "", "online", "Mijn wachtwoord werkte niet meer", "", None),
    ("21-06-2025", "17:45", "elsewhere", "Stond naast mijn auto in de parkeergarage", "", True),
    ("25-06-2025", "06:30", "home", "De fietsband was kapot gestoken", "foto", True),
    ("28-06-2025", "", "home", "Vuilniszak opengemaakt", "", None),
    ("02-07-2025", "15:10", "elsewhere", "Sprak mijn collega aan bij de ingang", "", False),
    ("11/7/2025", "", "online", "Dreigde op internet te zetten waar ik woon", "schermafdruk", True),
    ("14-07-2025", "23:58", "home", "Klopte op het raam van de slaapkamer", "", True),
    ("19-07-2025", "13:00", "elsewhere", "Volgde mij door de supermarkt", "", False),
    ("8/9/2025", "18:20", "elsewhere", "Fietste langs toen ik uit de sportschool kwam", "", None),
    ("15-09-2025", "", "unknown", "De werkgever kreeg een anonieme klacht over mij", "brief", None),
    ("20-09-2025", "01:15", "home", "Alarm van de buren ging af; voetstappen in de tuin", "", True),
    ("25-09-2025", "10:40", "elsewhere", "Hield de deur van de huisarts dicht", "", True),
    ("29-09-2025", "", "online", "Plaatste een oude foto van mij", "schermafdruk", False),
    ("15-05-2025", "12:30", "elsewhere", 'Bloemen op kantoor, met een kaartje: "tot gauw"', "foto", None),
    ("03-10-2025", "16:05", "elsewhere", "Wachtte mijn zoon op bij voetbal", "", True),
    ("7/10/2025", "", "home", "Riep mijn naam op straat", "", False),
    ("18-10-2025", "22:10", "home", "Zette een kaars op de stoep", "foto", False),
    ("24-10-2025", "", "online", "Bestelde eten op mijn naam", "mail", None),
    ("31-10-2025", "20:00", "home", "Stond met een masker op voor de deur", "", True),
    ("05-11-2025", "09:25", "elsewhere", "Zat in dezelfde trein, twee banken achter mij", "", False),
    ("16-11-2025", "", "unknown", "Wist van een afspraak die ik aan niemand had verteld", "", None),
    ("22-11-2025", "19:35", "elsewhere", "Pakte mij bij de arm", "", True),
    ("30-05-2025", "02:20", "home", "Iemand rammelde aan de achterdeur", "", True),
    ("2/12/2025", "", "home", "Zakje met haar in de brievenbus", "bewaard in zakje", True),
    ("14-12-2025", "23:05", "online", "Stuurde een lied met de tekst:\njij bent van mij", "", None),
    ("25-12-2025", "", "home", "Kerstkaart met een foto van mijn kinderen", "kaart", True),
    ("09-01-2026", "07:15", "elsewhere", "Stond bij de bushalte en zei niets", "", False),
    ("27-02-2026", "21:50", "home", "Gooide steentjes tegen het raam", "filmpje", True),
)

#: The dates that can be read in two ways, with the day first.
_DAY_FIRST: Final = {
    "11/7/2025": "2025-07-11",
    "8/9/2025": "2025-09-08",
    "7/10/2025": "2025-10-07",
    "2/12/2025": "2025-12-02",
}


def _cell(text: str) -> str:
    """Return a cell as Excel copies it: with a line end in it between quotation marks."""
    return f'"{text}"' if "\n" in text else text


def spreadsheet() -> str:
    """Return forty rows with their headings, as they are copied from a spreadsheet.

    Four dates can be read in two ways, and two rows say the same as an earlier one.
    """
    rows = [
        (date, time, _WORDS[place], _cell(what), evidence, _REPORTED[reported])
        for date, time, place, what, evidence, reported in _ROWS
    ]
    return "\r\n".join("\t".join(row) for row in (_HEADINGS, *rows)) + "\r\n"


def incidents_of_spreadsheet() -> tuple[Incident, ...]:
    """Return what its rows say, from the earliest to the latest, those that say the same once."""
    found = {
        Incident(
            _DAY_FIRST.get(date, "-".join(reversed(date.split("-")))),
            place,
            what=what,
            evidence=evidence,
            reported=reported,
            time=time,
            times=3 if " drie keer " in what else 1,
            source="log",
        ): None
        for date, time, place, what, evidence, reported in _ROWS
    }
    return tuple(sorted(found, key=lambda incident: incident.date))


def chat() -> tuple[str, dict[str, int]]:
    """Return a chat as WhatsApp on an iPhone exports it, and how many messages of SENDER each day has."""
    at, counts, lines = datetime(2025, 11, 20, 7, 12, 5), dict[str, int](), []  # noqa: DTZ001  (as it is written)
    for number in range(MESSAGES):
        sender, text = (
            ("Ik", "Laat mij met rust") if number % 9 == 4 else (SENDER, _TEXTS[number % len(_TEXTS)])
        )
        lines.append(f"[{at:%d-%m-%Y, %H:%M:%S}] {sender}: {text}")
        if sender == SENDER:
            counts[f"{at:%Y-%m-%d}"] = counts.get(f"{at:%Y-%m-%d}", 0) + 1
        at += timedelta(hours=7, minutes=13 + number)
    return "\n".join(lines) + "\n", counts
