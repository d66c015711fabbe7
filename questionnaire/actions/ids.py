"""Make the ids of new rows, so that sending one page twice adds one row."""

from uuid import UUID, uuid4

from django.utils.crypto import salted_hmac

from questionnaire.models import User

_SALT = "questionnaire.actions.ids"


def row_id(user: User, page_id: UUID | None, *place: object) -> UUID:
    """Return the id of the row that this page of this person adds in this place; without `page_id` a new one.

    Whoever posts chooses `page_id`, and cannot choose the row's own id: so nobody can try whether a row of
    someone else exists, or take the id of a row that was erased.
    """
    if page_id is None:
        return uuid4()
    message = "\0".join(map(str, (user.pk, *place, page_id)))
    return UUID(bytes=salted_hmac(_SALT, message, algorithm="sha256").digest()[:16], version=4)
