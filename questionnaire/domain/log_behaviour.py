"""Recognise kinds of behaviour in what an incident says, by words that can mean nothing else.

Only words that are unmistakable count, in Dutch and English, and only in a part of a sentence that says
nothing of the client's own acts, of the police, or of what did not happen: "I called the police" is no
unwanted call. So much is missed, and hardly anything is seen that is not there. What is missed says nothing:
it is never read as "no".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from questionnaire.domain.contacts import CONTACTS
from questionnaire.domain.incidents import UNKNOWN_PLACE, Incident

#: What an incident says after so many characters is left aside: a log can hold megabytes.
_MOST_READ: Final = 1_000
#: A kind of behaviour: the grid and its row.
Row = tuple[str, str]

_PART: Final = re.compile(
    r"[.,;:!?()\n\u2013\u2014]|\b(?:en|maar|toen|terwijl|want|dus|and|but|when|while|then|so|because)\b"
)
_EMERGENCY: Final = CONTACTS["police_emergency"].number
#: Who or what makes words mistakable: the client and others who act, and what did not happen.
_OTHERWISE: Final = re.compile(
    rf"\b(?:ik|wij|we|politie|agent\w*|wijkagent|advocaat|meldkamer|{_EMERGENCY}|niet|geen|nooit|niets|bijna"
    r"|moet stoppen|wilde stoppen|to stop"
    r"|i|police|officer|lawyer|not|no|never|nothing|nobody|almost|didn't|hasn't)\b"
)

_THE: Final = "(?:de|het|een|mijn|m'n|onze|ons|the|a|my|our)"
_MINE: Final = "(?:mijn|m'n|onze|ons|my|our)"
_CLIENT: Final = "(?:me|mij|haar|hem|ons|her|him|us)"
_DOOR: Final = "(?:deur|voordeur|raam|ramen)"
_SITES: Final = "(?:facebook|instagram|tiktok|snapchat|linkedin|internet)"
_WORK: Final = "(?:werk|baas|leidinggevende|collega|collega's|school|work|boss|manager|employer|office)"

#: By grid and row: words that can mean nothing else. They are matched in small letters.
_WORDS: Final[dict[Row, tuple[str, ...]]] = {
    ("behaviour_home", "loiter"): (
        rf"(?:stond|stonden|staat) (?:weer |lang |uren )?(?:voor|bij) {_THE} (?:deur|voordeur|huis|raam)",
        rf"(?:voor|bij) {_THE} (?:deur|voordeur|huis|raam) gestaan",
        r"(?:reed|rijdt) (?:weer )?(?:langs|voorbij)|langsgereden",
        r"(?:drove|drives|driving) (?:past|by)|(?:stood|standing|waited) outside",
    ),
    ("behaviour_home", "ring"): (
        r"aangebeld|aanbelde|(?:belde|belt) (?:[\w']+ ){0,3}aan",
        rf"(?:klopte|bonkte|bonsde|geklopt|gebonkt|gebonsd) (?:\w+ )?op {_THE} {_DOOR}",
        rf"op {_THE} {_DOOR} (?:geklopt|gebonkt|gebonsd)",
        rf"(?:rang|ringing) {_THE} (?:door)?bell",
        rf"(?:knocked|banged|knocking|banging) on {_THE} (?:front )?(?:door|window|windows)",
    ),
    ("behaviour_home", "leave_items"): (
        r"(?:bloemen|cadeau|cadeautje|knuffel|briefje|roos|rozen|spullen) (?:\w+ ){0,4}"
        r"(?:achtergelaten|neergelegd|neergezet)",
        r"left (?:flowers|roses|gifts|things|a (?:gift|present|rose|note|teddy))",
    ),
    ("behaviour_home", "letters"): (
        r"(?:een|nieuwe|lange|tweede|derde|anonieme) brief|brieven|dreigbrief|een (?:pakje|pakket)",
        r"(?:a|another|second|third|anonymous) (?:letter|parcel)",
    ),
    ("behaviour_home", "orders_in_name"): (
        rf"(?:besteld|bestelling|bestellingen) (?:\w+ ){{0,3}}op {_MINE} naam",
        rf"op {_MINE} naam (?:\w+ ){{0,3}}besteld",
        rf"(?:ordered|order|orders) (?:\w+ ){{0,3}}in {_MINE} name",
    ),
    ("behaviour_home", "damage"): (
        r"lek ?gestoken|lek ?geprikt|vernield|vernielde|bekrast|bekraste|ingegooid|beklad",
        r"(?:raam|ramen|ruit|ruiten) ingeslagen",
        rf"slashed|vandali[sz]ed|smashed|(?:scratched|keyed) {_THE} car",
    ),
    ("behaviour_home", "look_in"): (
        rf"(?:keek|gluurde|kijkt|gluurt) (?:\w+ )?(?:naar binnen|door {_THE} (?:raam|ramen|brievenbus))",
        r"naar binnen (?:gekeken|gegluurd|gefilmd)",
        rf"(?:looked|looking|peered|peering) (?:in|into|through) {_THE} (?:window|windows|letterbox|house)",
    ),
    ("behaviour_home", "via_neighbours"): (
        rf"(?:sprak|spreekt) {_THE} (?:buren|buurman|buurvrouw) aan",
        r"(?:buren|buurman|buurvrouw) aangesproken",
        rf"(?:approached|questioned) {_THE} neighbou?rs?",
    ),
    ("behaviour_elsewhere", "follow"): (
        r"achtervolgd|achtervolgde|achterna (?:gereden|gelopen|gefietst)",
        rf"(?:volgde|volgt) {_CLIENT}|{_CLIENT} gevolgd",
        rf"(?:followed|following|chased|tailed) {_CLIENT}",
    ),
    ("behaviour_elsewhere", "lie_in_wait"): (
        rf"opgewacht|(?:stond|staat|zat) (?:\w+ ){{0,4}}op te wachten|wachtte {_CLIENT} op",
        rf"(?:waiting|waited) for {_CLIENT}|lay in wait|lying in wait",
    ),
    ("behaviour_elsewhere", "approach"): (
        rf"(?:versperde|blokkeerde) (?:{_CLIENT} )?{_THE} weg|klemgereden|sprak {_CLIENT} aan",
        rf"blocked {_MINE} (?:way|path|car)|(?:came up to|approached) {_CLIENT}",
    ),
    ("behaviour_elsewhere", "contact_work"): (
        rf"(?:belde|belt|mailde|mailt) (?:\w+ )?{_MINE} {_WORK}",
        rf"(?:called|calls|rang|e-?mailed|e-?mails) {_MINE} {_WORK}",
    ),
    ("behaviour_elsewhere", "childrens_place"): (
        rf"(?:bij|voor) {_THE} (?:school|opvang|crèche|kinderopvang) van {_THE} "
        r"(?:kind|kinderen|zoon|zoontje|dochter|dochtertje)",
        rf"(?:at|outside) {_THE} (?:children's|kids'|child's|son's|daughter's) (?:school|nursery)",
    ),
    ("behaviour_online", "calls"): (
        r"gebeld|opgebeld|belde|belt (?:me|mij|weer|op)|gemiste oproepen?|telefoontjes?",
        r"called|missed calls?|phone calls?|rang (?:me|her|him|us)",
    ),
    ("behaviour_online", "messages"): (
        r"bericht(?:en|je|jes)?|appjes?|appte|geappt|whatsapp\w*|sms|sms'?jes|sms'?te|ge-?sms't",
        r"mails?|mailtjes?|mailde|gemaild|e-mails?|voicemails?|dm's",
        r"messages?|messaged|texts|texted|emails?|e-?mailed|dms",
    ),
    ("behaviour_online", "fake_accounts"): (
        r"nep-?(?:accounts?|profiel|profielen)|(?:account|profiel) onder een (?:valse|andere) naam",
        r"fake (?:accounts?|profiles?)",
    ),
    ("behaviour_online", "posts"): (
        rf"(?:geplaatst|gepost|gezet) op {_SITES}|op {_SITES} (?:geplaatst|gepost|gezet)",
        rf"posted (?:\w+ ){{0,4}}(?:about {_CLIENT}|on {_SITES})",
    ),
    ("behaviour_online", "threaten_images"): (
        r"dreig(?:t|de|en|den) (?:\w+ ){0,6}(?:(?:naakt)?foto(?:'s)?|beelden|filmpjes?|video(?:'s)?)",
        r"threaten(?:s|ed|ing)? (?:\w+ ){0,6}(?:photos?|pictures?|images?|videos?|nudes)",
    ),
    ("behaviour_online", "account_access"): (
        rf"ingelogd (?:op|in|bij) {_MINE}|{_MINE} account gehackt",
        rf"logged in(?:to| to) {_MINE}|hacked {_MINE} account",
    ),
    ("behaviour_online", "tracking"): (r"air ?tag|gps[ -]tracker|peilzender|tracking device",),
    ("behaviour_online", "impersonation"): (
        rf"(?:deed|doet) zich voor als {_CLIENT}|uit mijn naam",
        rf"(?:pretended|pretending) to be {_CLIENT}",
    ),
}
_PATTERNS: Final = {row: re.compile(rf"\b(?:{'|'.join(words)})\b") for row, words in _WORDS.items()}
#: Others whom someone calls or writes to, or who do so themselves; and things, which stand before a door too.
_OTHERS: Final = (
    r"moeder|vader|ouders|zus|broer|oma|opa|vriend\w*|buur\w*|buren|collega\w*|baas|werk|school|dokter|huisarts"
    r"|hulpverlen\w*|mother|father|parents|sister|brother|friends?|neighbou?rs?|colleagues?|boss|work|doctor|gp"
)
_THINGS: Final = r"pakje|pakket|tas|doos|bloemen|cadeau|fiets|container|package|parcel|bag|box|flowers|bike"
#: Words beside which a kind is in doubt.
_UNLESS: Final = {
    row: re.compile(rf"\b(?:{words})\b")
    for row, words in {
        ("behaviour_home", "loiter"): _THINGS,
        ("behaviour_online", "calls"): _OTHERS,
        ("behaviour_online", "messages"): _OTHERS,
    }.items()
}

#: Rows whose words say where it was, or for which that does not matter.
_ANYWHERE: Final = frozenset(
    {
        ("behaviour_home", "orders_in_name"),
        ("behaviour_elsewhere", "contact_work"),
        ("behaviour_elsewhere", "childrens_place"),
        ("behaviour_online", "tracking"),
    }
)
#: Where these words are in the same part of a sentence, it is not about the kind on the left.
_RATHER: Final[dict[Row, tuple[Row, ...]]] = {
    ("behaviour_online", "calls"): (("behaviour_home", "ring"), ("behaviour_elsewhere", "contact_work")),
    ("behaviour_online", "messages"): (
        ("behaviour_online", "posts"),
        ("behaviour_elsewhere", "contact_work"),
    ),
}


def behaviours(incident: Incident) -> frozenset[Row]:
    """Return the kinds of behaviour that an incident is about, as far as its words leave no doubt."""
    return frozenset(
        row for part in _parts(incident.what[:_MOST_READ]) for row in _in_part(part, incident.place)
    )


def _parts(text: str) -> Iterator[str]:
    """Yield the parts of sentences that say nothing of other acts, in small letters."""
    for part in _PART.split(text.lower().replace("\u2019", "'")):
        if not _OTHERWISE.search(part):
            yield part


def _in_part(part: str, place: str) -> Iterator[Row]:
    found = {row for row, pattern in _PATTERNS.items() if pattern.search(part)}
    for row in found:
        doubt = _UNLESS.get(row)
        is_rather = found.intersection(_RATHER.get(row, ()))
        if _is_there(row, place) and not is_rather and not (doubt and doubt.search(part)):
            yield row


def _is_there(row: Row, place: str) -> bool:
    """Return whether what happened there belongs in the table of the row.

    Calls and messages come by phone or online wherever the client was.
    """
    own = row[0].removeprefix("behaviour_")
    return row in _ANYWHERE or place == own or (own == "online" and place == UNKNOWN_PLACE.code)
