"""Say which edition of the rules this is."""

from typing import Final

#: It goes up when an intake can get another level or other advice: then `update_levels` computes levels anew.
RULES_VERSION: Final = 2
