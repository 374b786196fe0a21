"""The messages of a chat as items of lists; put together as strings, since there may be thousands of them.

A template would take several times as long. Each text of a person's goes through `escaped` or `Prose`. So that a page
of a thousand messages comes quickly to a phone, attributes that hold only our own letters and numbers go without
quotes, and within a minute of a list the first message alone has the machine's form of its time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton, format_time
from markupsafe import Markup

from bot.domain.messages import ArchivedMessage, Basis, ChatRecord
from bot.ui.texts import Texts
from bot.web.parts import Parts
from bot.web.prose import Prose, escaped, filled, named, safe


class Said:
    """What was said, question by question.

    Args:
        record: the chat.
        shown: the numbers of the questions that are on the page.
        prose: how people's words are shown.
        parts: how is shown what came with them.
        say: the sentences.
        is_outside: whether the page is one for everybody, where people are shown as they chose.
    """

    def __init__(
        self, record: ChatRecord, shown: set[int], prose: Prose, parts: Parts, say: Texts, *, is_outside: bool
    ) -> None:
        self.messages = {message.id: message for message in sorted(record.messages, key=lambda m: m.id)}
        self._prompts = {q.message_id: q.number for q in record.chat.questions if q.message_id and q.number in shown}
        self._home: dict[int, int | None] = {}
        self._under: dict[int | None, list[ArchivedMessage]] = {}
        for message in self.messages.values():
            numbers: list[int | None] = [number for number in message.questions if number in shown]
            numbers = numbers or [None]
            self._home[message.id] = numbers[0]
            # A gap stands in one place only.
            for number in numbers if message.is_readable else numbers[:1]:
                self._under.setdefault(number, []).append(message)
        self._prose = prose
        self._parts = parts
        self._say = say
        self._is_outside = is_outside
        self._clock = Clock(record.chat.starts_at, ZoneInfo(record.chat.zone), say)
        self._names: dict[str, str] = {}
        self._notes = {
            "machine": f" <small>{escaped(say('an app'))}</small>",
            "edited": f" <small>{escaped(say('edited'))}</small>",
            "pinned": f" <small>{escaped(say('pinned'))}</small>",
            "inferred": f" <small>{escaped(say('filed by time'))}</small>",
        }
        self._reply_to = escaped(say("in reply to {name}", name="{name}"))

    def under(self, number: int | None) -> Markup:
        """The items of the list under a question, or of what stands under none; empty if nothing does."""
        return safe("\n".join(self._items(self._under.get(number, ()), number)))

    def _items(self, messages: Sequence[ArchivedMessage], number: int | None) -> Iterator[str]:
        told = ""
        for gap, run in groupby(messages, self._gap):
            if gap:
                yield self._gone(list(run), gap)
                continue
            for message in run:
                if self._home[message.id] != number:
                    yield f"<li class=see>{self._elsewhere(message)}</li>"
                    continue
                minute = self._clock.shown(message.posted_at)
                yield self._item(message, minute if minute == told else self._clock.tag(message.posted_at))
                told = minute

    def _item(self, message: ArchivedMessage, time: str) -> str:
        head = f"<li id=m{message.id}>{self.name(message)} <a href=#m{message.id}>{time}</a>"
        if message.reply_to_id is not None:
            head += self._reply(message)
        if message.by_machine:
            head += self._notes["machine"]
        if message.edited_at is not None:
            head += self._notes["edited"]
        if message.extras.pinned:
            head += self._notes["pinned"]
        if any(filing.basis is Basis.INFERRED for filing in message.filings):
            head += self._notes["inferred"]
        parts = "".join([f"<p class=part>{part}</p>" for part in self._parts.of(message)])
        return f"{head}{self._prose.html_of(message.text or '')}{parts}</li>"

    def _gone(self, run: list[ArchivedMessage], gap: str) -> str:
        anchors = "".join([f"<span id=m{message.id}></span>" for message in run[1:]])
        told = gap if len(run) == 1 else self._gone_in_a_row(run)
        return f"<li id=m{run[0].id} class=gone>{anchors}<i>{escaped(told)}</i> {self.time(run[0].posted_at)}</li>"

    def _gap(self, message: ArchivedMessage) -> str:
        """What stands in a message's place; empty if it may be shown."""
        if message.is_readable:
            return ""
        if message.is_unread:
            return self._say("the bot had no right to read this message")
        if message.is_left_out and self._is_outside:
            return self._say("a message whose author hasn't agreed to be shown here")
        if message.is_left_out:
            return self._say("left out at its author's wish")
        return self._say("deleted by its author or a moderator")

    def _gone_in_a_row(self, run: list[ArchivedMessage]) -> str:
        say, count = self._say, len(run)
        if run[0].is_unread:
            return say.plural(
                "{count} message that the bot had no right to read",
                "{count} messages that the bot had no right to read",
                count,
            )
        if not run[0].is_left_out:
            return say.plural(
                "{count} message, deleted by its author or a moderator",
                "{count} messages, deleted by their authors or a moderator",
                count,
            )
        if not self._is_outside:
            return say.plural(
                "{count} message, left out at its author's wish",
                "{count} messages, left out at their authors' wish",
                count,
            )
        return say.plural(
            "{count} message whose author hasn't agreed to be shown here",
            "{count} messages whose authors haven't agreed to be shown here",
            count,
        )

    def name(self, message: ArchivedMessage) -> str:
        """Who said it, as HTML."""
        known = self._names.get(message.author_name)
        if known is None:
            known = self._names[message.author_name] = str(named(message.author_name, self._say))
        return known

    def time(self, at: datetime) -> str:
        """An instant on the host's clock, as HTML."""
        return self._clock.tag(at)

    def _elsewhere(self, message: ArchivedMessage) -> Markup:
        """A link to a message from another question that it stands under."""
        home = self._home[message.id]
        sentence = self._say("{name} answered this together with Q{number}", name="{name}", number=home)
        return _jump(message.id, filled(sentence, name=safe(self.name(message))))

    def _reply(self, message: ArchivedMessage) -> str:
        """What a message replies to, as a link; empty if to nothing that is on the page."""
        prompt = self._prompts.get(message.reply_to_id or 0)
        if prompt is not None:
            # That an answer under Q2 replies to Q2 goes without saying.
            label = escaped(self._say("in reply to Q{number}", number=prompt))
            return "" if prompt == self._home[message.id] else f" <a href=#q{prompt}>{label}</a>"
        target = self.messages.get(message.reply_to_id or 0)
        if target is None:
            return ""
        if target.is_readable:
            label = self._reply_to.replace("{name}", self.name(target))
        elif self._is_outside:
            label = escaped(self._say("in reply to a message that isn't shown here"))
        else:
            label = escaped(self._say("in reply to a message that is gone"))
        return f" <a href=#m{target.id}>{label}</a>"


