"""The example of an answers file in the contract."""

from typing import Final

EXAMPLE: Final = """
{"version": 1, "reference": "2026-117", "language": "nl", "date": "2026-03-23",
 "answers": {"danger_now": "soon", "threats": ["kill"], "fear_level": 9, "feared_events": ["kill"],
             "behaviour_online": {"messages": "daily"}, "strangulation": "declined",
             "pattern_start": "2025-08"},
 "notes": {"strangulation": "..."},
 "incidents": [{"date": "2026-03-20", "precision": "day", "place": "home", "what": "...", "evidence": "photo",
                "reported": true}]}
"""
