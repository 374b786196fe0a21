"""The label with which people say which question they answer: `A2: …`, `a3)`, `A1 & A2`, `Q2:` meant as A2.

Only a label at the start counts, after mentions and hashtags, and one at the start of a later line if a sign such as
`:` follows it: elsewhere the same letters are as often a place, a paper size or talk about a question.
"""

from __future__ import annotations

import re
import unicodedata

# Zero-width signs, and what makes an emoji of a figure.
_UNSEEN = re.compile(r"[\u200b-\u200f\u2060\u20e3\ufe0f\ufeff]")
# What may stand before a label: mentions, hashtags, emoji, quotation marks, an opening bracket, a bullet, Markdown.
_LEAD = re.compile(
    r"""(?:\s|[\u201c"](?!\s*@)|[>*_~`|'\u201d\u2018\u2019(\[]|[-\u2022](?=\s)|\.(?=@)|<[@#][&!]?\d+>|<a?:\w+:\d+>
    |[\u2600-\u27bf\U0001f000-\U0001faff]
    |(?<!\w)[@\#](?![aqrp]?\d{1,2}\b)[\w.\-]+:?)*""",
    re.IGNORECASE | re.VERBOSE,
)

# Gaps are bounded, so that no text of white space can make the search slow.
_WORD = r"(?:answer\s{1,3}to\s{1,3}q(?:uestion)?|answer|ans|question|re\s{0,3}:?\s{0,3}[aq]|[aqrp])"
# What follows a number that belongs to no label: `A2:30` is a time, `A1.50` a price, `A2 & 50%` a share.
_NOT_MORE = r"(?!\d|:\d|\.\d\d|%|(?:st|nd|rd|th)\b)"
# A further number needs a letter, or to stand close, or an "and": "A1 - 3 books" answers one question.
_MORE = rf"""(?:
    \s{{0,3}}(?:[/,&+\-\u2013]|\b(?:and|und|et|y)\b)\s{{0,3}}{_WORD}[.\#]?\s?\d{{1,2}}{_NOT_MORE}
    |[/,&+\-\u2013]\d{{1,2}}{_NOT_MORE}
    |\s{{1,3}}(?:&|and|und|et|y)\s{{1,3}}\d{{1,2}}{_NOT_MORE}
    |,\s\d{{1,2}}(?=\s?[:)])(?!:\d)
)"""
# "A 4 mile walk" and "A 7-year plan" are articles: a bare letter, a space and a figure need a sign behind them.
_LABEL = re.compile(
    rf"""
    (?P<word>\#?{_WORD})
    (?P<gap>[.\s\#:\-]{{0,3}})
    (?P<number>\d{{1,2}})(?!\.\d\d)
    (?P<part>(?:\.\d(?!\d))|[a-d](?![a-z]))?
    (?P<more>{_MORE}*)
    (?P<after>[*_~`|]{{0,3}}\s{{0,3}}[:.)\]\-\u2013\u2014,;(\#@!=>/&]|[*_~`|]{{0,3}}(?:\s|$)|(?=[a-z]{{2}}|I\b))
    """,
    re.IGNORECASE | re.VERBOSE,
)
_NUMBER = re.compile(r"\d{1,2}")
_RANGE = re.compile(r"(\d{1,2})[-\u2013](\d{1,2})")
_NOT_RANGE = re.compile(r"[^0-9,/&+\u2013\-]")
_UNIT = re.compile(
    r"\s*(?:mile|year|month|week|day|hour|minute|min\b|am\b|pm\b|people|things?|quick|more|of\b|d\b|%|st\b|nd\b|rd\b|th\b"
    r"|q(?:uestion)?s\b)",
    re.IGNORECASE,
)
# Paper, clock times, codes and the quarters of a year look like labels up to the word or figure that follows.
_THING = re.compile(
    r"[-\u2013](?:sized?|format|levels?|rated)\b|[-\u2013]\s?(?:year|d\b)|:\d\d|[-\u2013/]?[A-Z]\d", re.IGNORECASE
)
_PAPER = re.compile(r"\s(?:paper|sheets?|size|format|posters?|envelopes?)\b")
_QUARTER = re.compile(r"\s(?:(?:of|in)\s)?(?:(?:19|20)\d\d\b|results\b|earnings\b|sales\b)")
_SURE = re.compile(r"\s*[:.)\]\u2014;]")


def read_labels(text: str, question_count: int) -> tuple[int, ...]:
    """The numbers of the questions that a message says it answers; empty if it says none.

    Args:
        text: the message as written.
        question_count: how many questions the chat has; a higher number is no label.
    """
    plain = _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).lstrip()
    found = _labels_at(plain, sure=False)
    for line in plain.split("\n")[1:]:
        found += _labels_at(line, sure=True)
    return tuple(n for n in dict.fromkeys(found) if 1 <= n <= question_count)


def _labels_at(plain: str, *, sure: bool) -> list[int]:
    lead = _LEAD.match(plain)
    match = _LABEL.match(plain, lead.end() if lead else 0)
    if match is None or not _is_label(match, plain) or (sure and not _SURE.match(match["after"])):
        return []
    return _numbers(match)


def _is_label(match: re.Match[str], plain: str) -> bool:
    gap, after, word = match["gap"], match["after"], match["word"].lstrip("#").casefold()
    rest = plain[match.end("more") :]
    if gap.strip() == "-" or _THING.match(rest):
        return False
    if (word == "q" and _QUARTER.match(rest)) or (word == "a" and match["number"] in "345" and _PAPER.match(rest)):
        return False
    if gap and gap.isspace():
        if _UNIT.match(rest):
            return False
        # "A 2 I think": only what can't be a counted thing.
        return len(word) > 1 or bool(_SURE.match(after)) or rest[:2].strip() in {"I", "", "-"}
    if word == "p" and not _SURE.match(after):
        # "p12" is a page more often than a `pregunta`.
        return False
    return not (after == "" and rest[:1].isalpha() and match["part"] is not None)


def _numbers(match: re.Match[str]) -> list[int]:
    numbers = [int(match["number"])]
    if match["more"]:
        figures = _NOT_RANGE.sub("", match["more"])
        span = _RANGE.fullmatch(f"{numbers[0]}{figures}")
        if span and int(span[1]) < int(span[2]):
            return list(range(int(span[1]), int(span[2]) + 1))
        # "A1 +1" is agreement, not question 1 again; the set of numbers is the same either way.
        numbers += [int(found) for found in _NUMBER.findall(match["more"])]
    return list(dict.fromkeys(numbers))
