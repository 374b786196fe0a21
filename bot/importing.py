"""`shelftalk import`: chats from files come into the archive, or are only told of; every problem is one sentence."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from bot.domain.chat import OVER_STATES, Chat, Source, check_hashtag, check_title
from bot.domain.errors import BadInput, SetupProblem
from bot.domain.manner import Layout
from bot.domain.messages import ChatRecord
from bot.domain.when import check_zone
from bot.exchange.archive import read_archive
from bot.exchange.foreign import Kind, Place, Tally, Wishes, arrivals_of, filed, helpers, kind_of, opened
from bot.exchange.foreign.chat_exporter import read_chat_exporter
from bot.exchange.foreign.tags import read_tags
from bot.exchange.foreign.tweet_lines import read_tweet_lines
from bot.exchange.problems import Unreadable
from bot.runtime.health import is_healthy
from bot.services.import_ports import Arrival, Outcome
from bot.storage.database import Database
from bot.storage.importing import ImportStore, in_batches
from bot.storage.migrate import check, current_revision, head_revision
from config.settings import Settings

# Beside a running bot nothing may hold the database for so long that what is said has to wait.
_MOST_BESIDE = 20_000
# So many messages come in together: beside a running bot in a part of a second, else in one or two.
_BESIDE, _ALONE = 5_000, 20_000
_QUESTION_SHOWN = 70
_MOST_ID = 1 << 63


@dataclass(frozen=True, slots=True)
class Order:
    """What was typed behind `shelftalk import`.

    Attributes:
        files: in any order.
        server: the Discord server's id.
        channel: a channel's id, or 0.
        hashtag: may be empty.
        zone: may be empty.
        title: may be empty.
        kind: what the files are, or None to tell by what stands in them.
        one_chat: all of a channel or a hashtag is one chat.
        chats_only: what lies between chats is passed over.
        moved: the files are of another server.
        salvage: of a broken file, take what stands before the break.
        dry_run: change nothing.
    """

    files: tuple[Path, ...]
    server: int
    channel: int = 0
    hashtag: str = ""
    zone: str = ""
    title: str = ""
    kind: Kind | None = None
    one_chat: bool = False
    chats_only: bool = False
    moved: bool = False
    salvage: bool = False
    dry_run: bool = False


def kind_named(name: str) -> Kind | None:
    """A kind of file by the name that is typed; None for an empty one.

    Raises:
        SetupProblem: there is no such kind.
    """
    if not name:
        return None
    try:
        return Kind(name.strip().casefold())
    except ValueError:
        raise SetupProblem(f"--format {name} isn't known.", f"It can be {', '.join(Kind)}.") from None


def bring_in(settings: Settings, order: Order, now: datetime, tell: Callable[[str], None]) -> None:
    """Bring chats in, or tell what would come in.

    Args:
        settings: say where the database is.
        order: what was typed.
        now: aware UTC.
        tell: prints a line.

    Raises:
        SetupProblem: a file or the database can't be used; of the chats that were told of before, none is undone.
    """
    wishes = _wishes(settings, order)
    tally = Tally()
    kinds = [_kind(path, order) for path in order.files]
    with _nothing_thrown_away(), helpers(_to_file(order, kinds)) as pool:
        arrivals = list(_read(order, kinds, wishes, now, tally, tell))
        for note in tally.notes:
            tell(f"Note: {note}")
        if order.dry_run:
            outcomes = asyncio.run(_look(settings, arrivals, tell))
        else:
            outcomes = asyncio.run(_take(settings, arrivals, now, pool, tell)) if arrivals else []
    _sum_up(arrivals, outcomes, tally, tell, would=order.dry_run)


@contextmanager
def _nothing_thrown_away() -> Iterator[None]:
    """All that is read is kept until the end: looking for what could be let go of would only take time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _wishes(settings: Settings, order: Order) -> Wishes:
    for number, name in ((order.server, "--server"), (order.channel, "--channel")):
        if not 0 <= number < _MOST_ID or (name == "--server" and number == 0):
            raise SetupProblem(
                f"{name} {number} can't be an id of Discord.",
                "Turn on Developer Mode in Discord's settings, then right-click the server or channel: Copy ID.",
            )
    try:
        zone = check_zone(order.zone) if order.zone else settings.chats.default_zone
        hashtag = check_hashtag(order.hashtag) if order.hashtag else ""
        title = check_title(order.title) if order.title else ""
    except BadInput as problem:
        said = ", ".join(str(value) for value in problem.facts.values())
        raise SetupProblem(f"A zone, hashtag or title can't be used ({said}).", "Type it otherwise.") from None
    return Wishes(order.server, zone, order.channel, hashtag, title, order.one_chat, order.chats_only, order.moved)


@contextmanager
def _of_file(path: Path) -> Iterator[None]:
    """What is wrong with a file is told with its name."""
    try:
        yield
    except Unreadable as problem:
        raise SetupProblem(f"{path}: {problem.what}", problem.advice) from None


def _kind(path: Path, order: Order) -> Kind:
    with opened(path) as stream, _of_file(path):
        return order.kind or kind_of(stream)


