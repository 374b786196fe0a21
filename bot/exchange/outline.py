"""A chat in reading order as plain words, for files to be read: who said what when to whom, and what is gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton, format_time

from bot.domain.chat import Chat, ChatState
from bot.domain.links import SharedLink, collect_links
from bot.domain.messages import ArchivedMessage, Basis, ChatRecord
from bot.exchange.words import Words, name_of, one_line
from bot.ui.texts import texts_for


class Outline:
    """What a readable file asks for; everything in it is plain text, to be escaped by whoever writes it.

    Args:
        record: the chat as its people want to be shown.
    """

    def __init__(self, record: ChatRecord) -> None:
        self.chat = record.chat
        self.say = texts_for(record.chat.locale)
        self.messages = sorted(record.messages, key=lambda m: m.id)
        self._by_id = {message.id: message for message in self.messages}
        names = {m.author_id: m.author_name for m in self.messages if m.is_readable and m.author_name}
        self.words = Words(names, record.chat.zone, self.say)
        self._zone = ZoneInfo(record.chat.zone)
        answered = {number for m in self.messages for number in m.questions}
        self.questions = [q for q in self.chat.questions if q.message_id is not None or q.number in answered]
        self._shown = {q.number for q in self.questions}
        self._prompts = {q.message_id: q.number for q in self.questions if q.message_id is not None}

    @property
    def title(self) -> str:
        """The hashtag and what it is about."""
        return title_of(self.chat)

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What is to be known of the chat before anything else, in pairs."""
        say, chat = self.say, self.chat
        # Counted as a digest counts.
        said = [m for m in self.messages if not m.is_deleted and (m.questions or not m.by_machine)]
        counted = say.plural("{count} message", "{count} messages", len(said))
        by = say.plural("{count} person", "{count} people", len({m.author_id for m in said}))
        clocks = dict.fromkeys((say.clock(chat.starts_at, chat.zone), say.clock(chat.starts_at, "UTC")))
        pairs = [
            (say("When"), " / ".join(clocks)),
            (say("Length"), say.plural("{count} minute", "{count} minutes", chat.minutes)),
            (say("Host"), name_of(chat.host_name, say) if chat.host_name else ""),
            (say("Said"), say("{counted} by {people}", counted=counted, people=by)),
            (say("Times below"), self._clocks()),
        ]
        return [(term, fact) for term, fact in pairs if fact]

    @property
    def state(self) -> str:
        """What a reader has to know of a chat that isn't simply over."""
        if self.chat.state is ChatState.CLOSED:
            return ""
        if self.chat.state is ChatState.CANCELLED:
            return self.say("This chat was called off.")
        return self.say("This chat wasn't over when this file was made; there may be more by now.")

    @property
    def links(self) -> tuple[SharedLink, ...]:
        """What was shared, those first that most people shared or thanked for."""
        return collect_links(self.messages)

    def numbers(self, message: ArchivedMessage) -> tuple[int, ...]:
        """The questions under which a message stands, of those that are shown."""
        return tuple(number for number in message.questions if number in self._shown)

    def under(self, number: int | None) -> list[ArchivedMessage]:
        """The messages that stand in full under a question, or under none."""
        return [m for m in self.messages if next(iter(self.numbers(m)), None) == number]

    def name(self, message: ArchivedMessage) -> str:
        """Who said it."""
        return name_of(message.author_name, self.say)

    def gap(self, message: ArchivedMessage) -> str:
        """What stands in a message's place; empty if it may be shown."""
        if message.is_readable:
            return ""
        if message.is_unread:
            return self.say("the bot had no right to read this message")
        if message.is_left_out:
            return self.say("left out at its author's wish")
        return self.say("deleted by its author or a moderator")

    def text(self, message: ArchivedMessage) -> str:
        """What it says, on as many lines as its author wrote; a word in its place if it has none."""
        text = self.words.plain(message.text or "")
        if text or message.attachments or message.extras != type(message.extras)():
            return text
        return self.say("No text: a sticker, or something that only Discord shows.")

    def notes(self, message: ArchivedMessage) -> list[str]:
        """What there is to know about a message, in a few words each: what it replies to, and how it came here."""
        say, notes = self.say, []
        prompt, target = self._prompts.get(message.reply_to_id or 0), self._by_id.get(message.reply_to_id or 0)
        if prompt is not None and prompt not in self.numbers(message)[:1]:
            notes.append(say("in reply to Q{number}", number=prompt))
        if target is not None and target.is_readable:
            notes.append(say("in reply to {name}", name=self.name(target)))
        elif target is not None:
            notes.append(say("in reply to a message that is gone"))
        also = self.numbers(message)[1:]
        if also:
            notes.append(say("also under {questions}", questions=", ".join(f"Q{number}" for number in also)))
        marks = {
            say("an app"): message.by_machine,
            say("edited"): message.edited_at is not None,
            say("filed by time"): any(filing.basis is Basis.INFERRED for filing in message.filings),
            say("pinned"): message.extras.pinned,
        }
        return notes + [note for note, holds in marks.items() if holds]

    def parts(self, message: ArchivedMessage) -> Iterator[str]:
        """What came with a message, a line each: files, stickers, previews, a poll, reactions."""
        say, line = self.say, self.words.line
        for file in message.attachments:
            yield say("File: {name}", name=one_line(file.filename))
            if file.description:
                yield say("Its description: {text}", text=line(file.description))
        for sticker in message.extras.stickers:
            yield say("Sticker: {name}", name=one_line(sticker))
        for embed in message.extras.embeds:
            shown = [line(part) for part in (embed.title, embed.description, embed.url) if line(part)]
            if shown:
                yield say("Preview: {text}", text=", ".join(shown))
        poll = message.extras.poll
        if poll is not None:
            yield say("Poll: {text}", text=line(poll.question))
            yield ", ".join(f"{count} \u00d7 {line(answer)}" for answer, count in poll.answers)
        if message.reactions:
            counted = ", ".join(f"{count} \u00d7 {line(emoji)}" for emoji, count in message.reactions)
            yield say("Reactions: {reactions}", reactions=counted)

    def time(self, at: datetime) -> str:
        """An instant (aware UTC) on the host's clock, with its date where that isn't the date of the start."""
        local, begun = at.astimezone(self._zone), self.chat.starts_at.astimezone(self._zone)
        clock = str(format_time(local, "short", locale=self.say.locale))
        if local.date() == begun.date():
            return clock
        return f"{format_skeleton('MMMd', local, locale=self.say.locale)}, {clock}"

    def made(self, at: datetime) -> str:
        """When the file was made (aware UTC), as a sentence."""
        return self.say("File made on {time}.", time=self.say.clock(at.astimezone(UTC), "UTC"))

    def link(self, link: SharedLink) -> tuple[str, str]:
        """What was said about an address, or empty; and who shared it under which question."""
        say = self.say
        names = ", ".join(name_of(name, say) for name in link.shared_by if name)
        under = say("under Q{number}", number=link.question) if link.question else say("beside the questions")
        return self.words.line(link.title), f"{say('shared by {names}', names=names)}, {under}" if names else under

    def _clocks(self) -> str:
        offset = self.chat.starts_at.astimezone(self._zone).strftime("%z")
        difference = f"{offset[:3]}:{offset[3:5]}".replace("-", "\u2212")
        return self.say("on the host's clock, {zone} (UTC{difference})", zone=self._zone.key, difference=difference)


def title_of(chat: Chat) -> str:
    """The hashtag and what a chat is about, on one line."""
    return f"#{one_line(chat.hashtag)}: {one_line(chat.title)}"
