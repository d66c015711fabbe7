"""The scales that several questions share, from the least to the most."""

from django.utils.translation import gettext_lazy as _

from questionnaire.domain.items import Choice

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
