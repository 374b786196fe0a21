"""How each piece of a phrase is spelt: patterns in the order in which they are tried at each place."""

from __future__ import annotations

import re

from bot.domain.recurrence import handlers as h
from bot.domain.recurrence.lexicon import (
    ADVERBS,
    DAY_GROUPS,
    EASTER_FEASTS,
    FEASTS,
    IDIOMS,
    MONTHS,
    MOVING_FEASTS,
    NUMBERS,
    ORDINALS,
    UNITS,
    VAGUE_TIMES,
    WEEKDAYS,
)
from bot.domain.recurrence.tokens import Clock

Spelling = tuple[re.Pattern[str], h.Handler]


def _p(pattern: str, handler: h.Handler, flags: int = re.IGNORECASE) -> Spelling:
    return re.compile(pattern, flags), handler


def _spaced(words: dict[str, object]) -> str:
    """Names in which a space may be a hyphen."""
    return "|".join(re.escape(word).replace(r"\ ", "[ -]") for word in sorted(words, key=len, reverse=True))


_NUMBER_WORDS = h.any_of(NUMBERS)
_SHORT_NUMBERS = h.any_of([name for name in NUMBERS if name != "one"])
_HALVES = (
    r"(?:\s?(?P<half>[ap])\.?\s?m\b\.?|(?P<half2>(?<=\d)[ap])\b)?(?:\s(?:noon|midday)\b)?"
    r"(?P<marked>\s?(?:hrs?|hours|uhr|o'clock)\b)?"
)
_ORDINAL_TEENS = r"(?:twenty|thirty)[- ](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)"
_ADAYS = r"(?:an?|one|two|three|\d|one or two|two or three|1-2)(?: new| single| discussion)? questions?"

