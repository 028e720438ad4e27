"""PURE. The types of the plan's keys: how each is read, and its JSON Schema.

A schema says what an editor can check; what it cannot (a zone that exists) the reader checks.
"""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, PlainValidator, WithJsonSchema

from calendars.dates import DueDate
from calendars.durations import Duration
from calendars.recurrence import Recurrence
from calendars.wording import LANGUAGES
from calendars.workdays import DAY_NAMES
from config import date_fields, fields
from config.plan import DayRange, Delivery, Gathering, Quiet, Rate, Roll, Status
from config.secrets import SecretReference

Schema = dict[str, Any]
ID_PATTERN = "^[a-z0-9]+(-[a-z0-9]+)*$"
_IN_LINE = r"[^\u0000-\u001f\u007f]*"
_IN_TEXT = r"[^\u0000-\u0008\u000b-\u001f\u007f]*"
_SIGN = r"[^\s\u0000-\u001f\u007f]"
LINE: Schema = {"type": "string", "pattern": f"^{_IN_LINE}{_SIGN}{_IN_LINE}$"}
_TEXT: Schema = {"type": "string", "pattern": f"^{_IN_TEXT}{_SIGN}{_IN_TEXT}$"}
_DURATION_PATTERN = r"^\s*\d+ +(minute|hour|day|week|month|year|working day)s?\s*$"
_DURATION: Schema = {"type": "string", "pattern": _DURATION_PATTERN}
_INTERVAL: Schema = {
    "type": "string",
    "pattern": r"^\s*0*[1-9]\d* +(day|week|month|year|working day)s?\s*$",
}
_LENGTH: Schema = {"type": "string", "pattern": r"^\s*\d+ +(minute|hour|day|week)s?\s*$"}
_DAY = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_TIME = r"[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)?"
_PART = rf"(\d{{4}}(-(0[1-9]|1[0-2]|3[3-6]|4[01]|Q[1-4]|H[12]))?|{_DAY})[?~%]?"
_NAME = r"[a-z0-9-]*[a-z][a-z0-9-]*"
_AWAY = r"\s+[+-]\s*\d+ +(day|week|month|year|working day)s?"
_WATCHED = r"calendar:[a-z0-9-]+/[a-z0-9-]+"
_OTHER = rf"({_NAME}(/[a-z0-9-]+)?|[a-z0-9-]+/{_NAME}|{_WATCHED})(@{_DAY})?({_AWAY})?"
_DUE_PATTERN = rf"^\s*([Tt][Bb][Cc]|{_PART}(/{_PART})?|{_DAY}{_TIME}[?~%]?|{_OTHER})\s*$"
_DUE: Schema = {"type": "string", "pattern": _DUE_PATTERN}
_STARTS: Schema = {"type": "string", "pattern": rf"^\s*{_DAY}{_TIME}[?~%]?\s*$"}
_MOMENT: Schema = {"type": "string", "pattern": rf"^\s*{_DAY}({_TIME})?\s*$"}
ORIGINAL_DAY = rf"^\s*{_DAY}({_TIME})?[?~%]?\s*$"
_ONE_DAY: Schema = {"type": "string", "pattern": rf"^\s*{_DAY}\s*$"}
_DAYS: Schema = {"type": "string", "pattern": rf"^\s*({_DAY}[?~%]?|{_PART}/{_PART})\s*$"}
_CLOCK: Schema = {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:\d\d(\.\d+)?)?$"}
_HOUR = r"([01]\d|2[0-3]):[0-5]\d"
_HOURS: Schema = {"type": "string", "pattern": rf"^\s*{_HOUR}\s*-\s*{_HOUR}\s*$"}
_RATE: Schema = {"type": "string", "pattern": r"^[1-9]\d{0,5} ?/ ?(second|minute|hour)$"}
_AMOUNT: Schema = {"type": "number", "minimum": 0, "exclusiveMaximum": 10**18}
_WEEKDAY: Schema = {"type": "string", "enum": list(DAY_NAMES)}
_CODE: Schema = {"type": "string", "pattern": "^[A-Z]{2}(-[^-]+)?$"}
SECRET: Schema = {
    "anyOf": [
        {
            "type": "object",
            "properties": {name: {"type": "string", "description": what, "minLength": 1}},
            "required": [name],
            "additionalProperties": False,
        }
        for name, what in (
            ("env", "The environment variable that holds the secret."),
            ("file", "The file that holds the secret, counted from the plan's folder."),
        )
    ]
    + [{"type": "string", "minLength": 1, "description": "The secret itself: not advised."}]
}


def _alone(item: Schema) -> Schema:
    return {"anyOf": [item, {"type": "array", "items": item}]}


