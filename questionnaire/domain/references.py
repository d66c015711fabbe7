"""List what the questions and the advice rest on. No other module has the address of a source in it.

Nothing here loads a page: an address is printed, and on the page of sources it is a link.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

ReferenceKind = Literal["guide", "law", "organisation", "study", "own"]


@dataclass(frozen=True, slots=True)
class Reference:
    """One source, as advice names it. `address` is empty when none is known: no address is guessed.

    `checked_on` is the day on which someone last saw it, None when it was never looked up.
    """

    id: str
    kind: ReferenceKind
    name: StrPromise | str
    title: StrPromise | str
    maker: StrPromise | str
    address: str = ""
    checked_on: date | None = None

    @property
    def url(self) -> str:
        """Return the address as a link, or nothing."""
        return f"https://{self.address}" if self.address else ""


# From the project's own list of facts, as the numbers in `contacts`; nobody opened the pages since this day.
_CHECKED: Final = date(2026, 11, 23)

_POLICE: Final = _("Police")
_VICTIM_SUPPORT: Final = _("Victim Support Netherlands")
_GOVERNMENT: Final = _("Government of the Netherlands")
_STALKING_PAGE: Final = "www.slachtofferhulp.nl/gebeurtenissen/stalking/"
_LAW: Final = "wetten.overheid.nl"


def _study(id: str, name: str, title: StrPromise, maker: str, address: str = "", *, seen: bool) -> Reference:  # noqa: A002
    """Return a publication, named by its authors and year; those that nobody looked up have no day."""
    return Reference(id, "study", name, title, maker, address, _CHECKED if seen else None)


_GUIDES: Final = (
    Reference(
        "factsheet",
        "guide",
        _("Factsheet on stalking"),
        _("Factsheet on stalking, for professionals who work with the reporting code"),
        _("Victim Support Netherlands, AROSAg, the police and Veilig Thuis"),
        checked_on=_CHECKED,
    ),
    Reference(
        "brochure",
        "guide",
        _('Brochure "Als u wordt gestalkt"'),
        _("Practical tips for people who are stalked"),
        _POLICE,
        "www.huiselijkgeweld.nl/actueel/nieuws/2022/06/30/nieuwe-versie-brochure-als-u-wordt-gestalkt",
        _CHECKED,
    ),
    Reference(
        "victim_support",
        "guide",
        _VICTIM_SUPPORT,
        _("What stalking is, and what you can do"),
        _VICTIM_SUPPORT,
        _STALKING_PAGE,
        _CHECKED,
    ),
    Reference(
        "victim_support_evidence",
        "guide",
        _VICTIM_SUPPORT,
        _("Collecting evidence"),
        _VICTIM_SUPPORT,
        f"{_STALKING_PAGE}bewijs-verzamelen-gestalkt/",
        _CHECKED,
    ),
    Reference(
        "victim_support_rights",
        "guide",
        _VICTIM_SUPPORT,
        _("Rights in a case of stalking"),
        _VICTIM_SUPPORT,
        f"{_STALKING_PAGE}rechten/#bekijk-uw-rechten",
        _CHECKED,
    ),
)

_LAWS: Final = (
    Reference(
        "reporting_code",
        "law",
        _("Reporting Code Act"),
        _("Reporting Code Act for domestic violence and child abuse, with its five steps"),
        _GOVERNMENT,
        "business.gov.nl/regulation/reporting-child-abuse-domestic-violence",
        _CHECKED,
    ),
    Reference(
        "assessment_framework",
        "law",
        _("Assessment framework"),
        _("What acute and structural unsafety are; each profession has its own framework"),
        _("The professional groups"),
        "afwegingskadermeldcode.nl",
        _CHECKED,
    ),
    Reference(
        "child_check",
        "law",
        _("Child check"),
        _("The child check in step 1 of the reporting code"),
        "huiselijkgeweld.nl",
        "huiselijkgeweld.nl/vormen/kindcheck",
        _CHECKED,
    ),
    Reference(
        "criminal_code",
        "law",
        _("Dutch Criminal Code, article 285b"),
        _("Stalking (belaging) as an offence, and the complaint by the victim"),
        _GOVERNMENT,
        _LAW,
    ),
    Reference(
        "exclusion_order",
        "law",
        _("Temporary Domestic Exclusion Order Act"),
        _("The exclusion order by the mayor"),
        _GOVERNMENT,
        "burgemeesters.nl",
        _CHECKED,
    ),
    Reference(
        "working_conditions",
        "law",
        _("Working Conditions Act"),
        _("The employer's duty of a safe workplace"),
        _GOVERNMENT,
        _LAW,
    ),
)

_ORGANISATIONS: Final = (
    Reference(
        "police",
        "organisation",
        _POLICE,
        _("Advice on reporting, evidence, warning talks and forced contact"),
        _POLICE,
        "politie.nl",
        _CHECKED,
    ),
    Reference(
        "veilig_thuis",
        "organisation",
        "Veilig Thuis",
        _("For whom Veilig Thuis is there when someone is stalked"),
        "Veilig Thuis Utrecht",
        "veiligthuisutrecht.nl/expertise/stalking",
        _CHECKED,
    ),
    Reference(
        "veilig_thuis_report",
        "organisation",
        "Veilig Thuis",
        _("Advice and report, and who may read a report"),
        "Veilig Thuis Zuid-Limburg",
        "veiligthuiszl.nl/en/melding-maken-de-meldcode",
        _CHECKED,
    ),
    Reference(
        "sexual_violence_centre",
        "organisation",
        _("Sexual Assault Centre"),
        _("Help after sexual violence"),
        _("Sexual Assault Centre"),
    ),
    Reference(
        "techsafety",
        "organisation",
        "techsafety.org",
        _("Safety with telephones, accounts and trackers"),
        "techsafety.org",
        "techsafety.org",
        _CHECKED,
    ),
)

_STUDIES: Final = (
    _study(
        "campbell_2003",
        "Campbell 2003",
        _("Lethal violence by a partner or ex"),
        "Campbell et al., American Journal of Public Health",
        seen=False,
    ),
    _study(
        "churcher_nesca_2013",
        "Churcher & Nesca 2013",
        _("Violence by people who stalk: studies taken together"),
        "Churcher & Nesca (ProQuest 1519062099)",
        seen=True,
    ),
    _study(
        "glass_2008",
        "Glass 2008",
        _("Strangulation by a partner and danger to life"),
        "Glass et al., Journal of Emergency Medicine",
        seen=False,
    ),
    _study(
        "mcewan_2009", "McEwan 2009", _("Violence in stalking"), "McEwan et al. (Cambridge Core)", seen=True
    ),
    _study(
        "mcfarlane_2002",
        "McFarlane 2002",
        _("Threats and following before (attempted) murder by a partner or ex"),
        "McFarlane, Campbell & Watson",
        "pubmed.ncbi.nlm.nih.gov/12030246/",
        seen=True,
    ),
    _study(
        "mechanic_2000",
        "Mechanic 2000",
        _("Control in a relationship and stalking afterwards"),
        "Mechanic et al.",
        "www.ncbi.nlm.nih.gov/pmc/articles/PMC2977930/",
        seen=True,
    ),
    _study(
        "monckton_smith_2017",
        "Monckton Smith 2017",
        _("What came before homicide, in the United Kingdom"),
        "Monckton Smith et al.",
        "suzylamplugh.org/news/homicide-research",
        seen=True,
    ),
    _study(
        "pathe_mullen_1997",
        "Pathé & Mullen 1997",
        _("What stalking does to victims"),
        "Pathé & Mullen",
        seen=False,
    ),
    _study(
        "purcell_2004",
        "Purcell 2004",
        _("When harassment becomes serious: the first two weeks"),
        "Purcell, Pathé & Mullen (Deakin DU:30002769)",
        seen=True,
    ),
    _study(
        "purcell_2005",
        "Purcell 2005",
        _("Health complaints of people who were stalked"),
        "Purcell et al., British Journal of Psychiatry 187",
        seen=True,
    ),
    _study("rosenfeld_2003", "Rosenfeld 2003", _("How often stalking begins again"), "Rosenfeld", seen=False),
    _study(
        "rosenfeld_2004",
        "Rosenfeld 2004",
        _("Violence by people who stalk: 13 studies"),
        "Rosenfeld",
        "fordham.bepress.com/psych_facultypubs/253",
        seen=True,
    ),
    _study(
        "sheridan_grant_2007",
        "Sheridan & Grant 2007",
        _("Stalking online and offline"),
        "Sheridan & Grant",
        seen=False,
    ),
    _study(
        "sheridan_roberts_2011",
        "Sheridan & Roberts 2011",
        _("Fear and severe violence, among 1,565 victims"),
        "Sheridan & Roberts",
        seen=True,
    ),
    _study(
        "spitzberg_2002",
        "Spitzberg 2002",
        _("Orders and how often they are breached"),
        "Spitzberg",
        seen=False,
    ),
    _study(
        "weisz_2000",
        "Weisz 2000",
        _("What victims themselves expect"),
        "Weisz, Tolman & Saunders",
        "news.umich.edu/?p=2740",
        seen=True,
    ),
)

_OWN: Final = Reference(
    "own",
    "own",
    _("Working method of this questionnaire"),
    _("A choice of this questionnaire, not of research or law"),
    _("The makers of this questionnaire"),
)

REFERENCES: Final = {
    reference.id: reference for reference in (*_GUIDES, *_LAWS, *_ORGANISATIONS, *_STUDIES, _OWN)
}
