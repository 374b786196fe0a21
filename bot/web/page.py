"""A chat as one web page that needs nothing else: no script, no font, no picture, nothing from another address.

What people typed reaches the page in two ways only, escaped by the template or piece by piece in `bot.web.prose`, and
is held in elements of its own (`<bdi>`, `dir="auto"`), so that it can change neither the page nor the order in which
the rest is read. All sentences are said here rather than in the template, where translators' tools find them.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton, format_time
from markupsafe import Markup, escape

from bot.domain.chat import ChatState, Question
from bot.domain.digest import Digest, QuestionDigest, Quote, shorten
from bot.domain.errors import SetupProblem
from bot.domain.messages import ArchivedMessage, Basis, ChatRecord
from bot.ui.texts import Texts, texts_for
from bot.web.brief import Brief
from bot.web.prose import Prose, address, bdi, filled, time_tag
from bot.web.rendering import render


def render_page(record: ChatRecord, digest: Digest, *, made_at: datetime) -> str:
    """The page of a chat, as an HTML document in the language of the chat.

    Args:
        record: the chat with all that was said in it; what was deleted or is left out shows as a gap.
        digest: of the same chat; quotes of messages that the record no longer shows are passed over.
        made_at: now (aware UTC), told at the page's end.
    """
    page = _Page(record, digest, made_at)
    return render("chat.html.j2", page=page, words=_words(page.say))


def write_page(path: Path, html: str) -> None:
    """Save a page at once: whoever reads meanwhile gets the old one or the new one, never half of it.

    Args:
        path: the file; its folder is made if it is missing.
        html: the page.

    Raises:
        SetupProblem: the folder or the file can't be written.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            draft.write_text(html, encoding="utf-8", newline="\n")
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise SetupProblem(
            f"The page {path} can't be written: {error.strerror or error}.",
            "Name a folder that Shelftalk may write to, and see that the disk isn't full.",
        ) from error


def _words(say: Texts) -> dict[str, str]:
    return {
        "skip": say("Skip to the chat"),
        "contents": say("On this page"),
        "brief": say("In brief"),
        "none_asked": say("No question was asked."),
        "asides": say("Before and between the questions"),
        "links": say("Links shared"),
        "no_answers": say("No answers."),
        "address": say("Each message has an address of its own: its time is the link to it."),
        "inferred": say(
            "“Filed by time” marks a message whose author didn't say which question it is about; it stands under the "
            "question that had been asked last."
        ),
    }


