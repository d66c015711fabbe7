"""Build the section about the review: its state, the remarks with their answers, and the sign-off."""

from __future__ import annotations

from django.utils.translation import gettext as _

from questionnaire.documents import labels
from questionnaire.documents.blocks import Block, Fact, Facts, Paragraph, Remark, Section
from questionnaire.documents.presenter import Presenter
from questionnaire.domain.dates import format_date
from questionnaire.domain.review import Review, ReviewRemark


def state(review: Review) -> str:
    """Return whether this is a draft, in the few words that fit at the head of every page."""
    if review.signed_on is None:
        return _("DRAFT")
    return _("Signed off on %(date)s") % {"date": format_date(review.signed_on)}


def review(presenter: Presenter) -> Section:
    """Return the section with the remarks and the sign-off; empty as long as there are none."""
    review = presenter.review
    blocks: list[Block] = []
    if review.corrects:
        before = format_date(review.corrects)
        blocks.append(
            Paragraph(_("This version corrects the one that was signed off on %(date)s.") % {"date": before})
        )
    if review.remarks:
        blocks.append(Facts(tuple(_remark(presenter, remark) for remark in review.remarks)))
    if review.signed_on:
        signed = {"who": review.signed_by, "date": format_date(review.signed_on)}
        blocks.append(Paragraph(_("Signed off by %(who)s on %(date)s.") % signed))
    if review.signed_level:
        blocks.append(Paragraph(signed_level(review)))
    return Section("review", _("Review"), tuple(blocks))


def signed_level(review: Review) -> str:
    """Return with which level it was signed off, as other rules gave it; "" when that is the level of now."""
    if not review.signed_level:
        return ""
    sentence = _(
        'It was signed off at the level "%(level)s", by version %(version)s of the rules. '
        "This summary follows the rules of now. The signed PDF stays as it is."
    )
    return sentence % {"level": review.signed_level.label, "version": review.signed_rules}


def _remark(presenter: Presenter, remark: ReviewRemark) -> Fact:
    about = labels.label(remark.item) if remark.item else _("About all of it")
    if remark.answer:
        answer = Remark(
            _("Answer of %(who)s") % {"who": remark.answered_by}, presenter.free_text(remark.answer)
        )
    else:
        answer = Remark(_("Answer"), presenter.free_text(_("not answered")))
    return Fact(remark.item, about, (presenter.free_text(remark.text),), (remark.by,), (answer,))
