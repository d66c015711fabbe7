"""What every page needs and no view should repeat."""

from django import template

from questionnaire.domain import text
from questionnaire.domain.contacts import CONTACTS, Contact

register = template.Library()


@register.simple_tag
def contact(contact_id: str) -> Contact:
    """One of the numbers to call."""
    return CONTACTS[contact_id]


@register.filter
def shown(words: str) -> str:
    """Free text as it may stand on a page: see `questionnaire.domain.text.shown`."""
    return text.shown(words)
