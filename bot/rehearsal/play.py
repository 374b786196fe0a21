"""Plays a transcript line by line in simulated time, and remembers what the archive must hold afterwards."""

from __future__ import annotations

import base64
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import discord
from simcord.builders import ChannelHandle
from simcord.results import InteractionResult, ResponseMessage

from bot.domain.agenda import question_times
from bot.domain.chat import MIN_QUESTIONS, UPCOMING_STATES, Chat
from bot.domain.errors import SetupProblem
from bot.domain.run import ActionKind
from bot.rehearsal.plan import Plan
from bot.rehearsal.stage import Stage, next_full_time
from bot.rehearsal.transcript import EventKind, Line, Transcript

Tell = Callable[[str], None]

# A grey square: rehearsed pictures need to be there, not to be looked at.
_PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)
_AFTER_OPENING = 5.0
_BEFORE_CLOSING = 5.0


@dataclass(slots=True)
class Said:
    """A message that a person of the transcript sent.

    Attributes:
        message: as Discord has it.
        author: the display name.
        text: as it stands after all edits; None once it is deleted.
    """

    message: discord.Message
    author: str
    text: str | None


@dataclass(slots=True)
class Played:
    """What happened in a rehearsal.

    Attributes:
        chat_id: the chat's number in the archive.
        said: the transcript's messages by their ids.
        left_out: display names of those who asked to be left out, with the moment.
        skipped: lines that couldn't be played, with the reason.
    """

    chat_id: int
    said: dict[str, Said] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)
    skipped: list[str] = field(default_factory=list)


async def plan_chat(stage: Stage, plan: Plan, tell: Tell) -> Played:
    """The host types `/chat plan` and fills in the form.

    Raises:
        SetupProblem: the bot refused the plan; carries its sentence.
    """
    if len(plan.questions) < MIN_QUESTIONS:
        raise SetupProblem(
            f"There are {len(plan.questions)} questions, and a chat needs at least {MIN_QUESTIONS}.",
            'Name the messages that are questions in the header ("questions"), or write a plan with its transcript.',
        )
    options: dict[str, object] = {
        "title": plan.title,
        "hashtag": plan.hashtag,
        "start": f"{_start(stage, plan):%Y-%m-%d %H:%M}",
        "zone": plan.zone,
        "minutes": plan.minutes,
    }
    shown = await stage.host.slash(stage.channel, "chat plan", **options)
    if shown.modal is None:
        raise SetupProblem("The bot refused the plan.", answer_of(shown))
    sent = await stage.host.submit_modal(shown, {"text": "\n".join(plan.questions)})
    chats = await stage.app.chats.list(stage.guild.id, UPCOMING_STATES)
    if not chats:
        raise SetupProblem("The bot refused the questions.", answer_of(sent))
    tell(f"{plan.host} plans #{plan.hashtag}: {plan.title}. The bot announces it.")
    return Played(chats[0].id)


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happens in a rehearsal at its simulated moment.

    Attributes:
        at: aware UTC.
        what: a line of the transcript, or a sentence on what the bot does by itself.
    """

    at: datetime
    what: Line | str


async def happenings(stage: Stage, played: Played, transcript: Transcript | None) -> list[Happening]:
    """Everything that happens in a planned chat, in order of time."""
    chat = await find_chat(stage, played)
    timetable = Timetable(chat, transcript)
    lines = () if transcript is None else transcript.lines
    both = [*_announcements(chat), *(Happening(timetable.moment(line.at_seconds), line) for line in lines)]
    return sorted(both, key=lambda happening: happening.at)


async def play(stage: Stage, played: Played, transcript: Transcript | None, tell: Tell) -> None:
    """Everyone says their lines, from the announcement until the thread is closed."""
    for happening in await happenings(stage, played, transcript):
        await stage.pass_time((happening.at - stage.env.now()).total_seconds())
        await perform(stage, played, happening, tell)
    await stage.pass_time(1)


async def perform(stage: Stage, played: Played, happening: Happening, tell: Tell) -> None:
    """Do or tell what happens now."""
    if isinstance(happening.what, Line):
        await _perform_line(stage, played, happening.what)
    else:
        tell(happening.what)


def answer_of(result: InteractionResult) -> str:
    """What the bot answered a command, button or form with; empty if it didn't."""
    answers: list[ResponseMessage] = [*([result.response] if result.response else []), *result.followups]
    return "\n".join("\n\n".join([answer.content, *texts_in(answer.components)]).strip() for answer in answers)


