"""Tweets become messages: their numbers, authors, words with whole addresses and plain signs; retweets are left out."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.domain.chat import Source
from bot.domain.handles import number_of
from bot.domain.messages import ArchivedMessage, Attachment
from bot.exchange.foreign.model import MOST_SIGNS, Place, Tally, Why, can_be, clean, id_of, parts

_RETWEET = re.compile(r"\s*RT\s+@\w+\s*:")
_TAG = re.compile(r"(?<![\w&])#(\w{2,})")
# Twitter writes these five signs otherwise; a text that names them in so many words says `&amp;lt;`.
_SIGNS = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"), ("&amp;", "&"))
_EPOCH_MS = 1_288_834_974_657
_TIME_BITS = 22
# Before this the numbers of tweets didn't tell their time.
_FIRST_TIMED = 29_700_859_247
# Discord's numbers lie above zero; those of tweets are moved below it, in the same order.
_MOVED = 1 << 63
_NO_NUMBERS_BEFORE = datetime(2006, 1, 1, tzinfo=UTC)
# Made-up ids are shorter.
_FEWEST_FIGURES = 8
_LIKE = "\u2764\ufe0f"


@dataclass(frozen=True, slots=True)
class Tweet:
    """A tweet as any file tells of it.

    Attributes:
        id: as the file has it; a tweet's own number, or any name that is unique in the file.
        author: a handle, without its `@`.
        at: when, as far as the file says so.
        text: as the file has it.
        reply_to: the id of what it replies to, or empty.
        likes: how many people liked it.
        files: pictures and films.
        addresses: what Twitter's short addresses in the text stand for.
        is_retweet: it repeats somebody else's.
        line: where it stands.
    """

    id: str
    author: str
    at: datetime | None
    text: str
    reply_to: str = ""
    likes: int = 0
    files: tuple[Attachment, ...] = ()
    addresses: tuple[tuple[str, str], ...] = ()
    is_retweet: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Heading:
    """What a file's first line says of the chat in it.

    Attributes:
        name: the chat's; may be empty.
        hosts: handles.
        questions: numbers and the ids of the tweets that asked them.
    """

    name: str = ""
    hosts: tuple[str, ...] = ()
    questions: tuple[tuple[int, str], ...] = ()


def moved(number: int) -> int:
    """A tweet's number where Discord's numbers are too."""
    return number - _MOVED


def time_of(number: int) -> datetime | None:
    """When a tweet was written, from its number (aware UTC); None for one of the first years."""
    if number < _FIRST_TIMED:
        return None
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=(number >> _TIME_BITS) + _EPOCH_MS)


def place_of(tweets: Iterable[Tweet], name: str, now: datetime, tally: Tally, heading: Heading | None) -> Place:
    """The tweets of a file as a place where people talked.

    Args:
        tweets: in any order.
        name: what the file is called.
        now: aware UTC; nothing can have been said later.
        tally: told what is passed over.
        heading: what the file says of them, if it does: then they are one chat.
    """
    fit = [tweet for tweet in tweets if _is_fit(tweet, now, tally)]
    numbers = _numbers(fit)
    place = Place("twitter", Source.TWITTER, name)
    place.messages = [_message(tweet, numbers) for tweet in fit]
    tags = Counter(tag.casefold() for tweet in fit for tag in set(_TAG.findall(tweet.text)))
    if tags:
        place.name = tags.most_common(1)[0][0]
    if heading is not None:
        place.is_chat = True
        place.key = f"twitter:{heading.name or min(numbers.values(), default=0)}"
        place.hosts = tuple(number_of(host.lstrip("@")) for host in heading.hosts)
        place.prompts = tuple((n, numbers[name]) for n, name in heading.questions if name in numbers)
    return place


def _is_fit(tweet: Tweet, now: datetime, tally: Tally) -> bool:
    why: Why | None = None
    if tweet.is_retweet or _RETWEET.match(tweet.text):
        why = Why.RETWEET
    elif not tweet.id:
        why = Why.NO_ID
    elif tweet.at is None:
        why = Why.NO_TIME
    elif not can_be(tweet.at, now):
        why = Why.WRONG_TIME
    elif not tweet.author:
        why = Why.NO_AUTHOR
    elif not tweet.text and not tweet.files:
        why = Why.NO_TEXT
    elif len(tweet.text) > MOST_SIGNS:
        why = Why.TOO_LONG
    if why is not None:
        tally.pass_over(why, tweet.line)
    return why is None


def _numbers(tweets: Sequence[Tweet]) -> dict[str, int]:
    """A number for each id, in the order of time: a tweet's own, or one made of what it says and when."""
    numbers: dict[str, int] = {}
    last = 0
    # What is said in the same minute stays in the file's order.
    for tweet in sorted(tweets, key=lambda tweet: tweet.at or _NO_NUMBERS_BEFORE):
        own = id_of(tweet.id)
        if own >= _FIRST_TIMED or (own and len(tweet.id) > _FEWEST_FIGURES):
            numbers[tweet.id] = moved(own)
            continue
        since = ((tweet.at or _NO_NUMBERS_BEFORE) - _NO_NUMBERS_BEFORE) // timedelta(milliseconds=1)
        last = max(since, last + 1, 0)
        said = f"{tweet.id}\n{tweet.author}\n{tweet.at}\n{tweet.text}".encode()
        told = int.from_bytes(hashlib.blake2b(said, digest_size=4).digest()) % (1 << _TIME_BITS)
        numbers[tweet.id] = moved(last << _TIME_BITS | told)
    return numbers


def _message(tweet: Tweet, numbers: Mapping[str, int]) -> ArchivedMessage:
    reply_to = numbers.get(tweet.reply_to)
    if reply_to is None and id_of(tweet.reply_to) >= _FIRST_TIMED:
        reply_to = moved(id_of(tweet.reply_to))
    return ArchivedMessage(
        id=numbers[tweet.id],
        thread_id=0,
        author_id=number_of(tweet.author),
        author_name=tweet.author,
        posted_at=tweet.at or _NO_NUMBERS_BEFORE,
        text=_plain(tweet),
        reply_to_id=reply_to,
        attachments=tweet.files,
        reactions=((_LIKE, tweet.likes),) if tweet.likes else (),
    )


def _plain(tweet: Tweet) -> str:
    text = tweet.text
    for short, whole in tweet.addresses:
        text = text.replace(short, whole)
    if "&" in text:
        for written, sign in _SIGNS:
            text = text.replace(written, sign)
    return text


def addresses_of(entities: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """What short addresses stand for, the longest first; both of Twitter's ways to tell it."""
    found: dict[str, str] = {}
    for one in (*parts(entities.get("urls")), *parts(entities.get("media"))):
        short, whole = clean(one.get("url")), clean(one.get("expanded_url"))
        if short.startswith(("https://t.co/", "http://t.co/")) and whole.startswith(("https://", "http://")):
            found[short] = whole
    return tuple(sorted(found.items(), key=lambda pair: -len(pair[0])))
