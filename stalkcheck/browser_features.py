"""Say what pages may use of the browser, and from where: only their own, the clipboard and passkeys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

_DISABLED_FEATURES: Final = (
    *("accelerometer", "autoplay", "camera", "clipboard-read", "display-capture", "encrypted-media"),
    *("fullscreen", "geolocation", "gyroscope", "hid", "idle-detection", "magnetometer", "microphone"),
    *("midi", "payment", "picture-in-picture", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
)
_OWN_FEATURES: Final = ("clipboard-write", "publickey-credentials-create", "publickey-credentials-get")
PERMISSIONS_POLICY: Final = {
    **dict.fromkeys(_DISABLED_FEATURES, "none"),
    **dict.fromkeys(_OWN_FEATURES, "self"),
}


def content_security_policy(sign_in_at: Iterable[str]) -> dict[str, Any]:
    """Return the policy of all pages, with the addresses of identity providers that people sign in at."""
    own = (f"{name}-src" for name in ("script", "style", "img", "font", "connect"))
    return {
        "DIRECTIVES": {
            "default-src": [NONE],
            **{name: [SELF] for name in own},
            # This also applies to where a form redirects, such as to the provider.
            "form-action": [SELF, *dict.fromkeys(map(_origin, sign_in_at))],
            "frame-ancestors": [NONE],
            "base-uri": [NONE],
            "object-src": [NONE],
            "require-trusted-types-for": ["'script'"],
            "trusted-types": [NONE],
        }
    }


def _origin(url: str) -> str:
    """Return scheme, host and port of an address, as a policy names it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
