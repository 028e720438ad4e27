"""What random plans are made of."""

from typing import Any

#: What a plan may hold.
FEATURES = frozenset(
    [
        "windows",
        "timed",
        "offset",
        "tbc",
        "relative",
        "needs",
        "repeats",
        "except",
        "moved",
        "roll",
        "status",
        "hours",
        "opening",
        "escalate",
        "leads",
        "overdue",
        "working-days-only",
        "teams",
        "watchers",
        "away",
        "deputies",
        "quiet",
        "daily",
        "weekly",
        "zones",
        "holidays",
        "closed",
        "odd-hours",
    ]
)
#: On these the rules are silent, and two careful readers may differ.
DISPUTED = frozenset(
    ["hours-before-days", "overdue-without-at-most", "monthly-on-the-31st", "moved-and-roll"]
)
ALL = FEATURES | DISPUTED

ZONES = [
    "Africa/Nairobi",
    "Europe/Paris",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "America/Santiago",
    "Pacific/Chatham",
    "Asia/Gaza",
    "Africa/Cairo",
    "Europe/London",
    "Europe/Dublin",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Asuncion",
    "America/Havana",
    "America/Nuuk",
    "Asia/Beirut",
    "Asia/Jerusalem",
    "Asia/Kolkata",
    "Asia/Tehran",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Australia/Adelaide",
    "Pacific/Auckland",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Pacific/Marquesas",
    "Pacific/Honolulu",
    "Antarctica/Troll",
]
HOLIDAYS = ("KE", "FR", "US", "DE", "EG", "CN")
PEOPLE = ("amina", "jonas", "li", "sara")
TEAMS = ("core", "field")
TRACKS = ("alpha", "beta", "gamma")
QUIET = ("19:00-07:00", "22:00-06:30", "12:00-14:00", "00:00-08:00", "17:30-09:30")
WEEKENDS = (["saturday", "sunday"], ["friday", "saturday"])
CHANNELS: dict[str, dict[str, Any]] = {
    "email": {
        "type": "email",
        "host": "smtp.example.org",
        "from": "Tracker <tracker@example.org>",
    },
    "hook": {"type": "webhook", "url": {"env": "HOOK_URL"}},
    "chat": {"type": "slack", "url": {"env": "CHAT_URL"}},
}
