"""What a host sees of series: the preview before saving, one series, the list of all."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import discord

from bot.domain.chat import Belonging, Chat, ChatState
from bot.domain.digest import shorten
from bot.domain.errors import BadInput
from bot.domain.manner import EventHindrance
from bot.domain.recurrence.holidays import HolidayCalendar
from bot.domain.recurrence.preview import Preview
from bot.domain.recurrence.schedule import HolidayPolicy, NoteKind
from bot.domain.recurrence.wording import sentence
from bot.domain.series import Lineup, Series, SeriesState
from bot.services.series import Draft
from bot.ui import manner
from bot.ui.controls import ControlButton, Doing, free_control_id, rows_of
from bot.ui.digest import escape
from bot.ui.lists import fit, start_in_both
from bot.ui.problems import sentence as sentence_of
from bot.ui.schedules import note_line
from bot.ui.texts import Texts

Answer = tuple[str, discord.ui.View]
_MOST_NOTES = 8


def preview(draft: Draft, say: Texts, *, pings: bool = True) -> Answer:
    """A series as it would be, with the buttons that save it or change its schedule."""
    series = draft.series
    if series.replaces is None:
        head = say("**{name}**: look at it, then save it.", name=_name(series))
    else:
        head = say("**{name}** with your changes: look at it, then save it.", name=_name(series))
    checks = [note_line(note, say) for note in draft.notes if note.to_confirm][:_MOST_NOTES]
    # What becomes of holidays is said below, with whose they are.
    told = [note for note in draft.notes if not note.to_confirm and note.kind is not NoteKind.HOLIDAYS]
    others = [note_line(note, say) for note in told][:_MOST_NOTES]
    lines = [
        head,
        f"{_sentence(draft)}.",
        *_dates(draft, say),
        "",
        *(say("**Please check:** {note}", note=note) for note in checks),
        *others,
        *_holidays(draft, say),
        *manner.lines(_as_chat(series), draft.hosts, say, draft.event_hindrance),
        *([] if pings else [manner.unpingable(series.model, say)]),
    ]
    if series.host_role_id is not None:
        lines.append(say("Members of <@&{role}> host it too.", role=series.host_role_id))
    if draft.prepared:
        lines += _prepared(draft.prepared, say)
    return fit(lines, say), _preview_buttons(draft, say)


def ask_again(error: BadInput, draft_id: int, typed: str, say: Texts) -> Answer:
    """A schedule that can't be used, with the button to say it otherwise; all else that was typed is kept."""
    lines = [
        sentence_of(error, say),
        say("Nothing else of what you typed is lost. Press the button to say it otherwise; this is what you wrote:"),
        f">>> {escape(shorten(typed, 1_000))}",
    ]
    change = _button("series_change", draft_id, say("Change the schedule"), discord.ButtonStyle.primary)
    return "\n".join(lines), rows_of([change])


def _preview_buttons(draft: Draft, say: Texts) -> discord.ui.View:
    number = draft.series.id
    change = _button("series_change", number, say("Change the schedule"))
    if not draft.prepared:
        return rows_of([_button("series_save", number, say("Save"), discord.ButtonStyle.success), change])
    save = _button("series_save", number, say("Save; prepared chats stay as they are"), discord.ButtonStyle.success)
    follow = _button("series_follow", number, say("Save; prepared chats follow"), discord.ButtonStyle.primary)
    return rows_of([save, follow], [change])


def _prepared(chats: Sequence[Chat], say: Texts) -> list[str]:
    count = say.plural(
        "**{count} chat is prepared already**; choose what becomes of it:",
        "**{count} chats are prepared already**; choose what becomes of them:",
        len(chats),
    )
    return ["", count, *(_line(chat, say) for chat in chats[:5])]


def _line(chat: Chat, say: Texts) -> str:
    start = discord.utils.format_dt(chat.starts_at, "f")
    if not chat.format.has_plan:
        # Nobody needs to write any.
        return say(
            "- chat {number}: {title}, {start}", number=chat.id, title=escape(shorten(chat.title, 60)), start=start
        )
    questions = say("no questions yet")
    if chat.questions:
        questions = say.plural("{count} question", "{count} questions", len(chat.questions))
    return say(
        "- chat {number}: {title}, {start}, {questions}",
        number=chat.id,
        title=escape(shorten(chat.title, 60)),
        start=start,
        questions=questions,
    )


def _dates(draft: Draft, say: Texts) -> list[str]:
    return [say("Next:"), *(_date(one, say) for one in draft.dates)]


