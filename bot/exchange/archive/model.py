"""The shape of the JSON archive, version 1: what stands in a file, whatever the program's own values look like.

What has its default is left out of a file. Discord's numbers are strings, since JavaScript and spreadsheets round them.
A field that isn't known is refused rather than lost; whoever adds one raises `VERSION`.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from enum import StrEnum, auto
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from bot.domain.chat import ChatState, Source
from bot.domain.manner import Ahead, Anonymous, EventWish, Format, Layout, Rhythm
from bot.domain.messages import Basis
from bot.domain.when import check_zone

FORMAT = "shelftalk-archive"
VERSION = 1


class View(StrEnum):
    """Whose view of the chats a file holds: all that the archive has, what their server may see, what everybody may."""

    EVERYTHING = auto()
    SERVER = auto()
    PUBLISHED = auto()


def _number(value: object) -> object:
    if isinstance(value, str) and value.removeprefix("-").isdecimal() and value.isascii() and len(value) <= _DIGITS:
        return int(value)
    raise ValueError('must be a number in quotation marks, such as "1234567890"')


def _zone(value: str) -> str:
    try:
        return check_zone(value)
    except Exception:
        raise ValueError("must be the name of a time zone, such as Europe/Berlin") from None


def _utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


_DIGITS = 20
Snowflake = Annotated[
    int,
    BeforeValidator(_number, json_schema_input_type=Annotated[str, Field(pattern=r"^-?[0-9]{1,20}$")]),
    PlainSerializer(str, return_type=Annotated[str, Field(pattern=r"^-?[0-9]{1,20}$")]),
]
Instant = Annotated[AwareDatetime, AfterValidator(_utc)]
Zone = Annotated[str, AfterValidator(_zone)]
Count = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]


class Part(BaseModel):
    """What all parts share: nothing unknown, and nothing read as what it isn't."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class PersonModel(Part):
    """Somebody, with the name as it was shown then; empty for who isn't named."""

    id: Snowflake
    name: str = ""


class PaceModel(Part):
    """How a chat's minutes are divided."""

    welcome: int = 5
    wrap_up: int = 5
    late: int = 30
    reminder: int = 15
    rhythm: Rhythm = Rhythm.EVEN
    every: int = 0
    times: tuple[time, ...] = ()


class NoticeModel(Part):
    """How a chat was told of beforehand; `before` in minutes, null for what is usual."""

    before: tuple[int, ...] | None = None
    ahead: Ahead = Ahead.NUMBER
    ping_role: Snowflake | None = None
    event: EventWish = EventWish.NO


class QuestionModel(Part):
    """A numbered question; `message` is the post that asked it."""

    number: int
    text: str
    message: Snowflake | None = None
    asked_at: Instant | None = None
    thread: Snowflake | None = None


class GuestModel(Part):
    """Who hosts beside the one who planned a chat; `number` is the archive's own."""

    number: int
    person: Snowflake


class BelongingModel(Part):
    """Which occurrence of a series a chat is; `series` is the archive's own number."""

    series: int
    key: str = ""
    own: bool = False
    first_key: str = ""


class ChatModel(Part):
    """A chat as it was planned and held; `number` is the archive's own."""

    number: int
    server: Snowflake
    channel: Snowflake
    title: str
    hashtag: str
    starts_at: Instant
    zone: Zone
    minutes: int
    host: PersonModel
    state: ChatState = ChatState.CLOSED
    source: Source = Source.DISCORD
    questions: tuple[QuestionModel, ...] = ()
    # Threads of questions that the chat doesn't have (any more): as pairs of a number and a thread.
    other_threads: tuple[tuple[int, Snowflake], ...] = ()
    thread: Snowflake | None = None
    locale: str = "en-US"
    layout: Layout = Layout.THREAD
    format: Format = Format.HOSTED
    pace: PaceModel = PaceModel()
    notice: NoticeModel = NoticeModel()
    description: str = ""
    anonymous: Anonymous = Anonymous.NO
    quiet: bool = False
    recap: bool = False
    forum: Snowflake | None = None
    guests: tuple[GuestModel, ...] = ()
    cohosts: tuple[GuestModel, ...] = ()
    host_role: Snowflake | None = None
    belonging: BelongingModel | None = None
    sequence: int = 0
    moved_from: Instant | None = None
    announced_in: Snowflake | None = None
    opened_by: Snowflake | None = None
    held_at: Instant | None = None
    published: bool | None = None
    is_public: bool = False


class FilingModel(Part):
    """The message stands under this question; `basis` says why, `sure` whether a person needn't look."""

    question: int
    basis: Basis
    confidence: Share = 1.0
    sure: bool = True
    reasons: tuple[str, ...] = ()


class FileModel(Part):
    """A file that came with a message; `stored` is its name in the archive's own folder of files."""

    id: Snowflake
    name: str
    url: str = ""
    size: Count
    type: str | None = None
    description: str | None = None
    stored: str | None = None


class EmbedModel(Part):
    """What Discord or an app showed beside the words."""

    title: str = ""
    description: str = ""
    url: str = ""


class PollAnswerModel(Part):
    """How many chose it."""

    text: str
    count: Count


class PollModel(Part):
    """A poll and how it stood."""

    question: str
    answers: tuple[PollAnswerModel, ...] = ()
    is_final: bool = False


class ReactionModel(Part):
    """How many people chose an emoji."""

    emoji: str
    count: Count


class VersionModel(Part):
    """An earlier wording."""

    text: str
    replaced_at: Instant


class MessageModel(Part):
    """What somebody wrote; `text` is null where it is gone (deleted, left out) or the bot had no right to read it."""

    id: Snowflake
    thread: Snowflake
    author: PersonModel
    posted_at: Instant
    text: str | None
    deleted: bool = False
    left_out: bool = False
    edited_at: Instant | None = None
    reply_to: Snowflake | None = None
    replies: Count = 0
    by_machine: bool = False
    filings: tuple[FilingModel, ...] = ()
    files: tuple[FileModel, ...] = ()
    reactions: tuple[ReactionModel, ...] = ()
    stickers: tuple[str, ...] = ()
    embeds: tuple[EmbedModel, ...] = ()
    poll: PollModel | None = None
    pinned: bool = False
    versions: tuple[VersionModel, ...] = ()


class HeaderModel(Part):
    """What a file begins with; the chats follow."""

    format: Literal["shelftalk-archive"]
    version: Literal[1]
    view: View = View.EVERYTHING


class EntryModel(Part):
    """A chat with what was said in it, in order."""

    chat: ChatModel
    messages: tuple[MessageModel, ...]


class ArchiveModel(HeaderModel):
    """A whole file; only its schema is made from this, since files are read and written bit by bit."""

    chats: tuple[EntryModel, ...]