Line = Annotated[str, PlainValidator(fields.read_line), WithJsonSchema(LINE)]
Text = Annotated[str, PlainValidator(fields.read_text), WithJsonSchema(_TEXT)]
Name = Annotated[str, PlainValidator(fields.read_name), WithJsonSchema({"type": "string"})]
Id = Annotated[
    str,
    PlainValidator(fields.read_id),
    WithJsonSchema({"type": "string", "pattern": ID_PATTERN}),
]
Address = Annotated[
    str,
    PlainValidator(fields.read_address),
    WithJsonSchema({"type": "string", "pattern": r"^\s*[^\s@<>]+@[^\s@<>]+\s*$"}),
]
Url = Annotated[
    str,
    PlainValidator(fields.read_url),
    WithJsonSchema({"type": "string", "pattern": r"^\s*[Hh][Tt][Tt][Pp][Ss]?://\S+\s*$"}),
]
Zone = Annotated[str, PlainValidator(fields.read_zone), WithJsonSchema({"type": "string"})]
Language = Annotated[
    str,
    PlainValidator(fields.read_language),
    WithJsonSchema(
        {"type": "string", "pattern": f"^({'|'.join(LANGUAGES)})(-[A-Za-z0-9]{{1,8}})*$"}
    ),
]
Clock = Annotated[time, PlainValidator(date_fields.read_clock), WithJsonSchema(_CLOCK)]
Hours = Annotated[Quiet, PlainValidator(date_fields.read_quiet), WithJsonSchema(_HOURS)]
Lead = Annotated[Duration, PlainValidator(date_fields.read_lead), WithJsonSchema(_DURATION)]
Length = Annotated[Duration, PlainValidator(date_fields.read_length), WithJsonSchema(_LENGTH)]
Interval = Annotated[Duration, PlainValidator(date_fields.read_interval), WithJsonSchema(_INTERVAL)]
Due = Annotated[DueDate, PlainValidator(date_fields.read_due), WithJsonSchema(_DUE)]
Starts = Annotated[DueDate, PlainValidator(date_fields.read_starts), WithJsonSchema(_STARTS)]
Moment = Annotated[date | datetime, PlainValidator(date_fields.read_moved), WithJsonSchema(_MOMENT)]
Day = Annotated[date, PlainValidator(date_fields.read_day), WithJsonSchema(_ONE_DAY)]
Days = Annotated[DayRange, PlainValidator(date_fields.read_days), WithJsonSchema(_DAYS)]
Rule = Annotated[Recurrence, PlainValidator(date_fields.read_rule), WithJsonSchema(_TEXT)]
Holiday = Annotated[str, PlainValidator(fields.read_holiday), WithJsonSchema(_CODE)]
Weekday = Annotated[int, PlainValidator(fields.read_weekday), WithJsonSchema(_WEEKDAY)]
PerTime = Annotated[Rate, PlainValidator(fields.read_rate), WithJsonSchema(_RATE)]
Amount = Annotated[Decimal, PlainValidator(fields.read_money), WithJsonSchema(_AMOUNT)]
Currency = Annotated[
    str,
    PlainValidator(fields.read_currency),
    WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$"}),
]
Flag = Annotated[bool, BeforeValidator(fields.read_flag)]
Percent = Annotated[
    int,
    PlainValidator(fields.whole(0, 100)),
    WithJsonSchema({"type": "integer", "minimum": 0, "maximum": 100}),
]
Times = Annotated[
    int,
    PlainValidator(fields.whole(1, 1000)),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 1000}),
]
Port = Annotated[
    int,
    PlainValidator(fields.whole(1, 65535)),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 65535}),
]
ByImap = Annotated[Literal["imap"], BeforeValidator(fields.choice("imap"))]
Encrypted = Literal["tls", "starttls", "none"]
HowEncrypted = Annotated[Encrypted, BeforeValidator(fields.choice("tls", "starttls", "none"))]
HowDelivered = Annotated[Delivery, BeforeValidator(fields.choice("immediate", "daily", "weekly"))]
HowGathered = Annotated[Gathering, BeforeValidator(fields.choice("weekly", "daily", "off"))]
HowRolled = Annotated[Roll, BeforeValidator(fields.choice("previous", "next"))]
State = Annotated[
    Status,
    BeforeValidator(
        fields.choice("planned", "on-track", "at-risk", "delayed", "done", "cancelled")
    ),
]
Sealed = Annotated[SecretReference, PlainValidator(fields.read_secret), WithJsonSchema(SECRET)]
Ids = Annotated[
    list[Name],
    BeforeValidator(fields.many("ids", '["amina"]', alone=True)),
    WithJsonSchema(_alone({"type": "string"})),
]
Lines = Annotated[
    list[Line],
    BeforeValidator(fields.many("texts", '["OP1"]', alone=True)),
    WithJsonSchema(_alone(LINE)),
]
Leads = Annotated[list[Lead], BeforeValidator(fields.many("lead times", '["30 days"]'))]
Holidays = Annotated[
    list[Holiday],
    BeforeValidator(fields.many("codes of countries", '["KE"]', alone=True)),
    WithJsonSchema(_alone(_CODE)),
]
Weekdays = Annotated[list[Weekday], BeforeValidator(fields.many("days", '["saturday"]'))]
DayRanges = Annotated[
    list[Days],
    BeforeValidator(
        fields.many("days and ranges of days", '["2024-12-24"]', alone=True, dates=True)
    ),
    WithJsonSchema(_alone(_DAYS)),
]
OneDay = Annotated[
    list[Day],
    BeforeValidator(fields.many("days", '["2024-08-20"]', alone=True, dates=True)),
    WithJsonSchema(_alone(_ONE_DAY)),
]