def _date(one: Preview, say: Texts) -> str:
    occurrence = one.occurrence
    stamp = discord.utils.format_dt(occurrence.starts_at, "f")
    parts = [f"- {say.clock(occurrence.starts_at, occurrence.zone)}: {stamp}"]
    if occurrence.holidays and occurrence.is_moved:
        parts.append(say("moved from a holiday: {names}", names=", ".join(occurrence.holidays)))
    elif occurrence.to_ask:
        parts.append(say("a holiday, I ask the hosts: {names}", names=", ".join(occurrence.holidays)))
    elif occurrence.holidays:
        parts.append(say("a holiday: {names}", names=", ".join(occurrence.holidays)))
    if one.utc_shift:
        parts.append(say("clocks have changed since the date before"))
    if one.is_skipped_time:
        parts.append(say("clocks skip the time that was named"))
    if one.is_repeated_time:
        parts.append(say("clocks show that time twice; it is the first"))
    return "; ".join(parts)


def _holidays(draft: Draft, say: Texts) -> list[str]:
    series = draft.series
    if series.policy is HolidayPolicy.KEEP:
        return []
    if series.calendar is None:
        return [say("I don't know whose holidays count; name a country in `holidays:`. Until then none do.")]
    found = []
    found.append(_POLICIES[series.policy](series.calendar, say))
    if draft.guessed_calendar:
        found.append(say("I took the country from the time zone; `holidays:` takes another."))
    for day, names in draft.left_out[:5]:
        found.append(say("{date} is left out: {names}", date=_day(day), names=", ".join(names)))
    return found


_POLICIES: Mapping[HolidayPolicy, Callable[[HolidayCalendar, Texts], str]] = {
    HolidayPolicy.SKIP: lambda calendar, say: say("On public holidays ({calendar}) it is left out.", calendar=calendar),
    HolidayPolicy.WEEK_LATER: lambda calendar, say: say(
        "On public holidays ({calendar}) it is a week later.", calendar=calendar
    ),
    HolidayPolicy.ASK: lambda calendar, say: say("On public holidays ({calendar}) I ask its hosts.", calendar=calendar),
}


def _day(day: date) -> str:
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def saved(series: Series, lineup: Lineup, chats: Sequence[Chat], say: Texts) -> str:
    """What a host sees once a series is saved."""
    lines = [say("**{name}** is saved.", name=_name(series)), *_moved(lineup, say)]
    lines += _planned(chats, say)
    if series.model.format.has_plan:
        lines.append(
            say(
                "`/chat questions` writes a chat's questions, `/chat edit` gives it a topic or another time of its own."
            )
        )
    else:
        lines.append(say("`/chat edit` gives a chat a topic or another time of its own."))
    return fit(lines, say)


def resumed(series: Series, chats: Sequence[Chat], say: Texts) -> str:
    """What a host sees once a series goes on."""
    return fit([say("**{name}** goes on.", name=_name(series)), *_planned(chats, say)], say)


def _moved(lineup: Lineup, say: Texts) -> list[str]:
    found = []
    moved = [after for before, after in lineup.change if before.starts_at != after.starts_at]
    if moved:
        found.append(
            say.plural(
                "{count} chat has a new time; where it was announced, I say so.",
                "{count} chats have a new time; where they were announced, I say so.",
                len(moved),
            )
        )
    if lineup.drop:
        found.append(_called_off(len(lineup.drop), say))
    return found


def _called_off(count: int, say: Texts) -> str:
    return say.plural(
        "{count} chat is called off; if it was announced, I say so.",
        "{count} chats are called off; where they were announced, I say so.",
        count,
    )


def _planned(chats: Sequence[Chat], say: Texts) -> list[str]:
    if not chats:
        return [say("No chat of it stands planned.")]
    return [say("Planned:"), *(_line(chat, say) for chat in chats[:8]), ""]


def shown(draft: Draft, chats: Sequence[Chat], say: Texts) -> str:
    """One series: when, how, and the chats that stand planned."""
    series = draft.series
    state = say(" (paused)") if series.state is SeriesState.PAUSED else ""
    lines = [
        f"**{_name(series)}**{state}",
        f"{_sentence(draft)}.",
        *([escape(shorten(series.model.description, 200))] if series.model.description else []),
        *_dates(draft, say),
        "",
        *_holidays(draft, say),
        *manner.lines(_as_chat(series), draft.hosts, say, draft.event_hindrance),
    ]
    if series.host_role_id is not None:
        lines.append(say("Members of <@&{role}> host it too.", role=series.host_role_id))
    lines += _planned(chats, say)
    return fit(lines, say)


