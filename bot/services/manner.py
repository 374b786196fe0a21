"""How a chat or a series is to be held, as a host said it, put into a chat; what wasn't said stays as it is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.domain.chat import SLOW_MINUTES, Chat, check_description
from bot.domain.errors import BadInput, Problem
from bot.domain.manner import (
    Ahead,
    Anonymous,
    EventWish,
    Format,
    Layout,
    Notice,
    Pace,
    Rhythm,
    check_announcements,
    check_pace,
)

# A slow chat has no introductions to wait for; its readers come by once a day.
_SLOW_WRAP_UP = 60
_SLOW_LATE = 24 * 60


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds where a host says nothing.

    Attributes:
        zone: IANA name.
        minutes: a chat's length.
        pace: how a chat's time is divided.
    """

    zone: str = "UTC"
    minutes: int = 60
    pace: Pace = field(default_factory=Pace)


@dataclass(frozen=True, slots=True)
class Manner:
    """What a host chose of how a chat is held; None where nothing was said.

    Attributes:
        format: what kind of chat.
        pace: when questions come, as typed.
        layout: where it is held.
        forum_id: the forum in which its post is opened.
        announce: when it is announced, as typed.
        ahead: what announcements tell of the questions.
        ping_role_id: the role to ping; 0 for none.
        event: whether Discord's list of events shows it.
        description: a few lines about it, as typed.
        anonymous: whether answers may be given without a name.
        recap: whether its digest is posted when it is over.
        quiet: whether filing is confirmed by nothing at all.
    """

    format: Format | None = None
    pace: str | None = None
    layout: Layout | None = None
    forum_id: int | None = None
    announce: str | None = None
    ahead: Ahead | None = None
    ping_role_id: int | None = None
    event: EventWish | None = None
    description: str | None = None
    anonymous: Anonymous | None = None
    recap: bool | None = None
    quiet: bool | None = None


def held(chat: Chat, wish: Manner, defaults: Defaults) -> Chat:
    """The chat, held as was said.

    Raises:
        BadInput: something typed can't be used, or a forum is missing.
    """
    found = replace(
        chat,
        format=chat.format if wish.format is None else wish.format,
        pace=_pace(chat, wish, defaults),
        layout=chat.layout if wish.layout is None else wish.layout,
        forum_id=wish.forum_id or chat.forum_id,
        notice=_notice(chat.notice, wish),
        description=chat.description if wish.description is None else check_description(wish.description),
        anonymous=chat.anonymous if wish.anonymous is None else wish.anonymous,
        recap=chat.recap if wish.recap is None else wish.recap,
        quiet=chat.quiet if wish.quiet is None else wish.quiet,
    )
    if wish.forum_id and wish.layout is None:
        found = replace(found, layout=Layout.FORUM)
    if found.layout is Layout.FORUM and found.forum_id is None:
        raise BadInput(Problem.FORUM_NEEDED)
    return found


def usual_minutes(chat: Chat, defaults: Defaults) -> int:
    """How long such a chat takes where its host says nothing of it."""
    return SLOW_MINUTES if chat.is_slow else defaults.minutes


def _pace(chat: Chat, wish: Manner, defaults: Defaults) -> Pace:
    pace, form = chat.pace, wish.format or chat.format
    if chat.is_slow if form is Format.INFORMAL else chat.format is Format.INFORMAL:
        # The one has no room for a wrap-up, the other goes on over days.
        pace = defaults.pace
    if form is Format.INFORMAL:
        return replace(pace, wrap_up=0, rhythm=Rhythm.EVEN, every=0, times=())
    if wish.pace is None:
        # A host who draws from the jar draws when it is time.
        drawn = wish.format is Format.JAR and pace.rhythm is Rhythm.EVEN
        return replace(pace, rhythm=Rhythm.BY_HAND) if drawn else pace
    rhythm, every, times = check_pace(wish.pace)
    usual = defaults.pace
    if rhythm is Rhythm.SLOW:
        usual = replace(usual, welcome=0, wrap_up=_SLOW_WRAP_UP, late=_SLOW_LATE)
    return replace(usual, rhythm=rhythm, every=every, times=times)


def _notice(notice: Notice, wish: Manner) -> Notice:
    return Notice(
        before=notice.before if wish.announce is None else check_announcements(wish.announce),
        ahead=notice.ahead if wish.ahead is None else wish.ahead,
        ping_role_id=notice.ping_role_id if wish.ping_role_id is None else (wish.ping_role_id or None),
        event=notice.event if wish.event is None else wish.event,
    )
