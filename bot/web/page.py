"""A chat as one web page that needs nothing else: no script, no font, no picture, nothing from another address.

What people typed reaches the page in two ways only, escaped by the template or piece by piece in `bot.web.prose`, and
is held in elements of its own (`<bdi>`, `dir="auto"`), so that it can change neither the page nor the order in which
the rest is read. All sentences are said here rather than in the template, where translators' tools find them.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton, format_time
from markupsafe import Markup, escape

from bot.domain.chat import ChatState, Question, Source
from bot.domain.digest import Digest, QuestionDigest, Quote, shorten, under_its_question
from bot.domain.errors import SetupProblem
from bot.domain.messages import ArchivedMessage, Basis, ChatRecord
from bot.ui.texts import Texts, texts_for
from bot.web.brief import Brief
from bot.web.parts import Parts
from bot.web.prose import Prose, address, bdi, filled, time_tag
from bot.web.rendering import render

_TITLE_LENGTH = 150
_DOCUMENT = "document.html.j2"


@dataclass(frozen=True, slots=True)
class Run:
    """Messages that stand in one item of a list: one that is shown, or several in a row that aren't.

    Attributes:
        messages: in order; at least one.
        gap: what stands in their place; empty for one that is shown.
    """

    messages: tuple[ArchivedMessage, ...]
    gap: str = ""

    @property
    def first(self) -> ArchivedMessage:
        """The first of them."""
        return self.messages[0]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a page of a site has and one that stands alone hasn't.

    Attributes:
        messages: how many people wrote in the chat, those included whose words aren't shown.
        writers: how many people wrote them.
        people: the names of those who agreed to be named.
        kept: where the files are that came with messages, by their number.
    """

    messages: int
    writers: int
    people: tuple[str, ...] = ()
    kept: Mapping[int, str] = field(default_factory=dict)


def render_page(record: ChatRecord, digest: Digest, *, made_at: datetime) -> str:
    """The page of a chat, as an HTML document in the language of the chat.

    Args:
        record: the chat with all that was said in it; what was deleted or is left out shows as a gap.
        digest: of the same chat; quotes of messages that the record no longer shows are passed over.
        made_at: now (aware UTC), told at the page's end.
    """
    page = ChatPage(record, digest, made_at)
    return render("chat.html.j2", layout=_DOCUMENT, page=page, words=words_of(page.say))


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


def words_of(say: Texts) -> dict[str, str]:
    """The sentences that every page of a chat has."""
    return {
        "skip": say("Skip to the chat"),
        "contents": say("On this page"),
        "brief": say("In brief"),
        "none_asked": say("No question was asked."),
        "asides": say("Before and between the questions"),
        "links": say("Links shared"),
        "people": say("People"),
        "no_answers": say("No answers."),
        "address": say("Each message has an address of its own: its time is the link to it."),
        "inferred": say(
            "“Filed by time” marks a message whose author didn't say which question it is about; it stands under the "
            "question that had been asked last."
        ),
    }


