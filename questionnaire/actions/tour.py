"""Record whether someone still wants to see the first steps."""

from __future__ import annotations

from questionnaire.models import User


def close_tour(user: User, *, is_closed: bool = True) -> bool:
    """Show this person the first steps no more, or again; return whether that is a change."""
    changed = user.tour_is_closed != is_closed
    user.tour_is_closed = is_closed
    user.save(update_fields=["tour_is_closed"])
    return changed
