"""Ask about evidence, earlier help and wishes."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from questionnaire.domain.items import Choice, Item, Section, many

SECTION = Section(
    id="help",
    title=_("Evidence, earlier help and your wishes"),
    items=(
        many(
            "evidence_kept",
            label=_("What has been kept"),
            question=_("What have you kept or written down? Nothing is fine too."),
            why=_("Evidence helps. It is never a condition for help."),
            ask=_("Is there anything that you kept? If not, that is fine."),
            avoid=_("Do not make evidence a condition for help."),
            options=(
                Choice("log", pgettext_lazy("evidence_kept", "Log")),
                Choice("screenshots", _("Screenshots")),
                Choice("messages", _("Messages or voicemails")),
                Choice("letters", _("Letters or objects")),
                Choice("photos", _("Photos or camera footage")),
                Choice("witnesses", _("Witnesses")),
                Choice("none", _("Nothing yet")),
            ),
            raises=(),
        ),
        many(
            "police_contact",
            label=_("Contact with the police"),
            question=_("Has there been contact with the police?"),
            why=_("So that the client need not tell the story again. Never ask why not."),
            ask=_("Have you spoken with the police before? What was agreed?"),
            avoid=_("Do not ask why the client did not go to the police."),
            options=(
                Choice("notified", _("Police notified")),
                Choice("formal_report", _("Formal report made")),
                Choice("location_agreement", _("Location agreement (AOL)")),
                Choice("fixed_contact", _("Fixed contact person")),
                Choice("none", _("No contact yet")),
            ),
            raises=(),
        ),
        many(
            "other_help",
            label=_("Help already there"),
            question=_("What help is there already, and what did or did not help?"),
            why=_("One fixed contact prevents that everyone knows a piece and nobody the whole."),
            ask=_("Who is already helping you, and what helped or did not?"),
            avoid=_("Do not send the client on without a warm handover."),
            options=(
                Choice("veilig_thuis", _("Veilig Thuis (Safe at Home)")),
                Choice("victim_support", _("Victim Support Netherlands")),
                Choice("shelter", _("Shelter")),
                Choice("mental_health", _("Mental health care")),
                Choice("gp", _("GP")),
                Choice("lawyer", _("Lawyer or Legal Aid Desk")),
                Choice("employer_school", _("Employer or school")),
                Choice("neighbourhood_team", _("Neighbourhood or youth team")),
                Choice("other", pgettext_lazy("other_help", "Other")),
                Choice("none", _("No help yet")),
            ),
            raises=(),
            private=True,
        ),
        Item(
            "client_wishes",
            "text",
            label=_("What the client wants"),
            question=_("What would you like to happen, and what should certainly not happen?"),
            why=_("The client stays in control as much as possible."),
            ask=_("What do you want to happen first? And what do you not want?"),
            avoid=_("Do not promise what others decide, such as an order."),
            core=True,
        ),
        many(
            "consent_share",
            label=_("Consent to share"),
            question=_("With whom may we share this?"),
            why=_(
                "Sharing is possible with consent. Without it you may report to Veilig Thuis (meldrecht). With others you share only in serious danger. Record the reason."
            ),
            ask=_("With whom may I talk about this, and with whom not?"),
            avoid=_("Do not press. Say honestly when you would share without consent."),
            options=(
                Choice("police", _("Police")),
                Choice("veilig_thuis", _("Veilig Thuis (Safe at Home)")),
                Choice("victim_support", _("Victim Support Netherlands")),
                Choice("gp", _("GP")),
                Choice("employer_school", _("Employer or school")),
                Choice("network", _("People around the client")),
                Choice("none", _("With nobody")),
            ),
            raises=(),
            core=True,
        ),
    ),
)