class ChatPage:
    """What the template asks for, by name.

    Args:
        record: the chat.
        digest: of the same chat.
        made_at: when the page is made (aware UTC), if it is to tell that.
        around: what it has as a page of a site; None where it stands alone.
    """

    def __init__(
        self, record: ChatRecord, digest: Digest, made_at: datetime | None, around: Surroundings | None = None
    ) -> None:
        self.say = say = texts_for(record.chat.locale)
        self.chat = record.chat
        self.digest = digest
        self.lang = str(say.locale).replace("_", "-")
        self.around = around
        self.title = f"#{record.chat.hashtag}: {record.chat.title}"
        made = say("Page made on {time}.", time="{time}")
        self.made = filled(made, time=self._full(made_at)) if made_at is not None else Markup()
        self._zone = ZoneInfo(record.chat.zone)
        self._messages = {message.id: message for message in sorted(record.messages, key=lambda m: m.id)}
        self._readable = {m.id: m for m in self._messages.values() if m.is_readable}
        self._prose = Prose({m.author_id: m.author_name for m in self._readable.values() if m.author_name}, say)
        self._parts = Parts(self._prose, say, around.kept if around is not None else {})
        answered = {number for m in self._messages.values() for number in m.questions}
        self.questions = [q for q in self.chat.questions if q.message_id is not None or q.number in answered]
        shown = {q.number for q in self.questions}
        self._under = {m.id: tuple(n for n in m.questions if n in shown) for m in self._messages.values()}
        self._prompts = {q.message_id: q.number for q in self.questions if q.message_id is not None}

    @property
    def description(self) -> str:
        """The chat in a line, for whoever lists the page."""
        return f"{self.say.day(self.chat.starts_at, self.chat.zone)}: {self._said()}"

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
            (say("Said"), self._said() or self._by(messages, self.digest.people)),
            (say("Times below"), self._clocks()),
            (say("Held"), self._held()),
        ]
        return [(term, fact) for term, fact in pairs if fact]

    def _said(self) -> str:
        """How much was said, and how much of it is shown where that differs; empty where only the latter is known."""
        if self.around is None:
            return ""
        say, shown = self.say, sum(not m.by_machine for m in self._readable.values())
        counted = self._by(say.plural("{count} message", "{count} messages", self.around.messages), self.around.writers)
        if shown >= self.around.messages:
            return counted
        rest = say.plural("{count} is shown here", "{count} are shown here", shown)
        return say("{counted}; {rest}", counted=counted, rest=rest)

    def _held(self) -> Markup:
        if self.chat.source is Source.TWITTER:
            return escape(self.say("on Twitter"))
        if self.around is None or self.chat.source is not Source.DISCORD or self.chat.thread_id is None:
            return Markup()
        place = f"https://discord.com/channels/{self.chat.guild_id}/{self.chat.thread_id}"
        return Markup('<a href="{}" rel="noopener">{}</a>').format(place, self.say("on Discord, for members"))

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

    def runs(self, number: int | None) -> list[Run]:
        """The same, with what may not be shown gathered where several such messages stand in a row."""
        found = []
        for gap, messages in groupby(self.under(number), self.gap):
            if gap:
                whole = tuple(messages)
                found.append(Run(whole, gap if len(whole) == 1 else self._gaps(whole)))
            else:
                found += [Run((message,)) for message in messages]
        return found

    def _gaps(self, messages: tuple[ArchivedMessage, ...]) -> str:
        """What stands in the place of several that may not be shown for one reason."""
        say, count = self.say, len(messages)
        if messages[0].is_unread:
            return say.plural(
                "{count} message that the bot had no right to read",
                "{count} messages that the bot had no right to read",
                count,
            )
        if not messages[0].is_left_out:
            return say.plural(
                "{count} message, deleted by its author or a moderator",
                "{count} messages, deleted by their authors or a moderator",
                count,
            )
        if self.around is None:
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

    def links(self) -> list[tuple[Markup, Markup, Markup, Markup]]:
        """Each address, with what was said about it, who shared it and a link to where."""
        say, named = self.say, {message.author_name for message in self._readable.values()}
        found = []
        for link in self.digest.links:
            if link.message_id in self._readable:
                names = Markup(", ").join(bdi(name) for name in link.shared_by if name in named)
                shared = filled(say("shared by {names}", names="{names}"), names=names)
                under = say("under Q{number}", number=link.question) if link.question else say("beside the questions")
                title = self._prose.line(shorten(under_its_question(link.title, self.chat), _TITLE_LENGTH))
                found.append((address(link.url, len(link.url)), title, shared, _jump(link.message_id, under)))
        return found

    def gap(self, message: ArchivedMessage) -> str:
        """What stands in a message's place; empty if it may be shown."""
        if message.is_readable:
            return ""
        if message.is_unread:
            return self.say("the bot had no right to read this message")
        if message.is_left_out and self.around is not None:
            return self.say("a message whose author hasn't agreed to be shown here")
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
        if not target.is_readable and self.around is not None:
            return _jump(target.id, self.say("in reply to a message that isn't shown here"))
        if not target.is_readable:
            return _jump(target.id, self.say("in reply to a message that is gone"))
        return _jump(target.id, filled(self.say("in reply to {name}", name="{name}"), name=self.name(target)))

    def notes(self, message: ArchivedMessage) -> list[str]:
        """What there is to know about a message, in a word or two each."""
        notes = {
            self.say("an app"): message.by_machine,
            self.say("edited"): message.edited_at is not None,
            self.say("pinned"): message.extras.pinned,
            self.say("filed by time"): any(filing.basis is Basis.INFERRED for filing in message.filings),
        }
        return [note for note, holds in notes.items() if holds]

    def text(self, message: ArchivedMessage) -> Markup:
        """What a message says."""
        return self._prose.paragraphs(message.text or "")

    def parts(self, message: ArchivedMessage) -> Iterable[Markup]:
        """What came with a message: its files, then its reactions."""
        return self._parts.of(message)

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
