"""A chat as one web page that needs nothing else: no script, no font, no picture, nothing from another address.

What people typed reaches the page in two ways only, escaped by the template or escaped piece by piece in `_Prose`,
and is held in elements of its own (`<bdi>`, `dir="auto"`), so that it can change neither the page nor the order in
which the rest is read. All sentences are said here rather than in the template, where translators' tools find them.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton, format_time
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.domain.chat import ChatState, Question
from bot.domain.digest import Digest, QuestionDigest, shorten, spoilers
from bot.domain.errors import SetupProblem
from bot.domain.links import canonical
from bot.domain.messages import ArchivedMessage, Basis, ChatRecord
from bot.ui.texts import Texts, texts_for

_ADDRESS_LENGTH = 60

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

# What HTML forbids, and what turns the reading order of all that follows it. Taken out of the finished page, where
# nothing can be forgotten: leaving out a sign never makes markup of escaped text.
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17))
    + "]"
)

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
# Discord's Markdown, as much of it as people use in a chat. No kind of emphasis holds its own sign, which bounds how
# deep they nest. An address ends as in `bot.domain.links`: what closes a sentence or a bracket isn't part of it.
_SIGN = re.compile(
    r"""
    \\(?P<escaped>[!-/:-@\[-`{-~])
    |(?<!`)(?P<ticks>`+)(?!`)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)
    |<(?P<bracketed>https?://[^\s<>"'\u201c\u201d]+)>
    |(?P<address>https?://(?:\([^\s<>()"'\u201c\u201d]*\)|\[[^\s<>\[\]"'\u201c\u201d]*\]|[^\s<>()\[\]"'\u201c\u201d])+
        (?<![.,;:!?*_~|\u2026\u2019\u00bb\u3001\u3002\uff01\uff0c\uff1a\uff1b\uff1f\u300d\u300f\uff09]))
    |<(?P<kind>@&|@!?|\#)(?P<mentioned>[0-9]{1,20})>
    |<a?(?P<emoji>:\w+:)\d+>
    |<(?P<command>/[^<>:\n]+):\d+>
    |\*\*(?P<bold>[^\s*](?:[^*]|\*(?!\*))*)\*\*
    |\*(?P<italic>[^\s*](?:[^*]*[^\s*])?)\*(?!\*)
    |__(?P<stressed>[^\s_](?:[^_]|_(?!_))*)__
    |(?<!\w)_(?P<slanted>[^\s_](?:[^_]*[^\s_])?)_(?!\w)
    |~~(?P<struck>[^\s~](?:[^~]|~(?!~))*)~~
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
# Underlined words would look like links.
_EMPHASIS = {"bold": "strong", "italic": "em", "stressed": "em", "slanted": "em", "struck": "s"}
_SPOILER = Markup('<details class="spoiler"><summary>{}</summary>{}</details>')
_LINK = Markup('<a href="{}" rel="nofollow noopener ugc">{}</a>')


def render_page(record: ChatRecord, digest: Digest, *, made_at: datetime) -> str:
    """The page of a chat, as an HTML document in the language of the chat.

    Args:
        record: the chat with all that was said in it; what was deleted or is left out shows as a gap.
        digest: of the same chat; quotes of messages that the record no longer shows are passed over.
        made_at: now (aware UTC), told at the page's end.
    """
    page = _Page(record, digest, made_at)
    return _UNFIT.sub("", _TEMPLATES.get_template("chat.html.j2").render(page=page, words=_words(page.say)))


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


class _Prose:
    """What people typed, as safe HTML.

    Args:
        names: the names of those who may be named, by their Discord id.
        say: the sentences.
    """

    def __init__(self, names: Mapping[int, str], say: Texts) -> None:
        self._names = names
        self._someone = say("someone")
        self._channel = say("channel")
        self._spoiler = say("Spoiler")

    def paragraphs(self, text: str) -> Markup:
        """The paragraphs of a text, each an element; spoilers stay closed until somebody opens them."""
        found = [Markup()]
        for piece, is_hidden in _pieces(text.strip()):
            if is_hidden:
                found[-1] += _SPOILER.format(self._spoiler, self.line(piece))
                continue
            first, *others = _BLANK_LINE.split(piece)
            found[-1] += self.line(first)
            found += [self.line(other) for other in others]
        # What unfolds may not stand in a `<p>`.
        whole, divided = Markup('<p dir="auto">{}</p>'), Markup('<div class="p" dir="auto">{}</div>')
        return Markup().join((divided if "<details" in html else whole).format(html) for html in found if html.strip())

    def line(self, text: str) -> Markup:
        """A text without spoilers as phrasing content."""
        parts, done = [], 0
        for match in _SIGN.finditer(text):
            parts += [_plain(text[done : match.start()]), self._sign(match)]
            done = match.end()
        return Markup().join([*parts, _plain(text[done:])])

    def _sign(self, match: re.Match[str]) -> Markup:
        kind = match.lastgroup or ""
        value = match[kind]
        if kind in _EMPHASIS:
            return Markup("<{0}>{1}</{0}>").format(_EMPHASIS[kind], self.line(value))
        if kind == "code":
            return Markup("<code>{}</code>").format(_plain(value.strip("\n")))
        if kind in {"address", "bracketed"}:
            return _address(value)
        if kind == "mentioned":
            if match["kind"] == "#":
                return escape(f"#{self._channel}")
            known = self._names.get(int(value)) if match["kind"] != "@&" else None
            return Markup("<bdi>@{}</bdi>").format(known or self._someone)
        return escape(value)


def _pieces(text: str) -> Iterable[tuple[str, bool]]:
    """The text's parts in order, each with whether it is a spoiler."""
    done = 0
    for start, end in spoilers(text):
        yield text[done:start], False
        yield text[start + 2 : end - 2], True
        done = end
    yield text[done:], False


def _plain(text: str) -> Markup:
    return escape(text).replace("\n", Markup("<br>"))


def _address(typed: str, length: int = _ADDRESS_LENGTH) -> Markup:
    url = canonical(typed)
    shown = url.partition("//")[2].rstrip("/")
    shown = shown if len(shown) <= length else f"{shown[: length - 1]}…"
    return _LINK.format(url, shown) if url else escape(typed)


def _bdi(text: str) -> Markup:
    return Markup("<bdi>{}</bdi>").format(text)


def _filled(sentence: str, **marks: Markup) -> Markup:
    """A sentence whose facts are HTML: it was said with each fact's own name in braces in its place."""
    return escape(sentence).format(**marks)


class _Page:
    """What the template asks for, by name."""

    def __init__(self, record: ChatRecord, digest: Digest, made_at: datetime) -> None:
        self.say = say = texts_for(record.chat.locale)
        self.chat = record.chat
        self.digest = digest
        self.lang = str(say.locale).replace("_", "-")
        self.made = _filled(say("Page made on {time}.", time="{time}"), time=self._full(made_at))
        self._zone = ZoneInfo(record.chat.zone)
        self._messages = {message.id: message for message in sorted(record.messages, key=lambda m: m.id)}
        self._readable = {m.id: m for m in self._messages.values() if m.is_readable}
        self._prose = _Prose({m.author_id: m.author_name for m in self._readable.values() if m.author_name}, say)
        answered = {number for m in self._messages.values() for number in m.questions}
        self.questions = [q for q in self.chat.questions if q.message_id is not None or q.number in answered]
        shown = {q.number for q in self.questions}
        self._under = {m.id: tuple(n for n in m.questions if n in shown) for m in self._messages.values()}
        self._prompts = {q.message_id: q.number for q in self.questions if q.message_id is not None}

    @property
    def facts(self) -> list[tuple[str, Markup | str]]:
        """What the page says of the chat before anything else, in pairs."""
        say, chat = self.say, self.chat
        begun = (_time(chat.starts_at, say.clock(chat.starts_at, chat.zone)), self._full(chat.starts_at))
        messages = say.plural("{count} message", "{count} messages", self.digest.messages)
        pairs = [
            (say("When"), Markup("<br>").join(dict.fromkeys(begun))),
            (say("Length"), say.plural("{count} minute", "{count} minutes", chat.minutes)),
            (say("Host"), _bdi(chat.host_name) if chat.host_name else ""),
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
        return _filled(self.say("asked {time}", time="{time}"), time=self.time(at))

    def answers(self, part: QuestionDigest) -> str:
        """How many answers a question has, by how many people."""
        return self._by(self.say.plural("{count} answer", "{count} answers", part.answers), part.people)

    def quotes(self, part: QuestionDigest) -> list[tuple[Markup, Markup]]:
        """Each quote with a link to its message; what the record no longer shows is passed over."""
        found = []
        for quote in part.quotes:
            message = self._readable.get(quote.message_id)
            if message is not None:
                label = Markup("{}, {}").format(self.name(message), self.time(message.posted_at))
                found.append((self._prose.paragraphs(quote.text), _jump(message.id, label)))
        return found

    def links(self) -> list[tuple[Markup, Markup, Markup]]:
        """Each address, with who shared it and a link to where."""
        say, named = self.say, {message.author_name for message in self._readable.values()}
        found = []
        for link in self.digest.links:
            if link.message_id in self._readable:
                names = Markup(", ").join(_bdi(name) for name in link.shared_by if name in named)
                shared = _filled(say("shared by {names}", names="{names}"), names=names)
                under = say("under Q{number}", number=link.question) if link.question else say("beside the questions")
                found.append((_address(link.url, len(link.url)), shared, _jump(link.message_id, under)))
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
        return _bdi(message.author_name or self.say("someone"))

    def pointer(self, message: ArchivedMessage) -> Markup:
        """A link to a message from another question that it stands under."""
        sentence = self.say("{name} answered this together with Q{number}", name="{name}", number=self.home(message))
        return _jump(message.id, _filled(sentence, name=self.name(message)))

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
        return _jump(target.id, _filled(self.say("in reply to {name}", name="{name}"), name=self.name(target)))

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
            yield _filled(self.say("File: {name}", name="{name}"), name=_bdi(file.filename))
            if file.description:
                yield _filled(self.say("Its description: {text}", text="{text}"), text=_bdi(file.description))
        if message.reactions:
            each = (Markup("{} \u00d7 {}").format(count, self._prose.line(emoji)) for emoji, count in message.reactions)
            counted = Markup(", ").join(each)
            yield _filled(self.say("Reactions: {reactions}", reactions="{reactions}"), reactions=counted)

    def time(self, at: datetime) -> Markup:
        """An instant on the host's clock, with its date where that isn't the date of the start."""
        local, begun = at.astimezone(self._zone), self.chat.starts_at.astimezone(self._zone)
        clock = format_time(local, "short", locale=self.say.locale)
        if local.date() == begun.date():
            return _time(at, clock)
        return _time(at, f"{format_skeleton('MMMd', local, locale=self.say.locale)}, {clock}")

    def _full(self, at: datetime) -> Markup:
        return _time(at, self.say.clock(at, "UTC"))

    def _by(self, counted: str, people: int) -> str:
        number = self.say.plural("{count} person", "{count} people", people)
        return self.say("{counted} by {people}", counted=counted, people=number)

    def _clocks(self) -> str:
        offset = self.chat.starts_at.astimezone(self._zone).strftime("%z")
        difference = f"{offset[:3]}:{offset[3:5]}".replace("-", "\u2212")
        return self.say("on the host's clock, {zone} (UTC{difference})", zone=self._zone.key, difference=difference)


def _time(at: datetime, clock: str) -> Markup:
    iso = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Markup('<time datetime="{}">{}</time>').format(iso, clock)


def _jump(message_id: int, label: str) -> Markup:
    return Markup('<a href="#m{}">{}</a>').format(message_id, label)
