"""Reads tweets as JSON, one to a line: as Twitter's own interfaces gave them (twarc keeps them so), or in short.

In short is `{"id", "at", "author", "text", "reply_to"}`; a first line `{"chat", "hosts", "questions"}` may tell of the
chat. Of Twitter's second interface a line may hold a page of tweets with all that belongs to them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import BinaryIO
from urllib.parse import urlsplit

from bot.domain.messages import Attachment
from bot.exchange.foreign.model import (
    Place,
    Tally,
    Why,
    clean,
    count_of,
    id_of,
    instant_of,
    name_of,
    part,
    parts,
)
from bot.exchange.foreign.tweets import Heading, Tweet, addresses_of, moved, place_of, time_of
from bot.exchange.foreign.walking import lines_of
from bot.exchange.problems import Unreadable

_SALVAGE = "Mend or fetch the file again, or add --salvage to take in the lines before that."
_EXPECTED = (
    "A line is a tweet as Twitter's API gave it, or in short "
    '{"id": "1", "at": "2015-03-10T20:00:00Z", "author": "name", "text": "Hello", "reply_to": null}.'
)


def read_tweet_lines(stream: BinaryIO, name: str, now: datetime, tally: Tally, *, salvage: bool) -> Place:
    """The tweets of a file.

    Args:
        stream: bytes.
        name: what the file is called.
        now: aware UTC; nothing can have been said later.
        tally: told what is passed over.
        salvage: of a file that is broken somewhere, take what stands before that.

    Raises:
        Unreadable: a line isn't JSON, or the file has nothing of this kind; says in which line.
    """
    tweets: list[Tweet] = []
    heading: Heading | None = None
    try:
        for line, found in _objects(stream):
            if not tweets and heading is None and _is_heading(found):
                heading = _heading(found)
                continue
            before = len(tweets)
            tweets += _tweets(found, line)
            if len(tweets) == before and "meta" not in found:
                tally.pass_over(Why.NO_MESSAGE, line)
    except Unreadable as problem:
        counted = f"{len(tweets):,} whole message{'s' * (len(tweets) != 1)} before it"
        if not (salvage and tweets):
            why = f"{problem.why}; there are {counted}"
            raise Unreadable(why, problem.line, problem.column, _SALVAGE if tweets else problem.advice) from None
        tally.notes.append(f"The file is broken in line {problem.line}: {problem.why}. There are {counted}.")
    if not tweets:
        raise Unreadable("there are no tweets in this file", 0, 0, _EXPECTED)
    return place_of(tweets, name, now, tally, heading)


def _objects(stream: BinaryIO) -> Iterator[tuple[int, dict[str, object]]]:
    for number, line in lines_of(stream):
        bare = line.strip()
        if not bare:
            continue
        try:
            found = json.loads(bare)
        except json.JSONDecodeError as error:
            cut = error.pos >= len(bare) - 1 or "Unterminated" in error.msg
            why = "the line is cut off" if cut else f"this isn't JSON ({error.msg})"
            raise Unreadable(why, number, error.pos + 1, _EXPECTED) from None
        except (ValueError, RecursionError):
            raise Unreadable("a value here is nested too deep or too long", number, 0, _EXPECTED) from None
        if not isinstance(found, dict):
            raise Unreadable("this line isn't a JSON object", number, 0, _EXPECTED)
        yield number, found


def _is_heading(found: Mapping[str, object]) -> bool:
    return not {"text", "full_text", "data"} & found.keys() and bool({"chat", "hosts", "questions"} & found.keys())


def _heading(found: Mapping[str, object]) -> Heading:
    hosts = found.get("hosts")
    asked = ((count_of(one.get("number")), _text_of(one.get("id"))) for one in parts(found.get("questions")))
    return Heading(
        name_of(found.get("chat"), found.get("title")),
        tuple(name_of(host) for host in hosts) if isinstance(hosts, list) else (),
        tuple((number, name) for number, name in asked if number and name),
    )


def _tweets(found: dict[str, object], line: int) -> Iterator[Tweet]:
    if "author" in found and "at" in found:
        yield _short(found, line)
    elif "user" in found or "full_text" in found:
        yield _first(found, line)
    elif isinstance(found.get("data"), (list, dict)):
        includes = part(found, "includes")
        people = {clean(one.get("id")): one for one in parts(includes.get("users"))}
        media = {clean(one.get("media_key")): one for one in parts(includes.get("media"))}
        data = found["data"]
        for one in parts(data if isinstance(data, list) else [data]):
            yield _second(one, people, media, line)
    elif "author_id" in found and "text" in found:
        yield _second(found, {}, {}, line)


def _short(found: dict[str, object], line: int) -> Tweet:
    return Tweet(
        id=_text_of(found.get("id")),
        author=name_of(found.get("author")).lstrip("@"),
        at=instant_of(found.get("at")),
        text=clean(found.get("text")),
        reply_to=_text_of(found.get("reply_to")),
        line=line,
    )


def _first(found: dict[str, object], line: int) -> Tweet:
    """A tweet of Twitter's first interface, v1.1."""
    number = _text_of(found.get("id_str")) or _text_of(found.get("id"))
    longer = part(found, "extended_tweet")
    media = part(longer, "extended_entities") or part(found, "extended_entities") or part(found, "entities")
    files = (_file(one.get("id_str"), one.get("media_url_https"), one.get("ext_alt_text")) for one in _media(media))
    return Tweet(
        id=number,
        author=name_of(part(found, "user").get("screen_name")),
        at=first_instant(found.get("created_at")) or time_of(id_of(number)),
        text=clean(longer.get("full_text")) or clean(found.get("full_text")) or clean(found.get("text")),
        reply_to=_text_of(found.get("in_reply_to_status_id_str")) or _text_of(found.get("in_reply_to_status_id")),
        likes=count_of(found.get("favorite_count")),
        files=tuple(file for file in files if file is not None),
        addresses=addresses_of(part(longer, "entities") or part(found, "entities")),
        is_retweet=bool(found.get("retweeted_status")),
        line=line,
    )


