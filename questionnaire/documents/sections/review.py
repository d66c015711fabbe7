"""The review in a document: where it stands, the remarks with their answers, and who signed it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from questionnaire.documents import labels
from questionnaire.documents.blocks import Block, Fact, Facts, Paragraph, Remark, Section
from questionnaire.documents.presenter import Presenter
from questionnaire.domain.dates import words
from questionnaire.domain.review import Remarked, Review


def state(review: Review) -> str:
    """Whether this is a draft, in the few words that fit at the head of every page."""
    if review.signed_on is None:
        return _("DRAFT")
    return _("Signed off on %(date)s") % {"date": words(review.signed_on.isoformat())}


def review(telling: Presenter) -> Section:
    """The section with the remarks and the sign-off; empty as long as there are none."""
    told = telling.review
    blocks: list[Block] = []
    if told.corrects:
        before = words(told.corrects.isoformat())
        blocks.append(
            Paragraph(_("This version corrects the one that was signed off on %(date)s.") % {"date": before})
        )
    if told.remarks:
        blocks.append(Facts(tuple(_remark(telling, remark) for remark in told.remarks)))
    if told.signed_on:
        signed = {"who": told.signed_by, "date": words(told.signed_on.isoformat())}
        blocks.append(Paragraph(_("Signed off by %(who)s on %(date)s.") % signed))
    return Section("review", _("Review"), tuple(blocks))


def _remark(telling: Presenter, remark: Remarked) -> Fact:
    about = labels.label(remark.item) if remark.item else _("About all of it")
    answers = (
        (Remark(_("Answer of %(who)s") % {"who": remark.answered_by}, telling.free(remark.answer)),)
        if remark.answer
        else (Remark(_("Answer"), telling.free(_("not answered"))),)
    )
    return Fact(remark.item, about, (telling.free(remark.text),), (remark.by,), answers)
