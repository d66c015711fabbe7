"""Build the safety plan: for the own file, and for the client's page when that is ticked. No other has it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from questionnaire.documents import labels
from questionnaire.documents.blocks import Block, Fact, Facts, Paragraph, Remark, Section
from questionnaire.documents.presenter import Presenter
from questionnaire.domain.dates import format_date
from questionnaire.domain.safety_plan import Plan


def safety_plan(presenter: Presenter) -> Section:
    """Return the plan as it is now, marked as confidential; no blocks when there is none."""
    return Section("safety_plan", _("Safety plan"), tuple(_for_own_file(presenter)))


def for_client(presenter: Presenter) -> Section:
    """Return what the plan says, for the client: without who wrote it, under a heading that says little."""
    plan = presenter.plan.plan if presenter.plan else Plan()
    return Section("plan", _("Our plan"), (_parts(presenter, plan),) if plan else ())


def _for_own_file(presenter: Presenter) -> Iterator[Block]:
    version = presenter.plan
    if version is None:
        return
    yield Paragraph(
        _("Confidential. This goes to nobody else, unless the client wants that and it does no harm.")
    )
    left = _("Version %(number)s, %(when)s, by %(who)s.")
    values = {"number": version.number, "when": format_date(version.on), "who": version.by}
    caution = _("A plan does not take the danger away.")
    yield Paragraph(f"{left % values} {caution}")
    if version.plan:
        yield _parts(presenter, version.plan)
    if version.plan.empty:
        names = labels.SEPARATOR.join(str(part.label) for part in version.plan.empty)
        yield Paragraph(_("Nothing is written down yet about: %(parts)s.") % {"parts": names})


def _parts(presenter: Presenter, plan: Plan) -> Facts:
    agreed = pgettext("safety plan", "Agreed")
    return Facts(
        tuple(
            Fact(
                "",
                str(part.label),
                (presenter.free_text(about.text),) if about.text else (),
                remarks=tuple(
                    Remark(agreed, presenter.free_text(agreement.line())) for agreement in about.agreements
                ),
            )
            for part, about in plan.filled
        )
    )