def _to_file(order: Order, kinds: Sequence[Kind]) -> int:
    """Of how many bytes the chats are yet to be filed; those of Shelftalk's own are."""
    foreign = (path for path, kind in zip(order.files, kinds, strict=True) if kind is not Kind.SHELFTALK)
    return 0 if order.dry_run else sum(path.stat().st_size for path in foreign)


def _read(
    order: Order, kinds: Sequence[Kind], wishes: Wishes, now: datetime, tally: Tally, tell: Callable[[str], None]
) -> Iterator[Arrival]:
    places: list[Place] = []
    records: list[ChatRecord] = []
    for path, kind in zip(order.files, kinds, strict=True):
        with opened(path) as stream, _of_file(path):
            if kind is Kind.SHELFTALK:
                found = list(read_archive(stream))
                records += found
                counted = sum(len(record.messages) for record in found)
            else:
                place = _place(kind, path, stream, order, now, tally)
                _check_place(path, place, order)
                places.append(place)
                counted = len(place.messages)
        tell(f"{path}: {_counted(counted, 'message')}, {_NAMES[kind]}")
    for record in records:
        if (arrival := _own(record, order, tally)) is not None:
            yield arrival
    yield from arrivals_of(places, wishes, tally)


_NAMES = {
    Kind.SHELFTALK: "an archive of Shelftalk's own",
    Kind.DISCORD: "an export of DiscordChatExporter",
    Kind.TWEETS: "tweets as JSON Lines",
    Kind.TAGS: "a TAGS archive",
}


def _place(kind: Kind, path: Path, stream: BinaryIO, order: Order, now: datetime, tally: Tally) -> Place:
    if kind is Kind.DISCORD:
        return read_chat_exporter(stream, now, tally, salvage=order.salvage)
    if kind is Kind.TAGS:
        return read_tags(stream, path.stem, now, tally)
    return read_tweet_lines(stream, path.stem, now, tally, salvage=order.salvage)


def _check_place(path: Path, place: Place, order: Order) -> None:
    if place.source is Source.TWITTER and not order.channel:
        raise SetupProblem(
            f"{path} holds tweets, and it isn't known who in the server may read them.",
            "Name a channel with --channel: whoever may read that channel may read these chats.",
        )
    if place.source is not Source.TWITTER:
        _check_server(str(path), place.guild_id, order)


def _check_server(what: str, guild_id: int, order: Order) -> None:
    if guild_id != order.server and not order.moved:
        raise SetupProblem(
            f"{what} is of the server {guild_id}, and you named the server {order.server}.",
            f"Say --server {guild_id}; or, if its chats move to another server, add --moved and --channel.",
        )
    if order.moved and not order.channel:
        raise SetupProblem(
            "Chats that move to another server need a channel there.",
            "Name it with --channel: whoever may read that channel may read these chats.",
        )


def _own(record: ChatRecord, order: Order, tally: Tally) -> Arrival | None:
    """A chat of Shelftalk's own, as it was; None for one that was only planned."""
    chat = record.chat
    _check_server(f"Chat {chat.id} ({chat.title})", chat.guild_id, order)
    if not record.messages and not any(question.message_id for question in chat.questions):
        tally.notes.append(f"Chat {chat.id} ({chat.title}) was only planned, and isn't taken in.")
        return None
    if chat.state not in OVER_STATES:
        tally.notes.append(f"Chat {chat.id} ({chat.title}) was still going on; it comes in as one that is over.")
    messages = record.messages
    if order.moved:
        chat = _moved(chat, order)
        messages = tuple(replace(message, thread_id=0) for message in messages)
    if chat.opened_by is not None or chat.thread_id is not None:
        key = f"discord:{chat.thread_id}" + (f":m{chat.opened_by}" if chat.opened_by is not None else "")
    else:
        key = f"{chat.source}:m{record.messages[0].id if record.messages else chat.id}"
    return Arrival(key, ChatRecord(chat, messages), as_is=True)


def _moved(chat: Chat, order: Order) -> Chat:
    """A chat without what leads into the server that it comes from, or decides about being shown outside."""
    return replace(
        chat,
        guild_id=order.server,
        channel_id=order.channel,
        thread_id=None,
        opened_by=None,
        question_threads=(),
        layout=Layout.THREAD,
        forum_id=None,
        announced_in=None,
        host_role_id=None,
        belonging=None,
        published=None,
        is_public=False,
    )


async def _look(settings: Settings, arrivals: Sequence[Arrival], tell: Callable[[str], None]) -> list[Outcome]:
    path = settings.database.path
    if not path.exists():
        outcomes = [Outcome(is_new=True, taken=len(arrival.record.messages)) for arrival in arrivals]
    else:
        _check_database(path, may_change=False)
        database = Database(path)
        await database.open()
        try:
            outcomes = await ImportStore(database).look(arrivals)
        finally:
            await database.close()
    for arrival, outcome in zip(arrivals, outcomes, strict=True):
        for line in _told(arrival, outcome, would=True):
            tell(line)
    return outcomes


