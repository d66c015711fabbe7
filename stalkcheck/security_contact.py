"""Read from the environment where to report a security problem of this installation."""

import re
from typing import Final

from stalkcheck import environment
from stalkcheck.language import translated as _

_NAME: Final = "STALKCHECK_SECURITY_CONTACT"
#: What RFC 9116 takes as a contact, without white space, so that no value can add a line to the file.
_CONTACT: Final = re.compile(r"mailto:[^@\s]+@[^@\s]+|https://[^\s/]+(?:/\S*)?|tel:\+?[0-9-]+")


def contacts() -> tuple[str, ...]:
    """Return the addresses in order of preference, none when the variable is unset or blank."""
    values = environment.comma_separated(_NAME, default=())
    if not all(map(_CONTACT.fullmatch, values)):
        environment.exit_with(
            _(
                "STALKCHECK_SECURITY_CONTACT must be addresses by commas, each mailto:..., https://... or "
                "tel:..."
            )
        )
    return tuple(values)


#: The setting.
SECURITY_CONTACTS: Final = contacts()
