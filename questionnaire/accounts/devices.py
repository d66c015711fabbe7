"""A device in two words, so that a person knows their own sessions again. Nothing finer is kept."""

from typing import Final

# In this order: Edge and Opera also call themselves Chrome, which calls itself Safari.
_BROWSERS: Final = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "Chrom": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS: Final = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def device(user_agent: str) -> str:
    """Browser and system by name, as far as they are known ones: nothing of the text itself."""
    found = [_known(_BROWSERS, user_agent), _known(_SYSTEMS, user_agent)]
    return ", ".join(filter(None, found))


def _known(names: dict[str, str], user_agent: str) -> str:
    return next((name for sign, name in names.items() if sign in user_agent), "")
