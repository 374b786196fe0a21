"""What a newcomer reads instead of the whole chat: real quotes, themes and links; docs/digest.md says how."""

from bot.domain.digest.days import Day, count_days, day_of, days_begun, digest_day
from bot.domain.digest.loose_ends import Disagreement, OpenQuestion
from bot.domain.digest.making import (
    QUOTES_PER_QUESTION,
    Digest,
    Length,
    QuestionDigest,
    ThemeDigest,
    make_digest,
    since,
)
from bot.domain.digest.memory import Memory
from bot.domain.digest.picking import PER_PERSON
from bot.domain.digest.quotes import (
    QUOTE_LENGTH,
    Quote,
    Why,
    bare_prompt,
    excerpt,
    quote,
    shorten,
    spoilers,
    under_its_question,
)
from bot.domain.digest.selection import Answer, Choice, Selector, select
from bot.domain.digest.themes import MANY, Said, Theme, find_themes

__all__ = [
    "MANY",
    "PER_PERSON",
    "QUOTES_PER_QUESTION",
    "QUOTE_LENGTH",
    "Answer",
    "Choice",
    "Day",
    "Digest",
    "Disagreement",
    "Length",
    "Memory",
    "OpenQuestion",
    "QuestionDigest",
    "Quote",
    "Said",
    "Selector",
    "Theme",
    "ThemeDigest",
    "Why",
    "bare_prompt",
    "count_days",
    "day_of",
    "days_begun",
    "digest_day",
    "excerpt",
    "find_themes",
    "make_digest",
    "quote",
    "select",
    "shorten",
    "since",
    "spoilers",
    "under_its_question",
]