_NOISE: list[Spelling] = [
    _p(r"https?://\S+|www\.\S+|#\w+|@[A-Za-z]\w*", h.token("h")),
    # The headings of a poster: "When: Wednesdays. Time: 8 pm".
    _p(r"\b(?:when|where|what|time|times|dates?|days?|host|hosts|topic)\s?:", h.token(".")),
    _p(rf"\b(?:{h.any_of(IDIOMS)})\b", h.token("w")),
    _p(
        r"\b(?:(?:except|but not|not|no chats?|off|excluding|outside)(?: of)?(?: in| on| during| over| for)?"
        r"|in|during|over|throughout|for|on|this|next|every|each)(?: the| each| every)?"
        rf"(?: following| coming| whole)? (?:{'|'.join(VAGUE_TIMES)})\b(?! (?:of|series|chats?|time\b))",
        h.token("V"),
    ),
]
_ZONES: list[Spelling] = [
    _p(r"[A-Z][A-Za-z]+(?:/[A-Za-z_]+(?:-[A-Za-z]+)*(?:[+-]\d+)?)+(?: time\b)?", h.zone_name, 0),
    _p(r"(?:UTC|GMT)\s?[+-]\s?\d{1,2}(?::?[0-5]\d)?(?![\d:])", h.zone_name),
]
_DATES: list[Spelling] = [
    _p(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:T(?=\d))?", h.iso_date),
    _p(r"(\d{4})/(\d{1,2})/(\d{1,2})\b", h.iso_date),
    _p(r"(?P<a>\d{1,2})(?P<s>[/.])(?P<b>\d{1,2})(?P=s)(?P<y>\d{4}|\d{2})\b", h.figures),
    _p(
        r"(?P<a>\d{1,2})/(?P<b>\d{1,2})(?P<y>)(?![\d/:]|\s?[ap]\.?m\b|[ap]\b|h\b"
        rf"|\s?\(?(?:{h.ZONE_WORDS})\b)",
        h.figures,
    ),
    _p(r"(?P<a>\d{1,2})\.(?P<b>\d{1,2})\.(?P<y>)(?=\s|$)(?!\s?[ap]\.?m\b)", h.figures),
]
_LENGTHS: list[Spelling] = [
    _p(
        rf"(?P<n>half|\d+(?:[.,]\d+)?|an?\b|{_NUMBER_WORDS})(?:\s?-\s?|\s)?(?:an?[ -])?"
        r"(?P<u>hours?|hrs?|minutes?|mins?)\b(?P<half>\s+and a half)?(?!\s*(?:before|later|earlier|ahead))"
        r"(?:[ -]long)?(?:,? each\b)?",
        h.length,
    ),
    _p(r"(?<!half )(?P<n>\d{1,3})\s?(?P<u>m)\b(?!\.)(?P<half>)", h.length),
    _p(
        r"(?:every|each)\s+(?:single\s+)?(?:other\s+)?"
        r"(?:hour|minute|second(?=\s*$|\s*[.,;])|moment|half[ -]hour)\b|\b(?:hourly|minutely|secondly)\b(?!\W*$)",
        h.too_often,
    ),
    _p(r"every\s+\w+\s+seconds\b|\bhourly\b", h.too_often),
]
_TIMES: list[Spelling] = [
    _p(r"(\d{1,2})h([0-5]\d)?(?![a-z\d])", h.time_with_h),
    _p(
        r"(?<![\d.])(?P<h>\d{1,2})(?:\s?[:.]\s?(?P<m>[0-5]\d)(?::[0-5]\d)?(?![\d/]|\.\d))?" + _HALVES + r"(?=\W|$)",
        h.clock,
    ),
    _p(r"\b((?:[01]\d|2[0-3])[0-5]\d)(\s?(?:hrs?|hours|h|z)\b)?(?![\d/]|:)", h.military),
    _p(
        r"\b(?P<before>(?:half(?: past)?|(?:a )?quarter (?:past|to|of|after|before|till?)) )?"
        rf"(?P<hour>{_NUMBER_WORDS}|\d{{1,2}})(?P<thirty>[ -]thirty)?(?P<clock>\s?o'clock)?"
        r"(?:\s?\b(?P<half>[ap])\.?m\b\.?)?",
        h.spoken_clock,
    ),
    _p(r"\b(?:12\s+)?(?:noon|midday)\b", h.token("T", Clock(12, 0, "24", with_minutes=True))),
    _p(r"\b(?:12\s+)?midnight\b", h.token("T", Clock(0, 0, "24", with_minutes=True))),
]
_SLOW: list[Spelling] = [
    _p(
        rf"\b{_ADAYS} (?:an?|per|each|every) day\b|\bdaily questions?\b|\bquestion of the day\b"
        r"|\bquestion[- ]a[- ]day\b",
        h.token("Q", "day"),
    ),
    _p(r"\b(?:a|one)(?: new)? question (?:a|per|each|every) week\b|\bquestion of the week\b", h.token("Q", "week")),
    _p(
        r"\b(?:posts?|posting|creates? and posts?|asks?|new|one)\b(?: (?:an?|one|the|new))* questions?\b"
        r"|\b(?:slow|extended)(?:[- ]motion|[- ]paced)?(?: twitter)?[- ]?chats?\b|\basynchronous(?:ly)?\b",
        h.token("Q", ""),
    ),
    _p(rf"\b(?:(?P<n>\d|{_NUMBER_WORDS})[ -])?(?P<u>week|day|fortnight)s?[ -]?long\b", h.days_long),
    _p(r"\b(?:over|across) an? (?P<u>week)(?P<n>)\b", h.days_long),
    _p(rf"\b(?P<n>\d{{1,2}}|{_NUMBER_WORDS})-(?P<u>day|week)\b", h.days_long),
]
_SPANS: list[Spelling] = [
    _p(r"\ball week(?: long)?\b", h.token("C", (1, "week"))),
    _p(rf"\b(?P<n>\d{{1,2}}|{_NUMBER_WORDS}) (?P<u>weeks|months) of(?= \w*days?\b)", h.span),
    _p(
        rf"\bfor (?:the next |the following )?(?P<n>\d{{1,3}}|{_NUMBER_WORDS}|an?) "
        r"(?P<u>weeks?|months?|days?|years?|sessions?|times|chats?|meetings?)\b",
        h.span,
    ),
    _p(
        rf"\b(?P<n>\d{{1,3}}|{_NUMBER_WORDS}) (?P<u>sessions?|times|chats|meetings|evenings|episodes)\b"
        r"(?! (?:an?|per|each|every))",
        h.span,
    ),
]
_BEATS: list[Spelling] = [
    _p(
        r"\b(?:twice|two times|three times|thrice) (?:an?|per|each|every) (?:week|month|day|fortnight)\b",
        h.token("w"),
    ),
    _p(rf"\b({h.any_of(ADVERBS)})\b", h.adverb),
    _p(r"\b(?:(?:every|each) other|(?:every|each|on )?\s?alternate|alternating)\b", h.token("A")),
    _p(r"\b(?:every|each|any)\b(?:\s+single\b|\s+and every\b)?|\bper\b", h.token("E")),
    _p(rf"\b(\d{{1,2}}(?:st|nd|rd|th)|{_ORDINAL_TEENS})\b", h.ordinal),
    _p(rf"\b({_spaced(dict(ORDINALS))})\b", h.ordinal),
]
_BOUNDS: list[Spelling] = [
    _p(
        r"\b(?:(?:up )?until|till?|'til|through|thru|up to|ending|ends|end|finishing|finishes|concluding|concludes)\b"
        r"(?!\s+of\b)(?: (?:on|in|at|by|around))?(?: (?:the )?(?P<e>end (?:of|in)))?",
        h.until,
    ),
    _p(r"\b(?:the )?end of\b", h.token("e")),
    _p(
        rf"\b(?P<which>day|{h.any_of(WEEKDAYS)}) (?P<side>after|before|following) "
        rf"(?P<feast>{h.any_of([*FEASTS, *MOVING_FEASTS, *EASTER_FEASTS])})\b",
        h.beside_feast,
    ),
    _p(rf"\b({h.any_of(FEASTS)})\b", h.feast),
    _p(rf"\b({h.any_of([*MOVING_FEASTS, *EASTER_FEASTS])})\b", h.moving_feast),
    _p(rf"\bmid(?:dle of)?[ -]*({h.any_of(MONTHS)})\b", h.part_of_month),
    _p(r"\b(?:public |bank |federal |national |statutory |school )?holidays?\b", h.token("H")),
]
_DAYS: list[Spelling] = [
    _p(rf"\bin (?P<n>an?|\d{{1,2}}|{_NUMBER_WORDS}) (?P<u>day|week|fortnight)s?\b'?(?: time\b)?", h.from_now),
    _p(
        rf"\b(?P<n>an?|\d{{1,2}}|{_NUMBER_WORDS}) (?P<u>day|week|fortnight)s? (?:from|after|on) "
        rf"(?P<from>today|tonight|now|tomorrow|{h.any_of(WEEKDAYS)})\b",
        h.from_now,
    ),
    _p(rf"\b(?P<from>{h.any_of(WEEKDAYS)}) week\b(?![- ]?long|\s*\d)", h.from_now),
    _p(rf"\b({h.any_of(WEEKDAYS)})\b\.?(s\b|'s\b|s'(?=\s)|es\b)?", h.weekday),
    _p(rf"\b({h.any_of(WEEKDAYS)})(s'?)(?!\w)", h.weekday),
    _p(rf"\b({_spaced(dict(DAY_GROUPS))})s?\b", h.day_group),
    _p(rf"\b({h.any_of(MONTHS)})\b\.?(?!\w)", h.month),
    _p(r"\b(?:(?:the )?day after tomorrow|tomorrow|tonight|today|this evening|this afternoon)\b", h.relative_day),
    _p(r"\b(?:this coming|this|next|coming|upcoming|following)\b", h.word("I")),
]
_BEGINNINGS: list[Spelling] = [
    _p(r"\b(?:on (?:an? )?(?:break|hiatus|pause)|paused|no chats?) (?:until|till?)\b", h.word("S")),
    _p(
        r"\bnot(?: on| in| during)?(?: the)?"
        rf"(?= (?:\d|(?:{h.any_of([*MONTHS, *WEEKDAYS, *FEASTS, *MOVING_FEASTS, *EASTER_FEASTS])})s?\b))",
        h.word("~"),
    ),
    _p(r"(?:(?<=\bday )|(?<=\bnight )|\ball )but\b(?! not)", h.word("~")),
    _p(
        r"\b(?:starting|beginning|begins|begin|starts|start|started|commencing|commences|as of|effective|since|from"
        r"|kicks? off|kicking off|launching|launches|first (?:chat|meeting|one|session))\b"
        r"(?: (?:on|in|at|from|with|is|will be))*",
        h.word("S"),
    ),
    _p(
        r"\b(?:(?:except(?:ing)?(?: for)?|but not|not|breaks?|off|never)(?: in| on| during| for)"
        r"|except(?:ing)?(?: for| when| if)?|but not|excluding|excludes?|other than|apart from|aside from|save for"
        r"|minus|skip(?:ping|s|ped)?|without|unless|no (?:[#\w]+ ){0,3}(?:chats?|meetings?|sessions?|discussions?)"
        r"(?: in| on| during)?|if|when|whenever)\b",
        h.word("~"),
    ),
    _p(r"\b(?:between)\b", h.token("B")),
    _p(r"\b(?:early |late |mid-?)?(mornings?|afternoons?|evenings?|nights?|lunch ?times?|eves?)\b", h.part_of_day),
]
_PLACES: list[Spelling] = [
    # Before "LA" is read in "La Paz time", and "Rio" in "Rio Branco time".
    _p(r"\b([A-Z][\w.]+(?:[ -](?:[A-Z][\w.]+|of|es|au|am))+)(\s(?:local )?time\b)", h.city, 0),
    _p(
        rf"\(?\b((?:{h.ZONE_WORDS})(?:\s(?:standard|daylight|summer))?)\b\.?(?:\s(?:local )?time(?:zone| zone)?\b)?",
        h.zone,
    ),
    _p(r"\b([A-Z][\w.]+(?: [A-Z][\w]+)?)(\s(?:local )?time\b)?", h.city, 0),
    _p(r"[A-Z]\w+(?: [A-Z]\w+)? time\b|(?!LAST|BEST|HOST|POST|FAST|MOST|JUST)[A-Z]{1,2}[SD]T\b", h.unknown_zone, 0),
]
_REST: list[Spelling] = [
    _p(rf"\b({h.any_of(UNITS)})s?\b", lambda m, _: ("U", UNITS[m[1].casefold()])),
    _p(r"\b(?:19|20)\d\d\b", lambda m, _: ("Y", int(m[0]))),
    _p(rf"\b\d{{1,3}}\b|\b(?:{_SHORT_NUMBERS})\b|\bone\b(?=\s+(?:day|week|month|year))", h.number),
    _p(r"(?:&|\+|\b(?:and|plus|as well as|or|then)\b)", h.token("&")),
    _p(r"\bto\b|-", h.token("-")),
    _p(r"[,;]", h.token(",")),
    _p(r"[/|=\\]", h.token("/")),
    _p(r"[(\[{]", h.token("(")),
    _p(r"[)\]}]", h.token(")")),
    _p(r"[.!?\n…]+", h.token(".")),
    _p(r"\b(?:the|of|at|on|in|an?|during|by|always)\b|[@:\"']", h.token("")),
    _p(r"[^\W\d][\w']*", h.token("w")),
    _p(r"\d+\w*", h.number),
    _p(r"\s+", h.token("")),
]
SPELLINGS: tuple[Spelling, ...] = (
    *_NOISE,
    *_ZONES,
    *_DATES,
    *_LENGTHS,
    *_TIMES,
    *_SLOW,
    *_SPANS,
    *_BEATS,
    *_BOUNDS,
    *_DAYS,
    *_BEGINNINGS,
    *_PLACES,
    *_REST,
)