async def _take(
    settings: Settings, arrivals: Sequence[Arrival], now: datetime, pool: Executor | None, tell: Callable[[str], None]
) -> list[Outcome]:
    path = settings.database.path
    runs, _ = is_healthy(path.with_name("heartbeat.json"), now)
    if path.exists():
        _check_database(path, may_change=not runs)
    longest = max(len(arrival.record.messages) for arrival in arrivals)
    if runs and longest > _MOST_BESIDE:
        raise SetupProblem(
            f"The bot is running, and a chat of {longest:,} messages would keep it from writing for seconds.",
            "Stop it, import, and start it again; it fetches what was said meanwhile.",
        )
    database = Database(path)
    await database.open()
    outcomes: list[Outcome] = []
    try:
        store = ImportStore(database)
        # What is there already needs no filing, which takes most of the time.
        looked = await store.look(arrivals)
        ready = filed(arrivals, [outcome.taken > 0 for outcome in looked], pool)
        try:
            for batch in in_batches(ready, _BESIDE if runs else _ALONE):
                taken = await store.take(batch, now)
                outcomes += taken
                for arrival, outcome in zip(batch, taken, strict=True):
                    for line in _told(arrival, outcome, would=False):
                        tell(line)
        finally:
            await store.finish()
    finally:
        await database.close()
    return outcomes


def _check_database(path: Path, *, may_change: bool) -> None:
    if problems := check(path):
        raise SetupProblem(problems[0])
    if not may_change and current_revision(path) != head_revision():
        raise SetupProblem(
            f"The database {path} is of another version of Shelftalk.",
            "The bot brings it up to date when it starts; or stop the bot, and import brings it up to date.",
        )


def _told(arrival: Arrival, outcome: Outcome, *, would: bool) -> Iterator[str]:
    """What becomes of one chat, in lines."""
    record = arrival.record
    chat = record.chat
    people = len({message.author_id for message in record.messages if not message.by_machine})
    files = sum(len(message.attachments) for message in record.messages)
    asked = [question for question in chat.questions if question.message_id is not None]
    begin, end = chat.starts_at.astimezone(ZoneInfo(chat.zone)), chat.ends_at.astimezone(ZoneInfo(chat.zone))
    until = f"{end:%H:%M}" if end.date() == begin.date() else f"{end:%Y-%m-%d %H:%M}"
    yield ""
    number = f"Chat {outcome.chat_id}: " if outcome.chat_id else ""
    yield f"{number}#{chat.hashtag}: {chat.title}"
    yield f"  {begin:%Y-%m-%d %H:%M} to {until} ({chat.zone})"
    yield (
        f"  {_counted(len(record.messages), 'message')} by {_counted(people, 'person', 'people')}, "
        f"{_counted(len(asked), 'question')}, {_counted(files, 'file')}"
    )
    if would:
        for question in asked:
            text = " ".join(question.text.split())
            shown = text if len(text) <= _QUESTION_SHOWN else f"{text[:_QUESTION_SHOWN].rstrip()} …"
            yield f"  Q{question.number}. {shown}"
    yield f"  {_became(outcome, would=would)}"


def _became(outcome: Outcome, *, would: bool) -> str:
    if outcome.is_recorded:
        return f"The bot recorded this itself, as chat {outcome.chat_id}: nothing of it is taken."
    elsewhere = ", ".join(
        f"{_counted(count, 'message')} in chat {chat_id}" for chat_id, count in sorted(outcome.elsewhere.items())
    )
    if not outcome.taken and not outcome.is_new:
        if outcome.elsewhere:
            return f"Nothing is taken: the archive has it already ({elsewhere})."
        return "Nothing is new: the archive has all of it already."
    parts = [f"{_counted(outcome.taken, 'message')} {'would come' if would else 'came'} in"]
    if outcome.known:
        parts.append(f"{outcome.known:,} were there already and stay as they are")
    if elsewhere:
        parts.append(f"there are already {elsewhere}")
    if outcome.left_out:
        parts.append(f"{outcome.left_out:,} of them without their words, as their authors wish to be left out")
    return "; ".join(parts) + "."


def _sum_up(
    arrivals: Sequence[Arrival], outcomes: Sequence[Outcome], tally: Tally, tell: Callable[[str], None], *, would: bool
) -> None:
    tell("")
    if tally.counts:
        tell("Passed over:")
    for why, count in tally.counts.items():
        tell(f"- {why.value}: {count:,}" + (f" (the first in line {tally.lines[why]})" if tally.lines[why] else ""))
    taken, new = sum(outcome.taken for outcome in outcomes), sum(outcome.is_new for outcome in outcomes)
    if not arrivals:
        tell("Nothing in this could come in.")
    elif not taken and not new:
        tell("Nothing has changed: the archive has all of this already.")
    else:
        grown = sum(outcome.taken > 0 for outcome in outcomes) - new
        chats = _counted(new, "new chat") + (f" and {_counted(grown, 'chat')} that grew" if grown > 0 else "")
        tell(f"{_counted(taken, 'message')} {'would come' if would else 'came'} in, in {chats}.")
        if would:
            tell("Nothing was changed; without --dry-run it is done.")


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"
