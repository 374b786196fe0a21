"""Chats are made of what was said in a place: title, time, hosts and questions, and each message in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.chat import MAX_HASHTAG_LENGTH, MAX_MINUTES, MAX_TITLE_LENGTH, Chat, ChatState, Question, Source
from bot.domain.manner import Format, Layout, Notice, Pace, Rhythm
from bot.domain.messages import ChatRecord
from bot.exchange.foreign.cutting import Asking, Cut, bare_question, by_prompts, cut
from bot.exchange.foreign.model import Place, Tally, Why
from bot.services.import_ports import Arrival

# A thread of Shelftalk is called so.
_OWN_THREAD = re.compile(r"#(\w{1,25}): (.+)")
_NO_TAG = re.compile(r"\W+")
_UNKNOWN_QUESTION = "\u2026"
_ON_TWITTER = "Twitter chat"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What an operator says of what comes in.

    Attributes:
        server: the Discord server that it belongs to.
        zone: in which days are told.
        channel: the channel whose readers may read it; 0 for that of the file.
        hashtag: without its `#`; empty for one from the file.
        title: of its chats; empty for one from the file.
        one_chat: all of a place is one chat.
        chats_only: what lies between chats is passed over.
        moved: it comes from another server, to which no links lead.
    """

    server: int
    zone: str
    channel: int = 0
    hashtag: str = ""
    title: str = ""
    one_chat: bool = False
    chats_only: bool = False
    moved: bool = False


def arrivals_of(places: Sequence[Place], wishes: Wishes, tally: Tally) -> Iterator[Arrival]:
    """The chats of some places, place by place in order of time; not yet filed.

    Args:
        places: those of one channel are put together, as when an export is in several files.
        wishes: what the operator says of them.
        tally: told what is passed over.
    """
    together: dict[str, Place] = {}
    for place in places:
        if place.key in together:
            together[place.key].messages += place.messages
        else:
            together[place.key] = place
    for place in together.values():
        yield from _of_place(place, wishes, tally)


def _of_place(place: Place, wishes: Wishes, tally: Tally) -> Iterator[Arrival]:
    unique = {message.id: message for message in place.messages}
    if len(unique) < len(place.messages):
        tally.pass_over(Why.TWICE, 0, len(place.messages) - len(unique))
    messages = sorted(unique.values(), key=lambda message: message.id)
    if place.prompts:
        cuts = [Cut(messages, by_prompts(messages, place.prompts))] if messages else []
    else:
        cuts = cut(messages, is_chat=place.is_chat or wishes.one_chat)
    for one in cuts:
        if one.is_between and wishes.chats_only:
            tally.pass_over(Why.BETWEEN, 0, len(one.messages))
            continue
        yield _arrival(place, one, wishes)


def _arrival(place: Place, one: Cut, wishes: Wishes) -> Arrival:
    questions = tuple(_questions(one.asked))
    hosts = tuple(dict.fromkeys([*place.hosts, *(asking.message.author_id for asking in one.asked)]))
    names = {message.author_id: message.author_name for message in one.messages}
    host_id = hosts[0] if hosts else 0
    held = one.messages[one.begin : one.end]
    starts_at = held[0].posted_at.replace(second=0, microsecond=0)
    ends_at = max(message.posted_at for message in held)
    minutes = max(1, -((starts_at - ends_at) // timedelta(minutes=1)))
    hashtag, name = _called(place, wishes)
    has_links = place.thread_id != 0 and not wishes.moved
    in_channel = has_links and not place.is_chat
    first_at = one.asked[0].message.posted_at if one.asked else starts_at
    chat = Chat(
        guild_id=wishes.server,
        channel_id=wishes.channel or place.channel_id,
        title=_title(name, starts_at, wishes, dated=not (place.is_chat and place.source is Source.IMPORTED)),
        hashtag=hashtag,
        starts_at=starts_at,
        zone=wishes.zone,
        minutes=minutes,
        host_id=host_id,
        host_name=names.get(host_id, ""),
        pace=Pace(
            welcome=min(MAX_MINUTES, int((first_at - starts_at) / timedelta(minutes=1))),
            wrap_up=0,
            late=0,
            reminder=0,
            rhythm=Rhythm.SLOW if minutes > MAX_MINUTES else Rhythm.BY_HAND,
        ),
        state=ChatState.CLOSED,
        questions=questions,
        thread_id=place.thread_id if has_links else None,
        opened_by=one.messages[0].id if in_channel else None,
        layout=Layout.CHANNEL if in_channel else Layout.THREAD,
        format=Format.HOSTED if questions else Format.INFORMAL,
        notice=Notice(before=()),
        source=place.source,
    )
    messages = (replace(message, thread_id=0) for message in one.messages) if wishes.moved else one.messages
    return Arrival(_key(place, one, wishes), ChatRecord(chat, tuple(messages)), hosts[1:])


def _questions(asked: Sequence[Asking]) -> Iterator[Question]:
    """The questions from Q1 on; one whose message isn't found keeps its number."""
    known = {asking.number: asking.message for asking in asked}
    for number in range(1, max(known, default=0) + 1):
        message = known.get(number)
        if message is None:
            yield Question(number, _UNKNOWN_QUESTION)
        else:
            text = bare_question(message.text or "") or _UNKNOWN_QUESTION
            yield Question(number, text, message.id, message.posted_at)


def _key(place: Place, one: Cut, wishes: Wishes) -> str:
    """What tells a chat wherever it is cut out again: its thread, else its first question, else its first words."""
    if place.is_chat or (wishes.one_chat and place.source is Source.IMPORTED):
        return place.key
    if one.asked and not wishes.one_chat:
        return f"{place.key}:q{one.asked[0].message.id}"
    return f"{place.key}:m{one.messages[0].id}"


def _called(place: Place, wishes: Wishes) -> tuple[str, str]:
    """A hashtag and a name."""
    own = _OWN_THREAD.fullmatch(place.name)
    if own is not None:
        return wishes.hashtag or own[1], own[2]
    tag = _NO_TAG.sub("", place.name)[:MAX_HASHTAG_LENGTH].lstrip("0123456789_")
    hashtag = wishes.hashtag or tag or "chat"
    if place.source is not Source.TWITTER:
        return hashtag, place.name
    # The hashtag stands before the title wherever that is shown.
    return hashtag, _ON_TWITTER if hashtag.casefold() == place.name.casefold() else f"#{place.name}"


def _title(name: str, starts_at: datetime, wishes: Wishes, *, dated: bool) -> str:
    day = f"{starts_at.astimezone(ZoneInfo(wishes.zone)):%Y-%m-%d}"
    title = wishes.title or name
    return f"{title[: MAX_TITLE_LENGTH - len(day) - 2]}, {day}" if dated else title[:MAX_TITLE_LENGTH]
