"""A chat as one web page that needs nothing else: no script, no font, no picture, nothing from another address.

What people typed reaches the page in two ways only, escaped by the template or piece by piece in `bot.web.prose`, and
is held in elements of its own (`<bdi>`, `dir="auto"`), so that it can change neither the page nor the order in which
the rest is read. All sentences are said here rather than in the template, where translators' tools find them.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from bot.domain.chat import ChatState, Question, Source
from bot.domain.digest import Digest, QuestionDigest, Quote, shorten, under_its_question
from bot.domain.errors import SetupProblem
from bot.domain.messages import ArchivedMessage, ChatRecord
from bot.ui.texts import Texts, texts_for
from bot.web.brief import Brief
from bot.web.parts import Parts
from bot.web.prose import Prose, address, filled, named, safe, time_tag
from bot.web.rendering import render
from bot.web.said import Said

_TITLE_LENGTH = 150
_DOCUMENT = "document.html.j2"


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
        self._readable = {m.id: m for m in record.messages if m.is_readable}
        names = {m.author_id: m.author_name for m in self._readable.values() if m.author_name}
        self._prose = Prose(names, say)
        answered = {number for m in record.messages for number in m.questions}
        self.questions = [q for q in self.chat.questions if q.message_id is not None or q.number in answered]
        parts = Parts(self._prose, say, around.kept if around is not None else {})
        shown = {question.number for question in self.questions}
        self._said_in = Said(record, shown, self._prose, parts, say, is_outside=around is not None)

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
            (say("Host"), named(chat.host_name, say) if chat.host_name else ""),
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

    def under(self, number: int | None) -> Markup:
        """What was said under a question, or under none, as items of a list; empty if nothing was."""
        return self._said_in.under(number)

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
        say, known = self.say, {message.author_name for message in self._readable.values()}
        found = []
        for link in self.digest.links:
            if link.message_id in self._readable:
                names = Markup(", ").join(named(name, say) for name in link.shared_by if name in known)
                shared = filled(say("shared by {names}", names="{names}"), names=names)
                under = say("under Q{number}", number=link.question) if link.question else say("beside the questions")
                title = self._prose.line(shorten(under_its_question(link.title, self.chat), _TITLE_LENGTH))
                found.append((address(link.url, len(link.url)), title, shared, _jump(link.message_id, under)))
        return found

    def name(self, message: ArchivedMessage) -> Markup:
        """Who said it."""
        return safe(self._said_in.name(message))

    def time(self, at: datetime) -> Markup:
        """An instant on the host's clock, with its date where that isn't the date of the start."""
        return safe(self._said_in.time(at))

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