class _Page:
    """What the template asks for, by name."""

    def __init__(self, record: ChatRecord, digest: Digest, made_at: datetime) -> None:
        self.say = say = texts_for(record.chat.locale)
        self.chat = record.chat
        self.digest = digest
        self.lang = str(say.locale).replace("_", "-")
        self.made = filled(say("Page made on {time}.", time="{time}"), time=self._full(made_at))
        self._zone = ZoneInfo(record.chat.zone)
        self._messages = {message.id: message for message in sorted(record.messages, key=lambda m: m.id)}
        self._readable = {m.id: m for m in self._messages.values() if m.is_readable}
        self._prose = Prose({m.author_id: m.author_name for m in self._readable.values() if m.author_name}, say)
        answered = {number for m in self._messages.values() for number in m.questions}
        self.questions = [q for q in self.chat.questions if q.message_id is not None or q.number in answered]
        shown = {q.number for q in self.questions}
        self._under = {m.id: tuple(n for n in m.questions if n in shown) for m in self._messages.values()}
        self._prompts = {q.message_id: q.number for q in self.questions if q.message_id is not None}

    @property
    def facts(self) -> list[tuple[str, Markup | str]]:
        """What the page says of the chat before anything else, in pairs."""
        say, chat = self.say, self.chat
        begun = (time_tag(chat.starts_at, say.clock(chat.starts_at, chat.zone)), self._full(chat.starts_at))
        messages = say.plural("{count} message", "{count} messages", self.digest.messages)
        pairs = [
            (say("When"), Markup("<br>").join(dict.fromkeys(begun))),
            (say("Length"), say.plural("{count} minute", "{count} minutes", chat.minutes)),
            (say("Host"), bdi(chat.host_name) if chat.host_name else ""),
            (say("Said"), self._by(messages, self.digest.people)),
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
        return self.say("This chat wasn't over when the page was made; there may be more by now.")

    def under(self, number: int | None) -> list[ArchivedMessage]:
        """The messages to show or point at under a question, or under none; a gap stands in one place only."""
        of = self._messages.values()
        return [m for m in of if self.home(m) == number or (m.is_readable and number in self._under[m.id])]

    def home(self, message: ArchivedMessage) -> int | None:
        """The question under which a message stands in full: its first."""
        return next(iter(self._under[message.id]), None)

    def prompt(self, question: Question, length: int | None = None) -> Markup:
        """A question's text, whole or cut at a length."""
        return self._prose.line(shorten(question.text, length) if length else question.text)

    def asked(self, at: datetime) -> Markup:
        """When a question was asked."""
        return filled(self.say("asked {time}", time="{time}"), time=self.time(at))

    @property
    def brief(self) -> Brief:
        """The digest."""
        return Brief(self.digest, self, self._prose, self.say)

    def is_shown(self, message_id: int) -> bool:
        """Whether the record shows a message; what it no longer shows is passed over in the digest too."""
        return message_id in self._readable

    def source(self, quote: Quote) -> Markup:
        """Who said it when, as a link to the message."""
        message = self._readable[quote.message_id]
        return _jump(message.id, Markup("{}, {}").format(self.name(message), self.time(message.posted_at)))

    def pointer(self, message_id: int, _place: int) -> Markup:
        """Who said something like it, as a link to the message."""
        return _jump(message_id, self.name(self._readable[message_id]))

    def more(self, part: QuestionDigest) -> Markup:
        """How many answers a question has, by how many people, as a link to them; empty if none."""
        counted = self._by(self.say.plural("{count} answer", "{count} answers", part.answers), part.people)
        link = Markup('<a href="#q{}">{}</a>').format(part.question.number, counted)
        return link if part.answers else Markup()

    def links(self) -> list[tuple[Markup, Markup, Markup]]:
        """Each address, with who shared it and a link to where."""
        say, named = self.say, {message.author_name for message in self._readable.values()}
        found = []
        for link in self.digest.links:
            if link.message_id in self._readable:
                names = Markup(", ").join(bdi(name) for name in link.shared_by if name in named)
                shared = filled(say("shared by {names}", names="{names}"), names=names)
                under = say("under Q{number}", number=link.question) if link.question else say("beside the questions")
                found.append((address(link.url, len(link.url)), shared, _jump(link.message_id, under)))
        return found

    def gap(self, message: ArchivedMessage) -> str:
        """What stands in a message's place; empty if it may be shown."""
        if message.is_readable:
            return ""
        if message.is_unread:
            return self.say("the bot had no right to read this message")
        if message.is_left_out:
            return self.say("left out at its author's wish")
        return self.say("deleted by its author or a moderator")

    def name(self, message: ArchivedMessage) -> Markup:
        """Who said it."""
        return bdi(message.author_name or self.say("someone"))

    def elsewhere(self, message: ArchivedMessage) -> Markup:
        """A link to a message from another question that it stands under."""
        sentence = self.say("{name} answered this together with Q{number}", name="{name}", number=self.home(message))
        return _jump(message.id, filled(sentence, name=self.name(message)))

    def reply(self, message: ArchivedMessage) -> Markup:
        """What a message replies to, as a link; empty if to nothing that is on the page."""
        prompt = self._prompts.get(message.reply_to_id or 0)
        if prompt is not None:
            # That an answer under Q2 replies to Q2 goes without saying.
            label = self.say("in reply to Q{number}", number=prompt)
            return Markup() if prompt == self.home(message) else Markup('<a href="#q{}">{}</a>').format(prompt, label)
        target = self._messages.get(message.reply_to_id or 0)
        if target is None:
            return Markup()
        if not target.is_readable:
            return _jump(target.id, self.say("in reply to a message that is gone"))
        return _jump(target.id, filled(self.say("in reply to {name}", name="{name}"), name=self.name(target)))

    def notes(self, message: ArchivedMessage) -> list[str]:
        """What there is to know about a message, in a word or two each."""
        notes = {
            self.say("an app"): message.by_machine,
            self.say("edited"): message.edited_at is not None,
            self.say("filed by time"): any(filing.basis is Basis.INFERRED for filing in message.filings),
        }
        return [note for note, holds in notes.items() if holds]

    def text(self, message: ArchivedMessage) -> Markup:
        """What a message says."""
        return self._prose.paragraphs(message.text or "")

    def parts(self, message: ArchivedMessage) -> Iterable[Markup]:
        """What came with a message: its files, then its reactions."""
        if not message.text and not message.attachments:
            yield escape(self.say("No text: a sticker, or something that only Discord shows."))
        for file in message.attachments:
            yield filled(self.say("File: {name}", name="{name}"), name=bdi(file.filename))
            if file.description:
                yield filled(self.say("Its description: {text}", text="{text}"), text=bdi(file.description))
        if message.reactions:
            each = (Markup("{} \u00d7 {}").format(count, self._prose.line(emoji)) for emoji, count in message.reactions)
            counted = Markup(", ").join(each)
            yield filled(self.say("Reactions: {reactions}", reactions="{reactions}"), reactions=counted)

    def time(self, at: datetime) -> Markup:
        """An instant on the host's clock, with its date where that isn't the date of the start."""
        local, begun = at.astimezone(self._zone), self.chat.starts_at.astimezone(self._zone)
        clock = format_time(local, "short", locale=self.say.locale)
        if local.date() == begun.date():
            return time_tag(at, clock)
        return time_tag(at, f"{format_skeleton('MMMd', local, locale=self.say.locale)}, {clock}")

    def _full(self, at: datetime) -> Markup:
        return time_tag(at, self.say.clock(at, "UTC"))

    def _by(self, counted: str, people: int) -> str:
        number = self.say.plural("{count} person", "{count} people", people)
        return self.say("{counted} by {people}", counted=counted, people=number)

    def _clocks(self) -> str:
        offset = self.chat.starts_at.astimezone(self._zone).strftime("%z")
        difference = f"{offset[:3]}:{offset[3:5]}".replace("-", "\u2212")
        return self.say("on the host's clock, {zone} (UTC{difference})", zone=self._zone.key, difference=difference)


def _jump(message_id: int, label: str) -> Markup:
    return Markup('<a href="#m{}">{}</a>').format(message_id, label)
