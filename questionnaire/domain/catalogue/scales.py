"""The scales that items share, and the states without an answer."""

from django.utils.translation import gettext_lazy as _

from questionnaire.domain.items import NOT_REACHED, Choice

FREQUENCY = (
    Choice("never", _("Never")),
    Choice("once", _("Once")),
    Choice("sometimes", _("Sometimes")),
    Choice("weekly", _("Every week")),
    Choice("daily", _("Every day")),
    Choice("unknown", _("Don't know")),
)
BURDEN = (
    Choice("none", _("Not at all")),
    Choice("some", _("Somewhat")),
    Choice("much", _("A lot")),
    Choice("unknown", _("Don't know")),
)
ABSENT = (
    Choice("unknown", _("Client doesn't know")),
    Choice("declined", _("Prefers not to say")),
    Choice("not_asked", _("Deliberately not asked")),
)
NOT_REACHED_CHOICE = Choice(NOT_REACHED, _("Not discussed yet"))