def texts_in(node: object) -> Iterator[str]:
    """The texts among a message's components, in reading order."""
    if isinstance(node, dict):
        if isinstance(node.get("content"), str):
            yield node["content"]
        yield from texts_in(node.get("components"))
    elif isinstance(node, list):
        for child in node:
            yield from texts_in(child)


def _start(stage: Stage, plan: Plan) -> datetime:
    """The start on the clocks of the plan's zone: the plan's own if it lies ahead of simulated time, else soon."""
    soon = (stage.env.now() + next_full_time(stage)).astimezone(ZoneInfo(plan.zone)).replace(tzinfo=None)
    return plan.start if plan.start is not None and plan.start > soon else soon


def _announcements(chat: Chat) -> list[Happening]:
    asked = zip(chat.questions, question_times(chat), strict=True)
    return [
        Happening(chat.starts_at, "The chat begins, and its thread opens."),
        *(Happening(at, f"Q{q.number} of {len(chat.questions)}: {q.text}") for q, at in asked),
        Happening(chat.ends_at - timedelta(minutes=chat.pace.wrap_up), "Wrapping up."),
        Happening(chat.closes_at, "The late window is over; the thread closes."),
    ]


class Timetable:
    """Where a line of the transcript falls in the rehearsed chat.

    A real chat's questions came at their own times and the bot's come by its pace: between two questions time is
    stretched or pressed so that each line keeps its place between them.
    """

    def __init__(self, chat: Chat, transcript: Transcript | None) -> None:
        first = chat.starts_at + timedelta(seconds=_AFTER_OPENING)
        last = chat.closes_at - timedelta(seconds=_BEFORE_CLOSING)
        questions = () if transcript is None else transcript.questions
        lines = () if transcript is None else transcript.lines
        asked = [q.at_seconds for q in questions][: len(chat.questions)]
        ends = [line.at_seconds for line in lines]
        pace = question_times(chat)[: len(asked)]
        usual = [(at - chat.starts_at).total_seconds() for at in pace]
        self._first, self._last, self._start = first, last, chat.starts_at
        as_planned = all(abs(a - b) < 1 for a, b in zip(asked, usual, strict=True))
        fits = as_planned and (not ends or (min(ends) >= _AFTER_OPENING and max(ends) < _room(chat)))
        self._points = [] if fits else _points(asked, pace, ends, first, last)

    def moment(self, seconds: float) -> datetime:
        """The simulated moment (aware UTC) of what the transcript has so many seconds after its start."""
        at = self._start + timedelta(seconds=seconds)
        if self._points:
            places = [place for place, _ in self._points]
            index = min(max(bisect_right(places, seconds) - 1, 0), len(self._points) - 2)
            (left, left_at), (right, right_at) = self._points[index], self._points[index + 1]
            share = (seconds - left) / (right - left) if right > left else 1.0
            at = left_at + (right_at - left_at) * share
        return min(max(at, self._first), self._last)


def _room(chat: Chat) -> float:
    return (chat.closes_at - chat.starts_at).total_seconds() - _BEFORE_CLOSING


