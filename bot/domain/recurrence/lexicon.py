"""The words of schedules, and what each counts as."""

from __future__ import annotations

WEEKDAYS: dict[str, int] = {
    **dict.fromkeys(("monday", "mon", "monady", "munday"), 0),
    **dict.fromkeys(("tuesday", "tues", "tue", "teusday", "tuseday", "tueday"), 1),
    **dict.fromkeys(("wednesday", "weds", "wed", "wednes", "wensday", "wednesay", "wendesday", "wedensday"), 2),
    **dict.fromkeys(("thursday", "thurs", "thur", "thu", "thrusday", "thurday", "thirsday", "thursdy"), 3),
    **dict.fromkeys(("friday", "fri", "firday", "fryday"), 4),
    **dict.fromkeys(("saturday", "sat", "saterday", "satruday"), 5),
    **dict.fromkeys(("sunday", "sun", "sundy"), 6),
}
WORKDAYS = (0, 1, 2, 3, 4)
WEEKEND = (5, 6)
WEEK = (0, 1, 2, 3, 4, 5, 6)
DAY_GROUPS: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("weekday", "weeknight", "workday", "working day", "business day", "school day"), WORKDAYS),
    **dict.fromkeys(("school night",), (6, 0, 1, 2, 3)),
    **dict.fromkeys(("weekend",), WEEKEND),
    **dict.fromkeys(("mwf", "m/w/f"), (0, 2, 4)),
    **dict.fromkeys(("tth", "t/th", "tuth", "tu/th", "t/r"), (1, 3)),
    **dict.fromkeys(("m-f", "m-fr"), WORKDAYS),
}
MONTHS: dict[str, int] = {
    **dict.fromkeys(("january", "jan"), 1),
    **dict.fromkeys(("february", "feb", "febuary"), 2),
    **dict.fromkeys(("march", "mar"), 3),
    **dict.fromkeys(("april", "apr"), 4),
    "may": 5,
    **dict.fromkeys(("june", "jun"), 6),
    **dict.fromkeys(("july", "jul"), 7),
    **dict.fromkeys(("august", "aug"), 8),
    **dict.fromkeys(("september", "sept", "sep"), 9),
    **dict.fromkeys(("october", "oct"), 10),
    **dict.fromkeys(("november", "nov"), 11),
    **dict.fromkeys(("december", "dec"), 12),
}
ORDINALS: dict[str, int] = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
    "eleventh": 11,
    "twelfth": 12,
    "thirteenth": 13,
    "fourteenth": 14,
    "fifteenth": 15,
    "sixteenth": 16,
    "seventeenth": 17,
    "eighteenth": 18,
    "nineteenth": 19,
    "twentieth": 20,
    "thirtieth": 30,
    "last": -1,
    "final": -1,
    "penultimate": -2,
    "second to last": -2,
    "second last": -2,
    "next to last": -2,
    "last but one": -2,
}
NUMBERS: dict[str, int] = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
}
UNITS: dict[str, str] = {
    "day": "day",
    "week": "week",
    "wk": "week",
    "fortnight": "fortnight",
    "month": "month",
    "quarter": "quarter",
    "year": "year",
}
# One word (or a few) that says how often: interval and unit.
ADVERBS: dict[str, tuple[int, str]] = {
    **dict.fromkeys(("daily", "nightly", "once a day", "once per day"), (1, "day")),
    **dict.fromkeys(("weekly", "once a week", "once per week", "once every week", "once weekly"), (1, "week")),
    **dict.fromkeys(
        ("fortnightly", "biweekly", "bi-weekly", "once a fortnight", "every fortnight", "each fortnight"), (2, "week")
    ),
    **dict.fromkeys(("monthly", "once a month", "once per month", "once every month", "once monthly"), (1, "month")),
    **dict.fromkeys(("bimonthly", "bi-monthly"), (2, "month")),
    **dict.fromkeys(("quarterly", "once a quarter", "once per quarter"), (3, "month")),
    **dict.fromkeys(("yearly", "annually", "annual", "once a year", "once per year", "once every year"), (1, "year")),
    # The dates that are named beside it say how often.
    **dict.fromkeys(("twice a year", "twice per year", "twice yearly", "two times a year"), (1, "year")),
}
# What each of these was taken for is shown for confirmation: dictionaries give both meanings.
TWO_MEANINGS = frozenset({"biweekly", "bi-weekly", "bimonthly", "bi-monthly"})
# Fixed dates by which people name one day: month and day.
FEASTS: dict[str, tuple[int, int]] = {
    "new year's day": (1, 1),
    "valentine's day": (2, 14),
    "st patrick's day": (3, 17),
    "halloween": (10, 31),
    "christmas eve": (12, 24),
    "christmas day": (12, 25),
    "christmas": (12, 25),
    "boxing day": (12, 26),
    "new year's eve": (12, 31),
}
# Days that move: month, weekday (0 is Monday) and which one of the month, -1 the last.
MOVING_FEASTS: dict[str, tuple[int, int, int]] = {
    "thanksgiving day": (11, 3, 4),
    "thanksgiving": (11, 3, 4),
    "labor day": (9, 0, 1),
    "memorial day": (5, 0, -1),
    "mother's day": (5, 6, 2),
    "father's day": (6, 6, 3),
}
# Days counted from Easter Sunday.
EASTER_FEASTS: dict[str, int] = {
    **dict.fromkeys(("shrove tuesday", "pancake day", "mardi gras"), -47),
    "ash wednesday": -46,
    "palm sunday": -7,
    "maundy thursday": -3,
    "good friday": -2,
    "easter sunday": 0,
    "easter monday": 1,
    "easter": 0,
    "ascension day": 39,
    **dict.fromkeys(("whit sunday", "pentecost"), 49),
    "whit monday": 50,
}
# Times of the year that differ from place to place: nobody but the host can say when they are.
VAGUE_TIMES = (
    r"(?:school|academic|university|college) (?:year|terms?|breaks?|vacations?)",
    (
        r"(?:school|summer|winter|spring|autumn|fall|easter|christmas|half[- ]term|term) "
        r"(?:holidays?|breaks?|vacations?|recess)"
    ),
    r"term[- ]?times?|terms?|semesters?|half[- ]term|exams?(?: weeks?)?|finals(?: week)?",
    r"summer|winter|spring|autumn|fall|lent|advent|ramadan|hanukkah|q[1-4]",
)
# Said of something that goes on: with them a single weekday is every week's.
HABIT = (
    "always",
    "usually",
    "regular",
    "regularly",
    "generally",
    "normally",
    "typically",
    "recurring",
    "repeats",
    "repeating",
    "ongoing",
    "held on",
    "takes place on",
    "take place on",
    "happens on",
    "happen on",
    "meets on",
    "meet on",
    "runs on",
    "we chat",
    "we meet",
    "our chats are",
    "chats are",
)
# Said of one time: with them a single weekday is the next one.
ONCE = ("tomorrow", "tonight", "today", "join us for a", "hosting a", "one-off", "one off", "once only", "just once")
# Words with a day's or month's name in them that name neither.
IDIOMS = (
    "friday feeling",
    "black friday",
    "cyber monday",
    "giving tuesday",
    "sunday best",
    "sunday school",
    "monday blues",
    "throwback thursday",
    "follow friday",
    "last minute",
    "at last",
    "second language",
    "first come, first served",
    "first come first served",
    "in the first place",
    "first time",
    "the first chat",
    "first chat",
    "at first",
    "first-time",
    "each other",
    "all day",
    "every one",
    "may be",
    "may not",
    "everyone",
    "24/7",
    "us & canada",
    "us and canada",
    "us/canada",
    "until further notice",
    "for the foreseeable future",
)
