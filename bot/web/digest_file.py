"""A digest as one HTML file for a reader of its own: it opens anywhere, needs nothing else, and leads to Discord."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from markupsafe import Markup, escape

from bot.domain.chat import ChatState
from bot.domain.digest import Digest, QuestionDigest, Quote, day_of, shorten, under_its_question
from bot.domain.messages import jump_url
from bot.ui.digest import Wanted
from bot.ui.texts import Texts
from bot.web.brief import Brief
from bot.web.prose import Prose, address, bdi, filled, named, time_tag
from bot.web.rendering import render

_TITLE_LENGTH = 150
_GREETED = 10
_LEADING = Markup('<a href="{}" rel="noopener">{}</a>')


def render_digest(digest: Digest, wanted: Wanted, say: Texts, *, made_at: datetime) -> str:
    """The whole digest as an HTML document, its times on the clocks of the chat's zone.

    Args:
        digest: what to show; made just now, so that nothing is in it that was taken back.
        wanted: what the reader asked for.
        say: their language.
        made_at: now (aware UTC), told at its end.
    """
    words = {
        "skip": say("Skip to the digest"),
        "digest": say("digest"),
        "links": say("Links shared"),
        "nothing": say("Nothing was said."),
    }
    return render("digest.html.j2", page=_Page(digest, wanted, say, made_at), words=words)


class _Page:
    """What the template asks for, by name; where its quotes lead."""

    def __init__(self, digest: Digest, wanted: Wanted, say: Texts, made_at: datetime) -> None:
        self.say = say
        self.chat = digest.chat
        self.title = f"#{digest.chat.hashtag}: {digest.chat.title}"
        self.lang = str(say.locale).replace("_", "-")
        # Who is mentioned in somebody's words is known to Discord alone.
        self._prose = Prose({}, say)
        self.brief = Brief(digest, self, self._prose, say, wanted.length)
        self._digest = digest
        self._wanted = wanted
        self._made_at = made_at

    @property
    def facts(self) -> list[tuple[str, Markup | str]]:
        """What the file says of the chat before anything else, in pairs."""
        say, chat, wanted = self.say, self.chat, self._wanted
        messages = say.plural("{count} message", "{count} messages", self._digest.messages)
        people = say.plural("{count} person", "{count} people", self._digest.people)
        state = say("over") if chat.state is ChatState.CLOSED else say("still running")
        pairs: list[tuple[str, Markup | str]] = [(say("When"), self._time(chat.starts_at) + escape(f", {state}"))]
        if wanted.day:
            day = day_of(chat, wanted.day)
            told = say("{number} of {count} ({date})", number=day.number, count=day.of, date=say.weekday(day.date))
            pairs.append((say("Day"), told))
        elif wanted.since is not None:
            pairs.append((say("Since"), self._time(wanted.since)))
        pairs.append((say("Said"), say("{counted} by {people}", counted=messages, people=people)))
        if chat.thread_id is not None:
            whole = f"https://discord.com/channels/{chat.guild_id}/{chat.thread_id}"
            pairs.append((say("The whole chat"), _LEADING.format(whole, say("in Discord"))))
        return pairs

    def is_shown(self, message_id: int) -> bool:
        """Whatever is in the digest."""
        del message_id
        return True

    def source(self, quote: Quote) -> Markup:
        """Who said it, as a link to the message."""
        return self._leading(quote.message_id, named(quote.author_name, self.say))

    def pointer(self, message_id: int, place: int) -> Markup:
        """A link to a message that says something like it."""
        return self._leading(message_id, self.say("message {number}", number=place))

    def more(self, part: QuestionDigest) -> Markup:
        """How many answers a question has, as a link to where it was asked; empty if none."""
        if not part.answers:
            return Markup()
        answers = self.say.plural("{count} answer", "{count} answers", part.answers)
        people = self.say.plural("{count} person", "{count} people", part.people)
        counted = self.say("{counted} by {people}", counted=answers, people=people)
        thread = self.chat.thread_of(part.question.number)
        if part.question.message_id is None or thread is None:
            return escape(counted)
        return _LEADING.format(jump_url(self.chat.guild_id, thread, part.question.message_id), counted)

    @property
    def links(self) -> list[tuple[Markup, Markup, Markup, Markup]]:
        """Each address, what was said about it, who shared it, and a link to where."""
        say, found = self.say, []
        for link in self._digest.links:
            title = self._prose.line(shorten(under_its_question(link.title, self.chat), _TITLE_LENGTH))
            names = Markup(", ").join(named(name, self.say) for name in link.shared_by if name)
            shared = filled(say("shared by {names}", names="{names}"), names=names)
            under = say("under Q{number}", number=link.question) if link.question else say("beside the questions")
            jump = self._leading(link.message_id, under)
            found.append((address(link.url, len(link.url)), title, shared, jump))
        return found

    @property
    def greeting(self) -> Markup:
        """Newcomers who agreed to be named; empty if there are none."""
        names = Markup(", ").join(named(name, self.say) for name in self._digest.to_greet[:_GREETED])
        said = self.say("Say hello to {names}, who came for the first time", names="{names}")
        return filled(said, names=names) if names else Markup()

    @property
    def closing(self) -> Iterator[Markup | str]:
        """The next chat, and when the file was made."""
        say, upcoming = self.say, self._wanted.upcoming
        if upcoming is not None and upcoming.id != self.chat.id:
            said = say("Next: {tag} {title}, {start}", tag="{tag}", title="{title}", start="{start}")
            start = time_tag(upcoming.starts_at, say.clock(upcoming.starts_at, upcoming.zone))
            yield filled(said, tag=bdi(f"#{upcoming.hashtag}:"), title=bdi(upcoming.title), start=start)
        yield filled(say("File made on {time}.", time="{time}"), time=self._time(self._made_at))
        yield say("How to take part next time: {help} in Discord", help="/help")

    def _time(self, at: datetime) -> Markup:
        return time_tag(at, self.say.clock(at, self.chat.zone))

    def _leading(self, message_id: int, text: str) -> Markup:
        if self.chat.thread_id is None:
            # It wasn't said in Discord, and stands nowhere else.
            return escape(text)
        return _LEADING.format(jump_url(self.chat.guild_id, self._digest.thread_of(message_id), message_id), text)
