"""How a chat or a series is held, in words: its format, pace, place, announcements and hosts."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.domain.chat import Chat, Guest, Source
from bot.domain.manner import Ahead, Anonymous, EventHindrance, EventWish, Format, Layout, Rhythm
from bot.ui.texts import Texts, permission_name

_HOUR, _DAY, _WEEK = 60, 24 * 60, 7 * 24 * 60


def before_start(minutes: int, say: Texts) -> str:
    """A span before the start: `1 week`, `15 minutes`."""
    if minutes and minutes % _WEEK == 0:
        return say.plural("{count} week", "{count} weeks", minutes // _WEEK)
    if minutes and minutes % _DAY == 0:
        return say.plural("{count} day", "{count} days", minutes // _DAY)
    if minutes and minutes % _HOUR == 0:
        return say.plural("{count} hour", "{count} hours", minutes // _HOUR)
    return say.plural("{count} minute", "{count} minutes", minutes)


def lines(chat: Chat, hosts: Sequence[Guest], say: Texts, event_hindrance: EventHindrance | None = None) -> list[str]:
    """How it is held, a line for each thing that a host may want to check.

    Args:
        chat: planned, or as each of its series.
        hosts: who hosts it beside the one who planned it.
        say: the reader's language.
        event_hindrance: why Discord's list of events can't show it.
    """
    if chat.source is not Source.DISCORD:
        return [line for line in (_origin(chat, say), _hosts(chat, hosts, say)) if line]
    found = [
        _place(chat, say),
        _kind(chat, say),
        _announced(chat, say),
        _hosts(chat, hosts, say),
        _event(chat, event_hindrance, say),
        *_extras(chat, say),
    ]
    return [line for line in found if line]


def unpingable(chat: Chat, say: Texts) -> str:
    """That the role can't be pinged as things are, and what to do about it."""
    return say(
        "I can't ping <@&{role}>: switch on “Allow anyone to @mention this role” in its settings, or give me the "
        "permission Mention Everyone. Announcements come all the same.",
        role=chat.notice.ping_role_id,
    )


def length(minutes: int, say: Texts) -> str:
    """How long it takes."""
    if minutes >= 2 * _DAY and minutes % _DAY == 0:
        return say.plural("{count} day", "{count} days", minutes // _DAY)
    return say.plural("{count} minute", "{count} minutes", minutes)


def _place(chat: Chat, say: Texts) -> str:
    long = length(chat.minutes, say)
    match chat.layout:
        case Layout.FORUM:
            return say(
                "Where: a post in <#{forum}>, announced in <#{channel}>; {length}",
                forum=chat.forum_id,
                channel=chat.channel_id,
                length=long,
            )
        case Layout.CHANNEL:
            return say("Where: in <#{channel}> itself; {length}", channel=chat.channel_id, length=long)
        case Layout.QUESTIONS:
            return say(
                "Where: a thread in <#{channel}>, and one more for each question; {length}",
                channel=chat.channel_id,
                length=long,
            )
        case _:
            return say("Where: a thread in <#{channel}>; {length}", channel=chat.channel_id, length=long)


def _origin(chat: Chat, say: Texts) -> str:
    """Where a chat was held that came from a file; nobody planned how."""
    long = length(chat.minutes, say)
    if chat.source is Source.TWITTER:
        held = say("Where: on Twitter; {length}", length=long)
    else:
        held = say("Where: in <#{channel}>; {length}", channel=chat.home_id, length=long)
    readers = say("It came from a file; whoever may read <#{channel}> may read it here.", channel=chat.home_id)
    return f"{held}\n{readers}"


def _kind(chat: Chat, say: Texts) -> str:
    if chat.format is Format.INFORMAL:
        return say("How: informally, without host and questions")
    what = say("questions drawn from the jar") if chat.format is Format.JAR else say("questions and answers")
    return say("How: {what}, {pace}", what=what, pace=pace(chat, say))


def pace(chat: Chat, say: Texts) -> str:
    """When questions come, in words."""
    match chat.pace.rhythm:
        case Rhythm.FIXED:
            return say.plural("one every {count} minute", "one every {count} minutes", chat.pace.every)
        case Rhythm.BY_HAND:
            return say("each when a host says so")
        case Rhythm.SLOW if chat.pace.times:
            times = ", ".join(f"{at:%H:%M}" for at in chat.pace.times)
            return say("slowly, daily at {times} ({zone})", times=times, zone=chat.zone)
        case Rhythm.SLOW:
            return say("slowly, one a day")
        case _:
            return say("spread evenly over the time")


def _announced(chat: Chat, say: Texts) -> str:
    spans = [before_start(minutes, say) for minutes in chat.announced_before if minutes]
    parts = []
    if chat.belonging is None and chat.is_told_ahead:
        parts.append(say("as soon as it is planned"))
    parts += [say("{span} before", span=span) for span in spans]
    parts.append(say("at the start"))
    line = say("Announced: {times}", times=", ".join(parts))
    ahead = {
        Ahead.ALL: say("with its questions"),
        Ahead.NUMBER: "",
        Ahead.NOTHING: say("without a word on its questions"),
    }[chat.notice.ahead]
    if ahead and chat.format is Format.HOSTED:
        line += "; " + ahead
    if chat.notice.ping_role_id is not None:
        line += "; " + say("pings <@&{role}>", role=chat.notice.ping_role_id)
    return line


def _hosts(chat: Chat, hosts: Sequence[Guest], say: Texts) -> str:
    if chat.format is Format.INFORMAL:
        return ""
    names = [discord.utils.escape_markdown(chat.host_name), *(f"<@{host.person_id}>" for host in hosts)]
    return say("Hosts: {names}", names=", ".join(name for name in names if name))


def _event(chat: Chat, hindrance: EventHindrance | None, say: Texts) -> str:
    if chat.notice.event is EventWish.NO:
        return ""
    match hindrance:
        case EventHindrance.PRIVATE:
            return say(
                "Discord's list of events doesn't show it: not everybody may see <#{channel}>, and everybody sees "
                "that list.",
                channel=chat.home_id,
            )
        case EventHindrance.NOT_ALLOWED:
            return say(
                "Discord's list of events can't show it: the bot lacks the permission {permission}. All else works.",
                permission=f"**{permission_name('create_events')}**",
            )
        case _:
            return say("Discord's list of events shows it.")


def _extras(chat: Chat, say: Texts) -> list[str]:
    found = []
    if chat.anonymous is Anonymous.APPROVED:
        found.append(say("Anonymous answers are taken; each is posted once a host approves it."))
    elif chat.anonymous is Anonymous.OPEN:
        found.append(say("Anonymous answers are taken, and posted at once."))
    if chat.recap:
        found.append(say("When it is over, its digest is posted."))
    return found
