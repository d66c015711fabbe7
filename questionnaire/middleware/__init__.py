"""Answer requests for which no view can: too large, or to a closed intake."""