class Clock:
    """Instants on the host's clock, with the date where that isn't the date of the start.

    Args:
        starts_at: when the chat began (aware UTC).
        zone: the host's.
        say: the language.
    """

    def __init__(self, starts_at: datetime, zone: ZoneInfo, say: Texts) -> None:
        self._date = starts_at.astimezone(zone).date()
        self._zone = zone
        self._locale = say.locale
        self._minutes: dict[int, tuple[str, str]] = {}

    def tag(self, at: datetime) -> str:
        """An instant (aware), as HTML."""
        minute, second = divmod(int(at.timestamp()), 60)
        begun, shown = self._minute(minute)
        return f'<time datetime="{begun}:{second:02}Z">{shown}</time>'

    def shown(self, at: datetime) -> str:
        """The same without the machine's form."""
        return self._minute(int(at.timestamp()) // 60)[1]

    def _minute(self, minute: int) -> tuple[str, str]:
        known = self._minutes.get(minute)
        if known is None:
            begun = datetime.fromtimestamp(minute * 60, UTC)
            known = self._minutes[minute] = f"{begun:%Y-%m-%dT%H:%M}", escaped(self._shown(begun))
        return known

    def _shown(self, at: datetime) -> str:
        local = at.astimezone(self._zone)
        clock = format_time(local, "short", locale=self._locale)
        if local.date() == self._date:
            return clock
        return f"{format_skeleton('MMMd', local, locale=self._locale)}, {clock}"


def _jump(message_id: int, label: Markup) -> Markup:
    return Markup('<a href="#m{}">{}</a>').format(message_id, label)
