"""Tell which field of an incident a heading above a column names, in Dutch and in English."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final


def _by_word(fields: Mapping[str, str]) -> Mapping[str, str]:
    return {word: name for name, words in fields.items() for word in words.split("|")}


_EXACT: Final = _by_word(
    {
        "date": "datum|date|wanneer|when|dag|day|begindatum|startdatum|start date|vanaf|datum tijd"
        "|datum en tijd|datum en tijdstip|date time|date and time|datetime|timestamp|datum incident"
        "|datum voorval|date of incident",
        "time": "tijd|tijdstip|time|hoe laat|uur|begintijd|starttijd|start time|what time|time of day",
        "until": "tot|t m|tot en met|tot datum|einddatum|datum tot|until|to|end date|last day|laatste dag",
        "as_told": "in eigen woorden|datum in eigen woorden|as told|date as told|in own words",
        "place": "plaats|plek|waar|locatie|where|place|location",
        "what": "wat|what|gebeurtenis|omschrijving|beschrijving|voorval|incident|description|event"
        "|wat is er gebeurd|wat gebeurde er|what happened|toelichting",
        "times": "aantal|aantal keer|aantal keren|keer|keren|times|hoe vaak|how often|how many times"
        "|number of times",
        "by": "wie|who|door|by|door wie|by whom|dader|wie deed het|who did it",
        "witness": "getuige|getuigen|witness|witnesses|wie zag het|who saw it",
        "evidence": "bewijs|bewijzen|bewijsmateriaal|evidence|proof",
        "reported": "gemeld|politie|aangifte|melding|reported|police|reported to police"
        "|reported to the police|gemeld bij politie|gemeld bij de politie",
        "report_number": "meldingsnummer|aangiftenummer|mutatienummer|registratienummer|zaaknummer|pv"
        "|pv nummer|proces verbaal|proces verbaalnummer|report number|number of the report|crime reference"
        "|crime reference number|reference number|case number",
    }
)
_REPORT: Final = r"(?:meld|aangifte|report|poli)"
#: By a word in the heading, the first that fits. A date that is about the report is no date of the incident.
_PATTERNS: Final = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("extra", rf"\b(?:datum|date|tijd|time)\b.*{_REPORT}|{_REPORT}\w* (?:datum|date)"),
        (
            "report_number",
            r"(?:melding|aangifte|mutatie|registratie|zaak|proces verbaal|pv|politie)\w* ?(?:nummer|nr|no)\b",
        ),
        ("report_number", r"nummer (?:van )?(?:de |het )?(?:melding|aangifte|pv|proces)"),
        ("report_number", r"(?:report|crime|case|police)\w* .*(?:number|no|nr|ref)"),
        ("witness", r"getuige|witness|gezien door|seen by|(?:wie|who) (?:zag|saw)"),
        ("evidence", r"bewijs|evidence|proof"),
        ("reported", r"gemeld|politie|aangifte|reported|police"),
        ("times", r"\baantal\b|hoe vaak|how (?:often|many)"),
        ("until", r"einddatum|end date|tot en met|\buntil\b|\btot\b"),
        ("date", r"\bdatum\b|\bdate\b"),
        ("time", r"\btijd|\btime\b|hoe laat"),
        ("date", r"\bwanneer\b|\bwhen\b"),
        ("place", r"\bplaats|locati|\bwaar\b|\bwhere\b|\bplace\b"),
        ("what", r"gebeur|omschrijving|beschrijving|voorval|incident|happened|description|\bwat\b|\bwhat\b"),
        ("what", r"opmerking|bijzonderhe|notes?\b|remark|comment|details"),
        ("by", r"door wie|by whom|\bwie\b|\bwho\b|\bdader\b"),
    )
)
_CALLS: Final = _by_word(
    {
        "caller": "nummer|telefoonnummer|number|phone number|tegenpartij|contact|contactpersoon|naam|name|van"
        "|from|beller|caller",
        "direction": "richting|soort|soort oproep|soort gesprek|type|type oproep|direction|call type|kind",
        "duration": "duur|gespreksduur|lengte|duration|length|call duration",
    }
)
_CALL: Final = re.compile(r"oproep|gesprek|\bcall\b")


def plain(heading: str) -> str:
    """Return a heading in small letters, without signs and without what stands in brackets."""
    return " ".join(re.sub(r"[^\w]|_", " ", re.sub(r"\([^)]*\)", " ", heading.casefold())).split())


def exact_field(heading: str) -> str:
    """Return the field of a heading that is known as it stands; "" for others."""
    return _EXACT.get(plain(heading), "")


def field_of(heading: str) -> str:
    """Return the field of a heading, or of a word in it; "" when none is known."""
    words = plain(heading)
    found = (name for name, pattern in _PATTERNS if pattern.search(words))
    return _EXACT.get(words) or next(found, "")


def call_field(heading: str) -> str:
    """Return the field of a heading in a list of calls; "" when it is not one of these."""
    return _CALLS.get(plain(heading), "")


def is_list_of_calls(headings: Sequence[str]) -> bool:
    """Return whether these headings are those of a list of calls, and not of a log with words."""
    known, found = set(map(field_of, headings)), set(map(call_field, headings)) - {""}
    names_calls = "duration" in found or any(map(_CALL.search, map(plain, headings)))
    return names_calls and len(found) > 1 and "date" in known and "what" not in known


def are_headings(cells: Sequence[str]) -> bool:
    """Return whether these cells are headings: at least two of them are known."""
    return len(set(map(field_of, cells)) - {""}) > 1 or is_list_of_calls(cells)
