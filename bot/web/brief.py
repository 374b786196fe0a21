"""A digest's body as HTML, for the page of a chat and for a file of one's own: the same parts in the same order.

Where a quote leads differs: on the page to the message below, in a file to Discord. What the page's record no longer
shows is passed over, however old the digest is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from markupsafe import Markup, escape

from bot.domain.digest import (
    MANY,
    Digest,
    Length,
    QuestionDigest,
    Quote,
    Theme,
    bare_prompt,
    shorten,
    under_its_question,
)
from bot.ui.texts import Texts
from bot.web.prose import Prose, bdi, filled

_THEMES = 5
_LOOSE_ENDS = {Length.GLANCE: 0, Length.STANDARD: 3, Length.FULL: 10}
_OTHERS = 3
_PROMPT_LENGTH = 300


class Places(Protocol):
    """Where the quotes of a digest lead."""

    def is_shown(self, message_id: int) -> bool:
        """Whether a message may be quoted here."""
        ...

    def source(self, quote: Quote) -> Markup:
        """Whose words they are, as a link to the message."""
        ...

    def pointer(self, message_id: int, place: int) -> Markup:
        """A link to a message that says something like a quote, the how many-th of such from 1."""
        ...

    def more(self, part: QuestionDigest) -> Markup:
        """The way to a question's answers, at its end; empty if there are none."""
        ...


@dataclass(frozen=True, slots=True)
class ShownQuote:
    """A quote as the template shows it.

    Attributes:
        text: its paragraphs.
        source: who said it, with the way there.
        alike: how many said something like it, with the ways there, or empty.
    """

    text: Markup
    source: Markup
    alike: Markup


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with quotes below it.

    Attributes:
        heading: what it is about.
        counted: how many people spoke of it, or empty.
        quotes: in order.
        more: what stands below them, or empty.
    """

    heading: Markup
    counted: str
    quotes: Sequence[ShownQuote]
    more: Markup | str = ""


class Brief:
    """What the template asks for, by name.

    Args:
        digest: what to show.
        places: where its quotes lead.
        prose: how people's words are shown.
        say: the sentences.
        length: how much of what isn't a quote under a question.
    """

    def __init__(
        self, digest: Digest, places: Places, prose: Prose, say: Texts, length: Length = Length.STANDARD
    ) -> None:
        self._digest = digest
        self._places = places
        self._prose = prose
        self._say = say
        self._length = length

    @property
    def themes(self) -> Markup:
        """What many spoke of, as a sentence; empty where it is told part by part, or nothing was."""
        if self._digest.by_theme:
            return Markup()
        found = [theme for theme in self._digest.themes[:_THEMES] if len(theme.people) >= MANY and self._holds(theme)]
        each = [Markup("<bdi>{}</bdi> ({})").format(theme.phrase, self._people(len(theme.people))) for theme in found]
        said = self._say("Many spoke of {themes}.", themes="{themes}")
        return filled(said, themes=Markup(", ").join(each)) if each else Markup()

    @property
    def sections(self) -> list[Section]:
        """The parts in reading order, each with something in it."""
        say, digest = self._say, self._digest
        found = [self._question(part) for part in digest.questions]
        found += [
            self._section(bdi(told.theme.phrase), told.quotes, self._spoke(told.theme))
            for told in digest.by_theme
            if self._holds(told.theme)
        ]
        # Without a theme above it nothing is "also" said.
        found.append(self._section(escape(say("Also said") if found else say("Said")), digest.highlights))
        most = _LOOSE_ENDS[self._length]
        for heading, quotes in (
            (say("Nobody has answered these yet"), [one.quote for one in digest.unanswered]),
            (say("Not all agreed"), [one.quote for one in digest.disagreements]),
        ):
            found.append(self._section(escape(heading), quotes[:most]))
        asked = len(digest.questions)
        return found[:asked] + [section for section in found[asked:] if section.quotes]

    def _question(self, part: QuestionDigest) -> Section:
        number = Markup('<span class="tag">Q{}</span> ').format(part.question.number)
        prompt = self._prose.line(shorten(bare_prompt(part.question, self._digest.chat), _PROMPT_LENGTH))
        heading = number + Markup("<bdi>{}</bdi>").format(prompt)
        return self._section(heading, part.quotes, "", self._places.more(part) or escape(self._say("No answers.")))

    def _section(self, heading: Markup, quotes: Iterable[Quote], counted: str = "", more: Markup | str = "") -> Section:
        return Section(heading, counted, list(self._quotes(quotes)), more)

    def _quotes(self, quotes: Iterable[Quote]) -> Iterator[ShownQuote]:
        for quote in quotes:
            if self._places.is_shown(quote.message_id):
                text = under_its_question(quote.text, self._digest.chat)
                yield ShownQuote(self._prose.paragraphs(text), self._places.source(quote), self._alike(quote))

    def _alike(self, quote: Quote) -> Markup:
        others = [other for other in quote.others if self._places.is_shown(other)]
        shown = others[:_OTHERS]
        if not shown:
            return Markup()
        counted = self._say.plural(
            "{count} other said something like this", "{count} others said something like this", len(others)
        )
        links = Markup(", ").join(self._places.pointer(other, place) for place, other in enumerate(shown, start=1))
        return Markup("{}: {}{}").format(counted, links, " …" if len(shown) < len(others) else "")

    def _holds(self, theme: Theme) -> bool:
        return all(self._places.is_shown(message) for message in theme.messages)

    def _spoke(self, theme: Theme) -> str:
        return self._say("{people} spoke of it", people=self._people(len(theme.people)))

    def _people(self, count: int) -> str:
        return self._say.plural("{count} person", "{count} people", count)