def _points(
    asked: Sequence[float],
    pace: Sequence[datetime],
    ends: Sequence[float],
    first: datetime,
    last: datetime,
) -> list[tuple[float, datetime]]:
    # A prompt stands a moment before the first line that follows it.
    middle = [(seconds, at + timedelta(seconds=2)) for seconds, at in zip(asked, pace, strict=True)]
    begin = min([*ends, *asked, 0.0])
    end = max([*ends, *asked, begin]) + 1
    points = [(begin - 1, first), *middle, (end, last)]
    return sorted(points, key=lambda point: point[0])


async def _perform_line(stage: Stage, played: Played, line: Line) -> None:
    person = stage.person(line.author)
    thread = chat_thread(stage)
    target = played.said.get(line.target or "")
    match line.kind:
        case EventKind.MESSAGE:
            reply_to = _reply_target(played, thread, line)
            files = [(name, _PICTURE) for name in line.attachments]
            message = await person.send(thread, line.text, reply_to=reply_to, attachments=files)
            played.said[line.id] = Said(message, line.author, line.text)
        case EventKind.ANSWER_BUTTON:
            await _press_answer(stage, played, thread, line)
        case EventKind.COMMAND:
            await person.slash(thread, line.command or "")
            if line.command == "privacy leave-me-out":
                played.left_out.add(line.author)
        case _ if target is None or target.text is None:
            played.skipped.append(f"{line.id}: its message isn't there")
        case EventKind.EDIT:
            await person.edit(target.message, line.text)
            target.text = line.text
        case EventKind.DELETE:
            await stage.person(target.author).delete(target.message)
            target.text = None
        case EventKind.REACT:
            await person.react(target.message, line.emoji or "")
        case EventKind.UNREACT:
            await person.unreact(target.message, line.emoji or "")


async def _press_answer(stage: Stage, played: Played, thread: ChannelHandle, line: Line) -> None:
    person = stage.person(line.author)
    prompt = prompt_message(thread, played.chat_id, line.question or 0)
    if prompt is None:
        played.skipped.append(f"{line.id}: Q{line.question} isn't asked yet")
        return
    shown = await person.click(prompt, label=f"Answer Q{line.question}")
    if shown.modal is None:
        played.skipped.append(f"{line.id}: {answer_of(shown)}")
        return
    before = {message.id for message in thread.history()}
    await person.submit_modal(shown, {"text": line.text})
    fresh = [message for message in thread.history() if message.id not in before and not message.flags.ephemeral]
    if not fresh:
        raise SetupProblem(f"The answer {line.id} was given through the form, but wasn't posted.", "See the log.")
    played.said[line.id] = Said(fresh[-1], line.author, line.text)


def _reply_target(played: Played, thread: ChannelHandle, line: Line) -> discord.Message | None:
    if line.reply_to is None:
        return None
    said = played.said.get(line.reply_to)
    if said is not None:
        return said.message if said.text is not None else None
    number = line.reply_to.removeprefix("Q")
    return prompt_message(thread, played.chat_id, int(number)) if number.isdigit() else None


def prompt_message(thread: ChannelHandle, chat_id: int, number: int) -> discord.Message | None:
    """The bot's message that asked a question, if it stands in the thread yet."""
    prefix = f"st:{chat_id}:{ActionKind.ASK}:{number}:"
    for message in thread.history():
        for row in message.components:
            for item in getattr(row, "children", ()):
                if str(getattr(item, "custom_id", "")).startswith(prefix):
                    return message
    return None


def chat_thread(stage: Stage) -> ChannelHandle:
    """The chat's thread.

    Raises:
        SetupProblem: it didn't open.
    """
    threads = stage.channel.threads
    if not threads:
        raise SetupProblem("The chat's thread didn't open at its start.", "See the log.")
    return threads[-1]


async def find_chat(stage: Stage, played: Played) -> Chat:
    """The rehearsed chat as the archive has it now."""
    chat = await stage.app.chats.get(played.chat_id)
    if chat is None:
        raise SetupProblem("The chat isn't in the archive.", "See the log.")
    return chat