def _second(
    found: dict[str, object],
    people: Mapping[str, dict[str, object]],
    media: Mapping[str, dict[str, object]],
    line: int,
) -> Tweet:
    """A tweet of Twitter's second interface, from a page or by itself."""
    author = part(found, "author") or people.get(clean(found.get("author_id")), {})
    keys = part(found, "attachments").get("media_keys")
    shown = [media.get(clean(key), {}) for key in keys] if isinstance(keys, list) else []
    shown += parts(part(found, "attachments").get("media"))
    files = (
        _file(
            clean(one.get("media_key")).rpartition("_")[2],
            one.get("url") or one.get("preview_image_url"),
            one.get("alt_text"),
        )
        for one in shown
    )
    refers = {clean(one.get("type")): clean(one.get("id")) for one in parts(found.get("referenced_tweets"))}
    number = _text_of(found.get("id"))
    return Tweet(
        id=number,
        author=name_of(author.get("username"), found.get("author_id")),
        at=instant_of(found.get("created_at")) or time_of(id_of(number)),
        text=clean(part(found, "note_tweet").get("text")) or clean(found.get("text")),
        reply_to=refers.get("replied_to", ""),
        likes=count_of(part(found, "public_metrics").get("like_count")),
        files=tuple(file for file in files if file is not None),
        addresses=addresses_of(part(found, "entities")),
        is_retweet="retweeted" in refers,
        line=line,
    )


def first_instant(value: object) -> datetime | None:
    """An instant as Twitter's first interface writes it, `Wed Oct 10 20:19:24 +0000 2018` (aware UTC)."""
    try:
        return datetime.strptime(clean(value).strip(), "%a %b %d %H:%M:%S %z %Y").astimezone(UTC)
    except (ValueError, OverflowError):
        return instant_of(value)


def _media(entities: dict[str, object]) -> Iterator[dict[str, object]]:
    yield from parts(entities.get("media"))


def _file(number: object, address: object, description: object) -> Attachment | None:
    url = clean(address)
    if not id_of(number) or not url.startswith(("https://", "http://")):
        return None
    try:
        name = PurePosixPath(urlsplit(url).path).name or "picture"
    except ValueError:
        return None
    return Attachment(moved(id_of(number)), name_of(name), url, 0, None, clean(description) or None)


def _text_of(value: object) -> str:
    """An id as a text, whether the file has it as a text or as a number."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else clean(value).strip()