def listed(found: Sequence[tuple[Series, Preview | None]], say: Texts, *, hosts: bool = True) -> str:
    """All series of a server, each with its next date; `hosts` is whether who reads it may begin one."""
    if not found and not hosts:
        return say("There is no series here yet. `/chats` shows what is coming.")
    if not found:
        return say("There is no series yet. `/series create` begins one: say when it meets, in words.")
    lines = [say("**Series**")]
    for series, coming in found:
        if series.state is SeriesState.PAUSED:
            when = say("paused")
        elif coming is None:
            when = say("no date lies ahead")
        else:
            at = coming.occurrence.starts_at
            when = f"{discord.utils.format_dt(at, 'F')} ({discord.utils.format_dt(at, 'R')})"
        lines.append(f"- {_name(series)}: {when}, <#{series.model.channel_id}>")
    return fit(lines, say)


def ask_letting_go(series: Series, chats: Sequence[Chat], say: Texts, *, ends: bool) -> Answer:
    """Whether a series really pauses or ends, and whether prepared chats are called off with it."""
    kind = "series_end" if ends else "series_pause"
    style = discord.ButtonStyle.danger if ends else discord.ButtonStyle.primary
    first = say("End **{name}**?", name=_name(series)) if ends else say("Pause **{name}**?", name=_name(series))
    lines = [first, say("No more chats of it are planned then. Its past chats stay archived.")]
    prepared = [chat for chat in chats if chat.is_prepared]
    if len(chats) > len(prepared):
        lines.append(
            say.plural(
                "{count} chat that nobody has prepared is called off.",
                "{count} chats that nobody has prepared are called off.",
                len(chats) - len(prepared),
            )
        )
    if not prepared:
        label = say("Yes, end it") if ends else say("Yes, pause it")
        return "\n".join(lines), rows_of([_button(kind, series.id * 2 + 1, label, style)])
    lines += _prepared(prepared, say)
    if ends:
        labels = say("End it; prepared chats take place"), say("End it; call prepared chats off too")
    else:
        labels = say("Pause; prepared chats take place"), say("Pause; call prepared chats off too")
    stay = _button(kind, series.id * 2, labels[0], discord.ButtonStyle.primary)
    off = _button(kind, series.id * 2 + 1, labels[1], discord.ButtonStyle.danger)
    return fit(lines, say), rows_of([stay, off])


def let_go(series: Series, lineup: Lineup, say: Texts) -> str:
    """What became of a series that pauses or ends."""
    if series.state is SeriesState.PAUSED:
        first = say("**{name}** pauses. `/series resume` goes on with it.", name=_name(series))
    else:
        first = say("**{name}** is ended. Its past chats stay archived.", name=_name(series))
    return "\n".join([first, *([_called_off(len(lineup.drop), say)] if lineup.drop else [])])


def choice(series: Series) -> str:
    """A series in a list that one chooses from, at most 100 characters."""
    return shorten(f"{series.name} (#{series.model.hashtag})", 100)


def changed(
    before: Chat,
    after: Chat,
    say: Texts,
    warnings: Sequence[str] = (),
    event_hindrance: EventHindrance | None = None,
) -> str:
    """What a host sees once a chat has its new plan, and what stands in its way."""
    lines = [say("Chat {number} is changed: {title}", number=after.id, title=f"**{escape(after.title)}**")]
    lines.append(start_in_both(after, say))
    lines += [*manner.lines(after, (*after.guests, *after.cohosts), say, event_hindrance), *warnings]
    if before.state is ChatState.ANNOUNCED:
        lines.append(
            say("It was announced before: I put that right, and say so in the channel where its time or topic changed.")
        )
    if after.belonging is not None:
        lines.append(say("Its series stays as it is."))
    return fit(lines, say)


def _button(
    kind: str, value: int, label: str, style: discord.ButtonStyle = discord.ButtonStyle.secondary
) -> ControlButton:
    return ControlButton(free_control_id(0, Doing(kind, value)), label, style)


def _name(series: Series) -> str:
    return f"#{series.model.hashtag}: {escape(series.name)}"


def _as_chat(series: Series) -> Chat:
    # As one of its chats would be, whose usual announcements differ from a single chat's.
    return replace(series.model, belonging=Belonging(series.id, ""))


def _sentence(draft: Draft) -> str:
    schedule = draft.series.schedule
    today = draft.looked_at.astimezone(ZoneInfo(schedule.zone)).date()
    return sentence(schedule, today)
