"""Say what pages may use of the browser: nothing but the clipboard and passkeys, for themselves."""

from typing import Final

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
