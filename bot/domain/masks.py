"""In one chat, whoever isn't named has another name or none: as an author, and wherever others write of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import unquote

from bot.domain import handles
from bot.domain.chat import Chat, Guest, Source
from bot.domain.messages import ArchivedMessage, Attachment, Embed, Extras
from bot.domain.pseudonyms import number_of, pseudonyms
from bot.domain.showing import Consent, Showing

# Stands for whoever isn't named; in any language.
SOMEBODY = "\u2026"
_ADDRESS = re.compile(r"https?://[^\s<>]+", re.IGNORECASE)
_MENTION = r"<@!?(?P<mention>\d+)>"
_BEHIND = re.compile(r"\s*[(\[|/\u2022\u00b7\u2013\u2014].*$", re.DOTALL)
# Discord's own numbers are that long, so nobody writes one by chance.
_LEAST_ID = 10**14
_LEAST_LETTERS = 3
# Names that are words as well: in a sentence nobody can tell which is meant. With an @ before it, it is the name.
_LISTED = (
    "admin amber anonymous april art ash august author autumn baker basil bill book books bot brook carter chase "
    "clay cliff cook cooper daisy dale dawn drew everybody everyone faith forest frank gene ginger glen grace "
    "guest guy harry hazel heath heather hope host hunter iris ivy jack jasmine jean joy june lane laurel "
    "librarian library lily lord mark mason max may mercy miles moderator museum newcomer nick nobody north olive "
    "page parker pat patience patron pearl peg penny porter professor pub public ray reader readers reading reed "
    "rich river rob robin rose rowan ruby sage sandy school skip somebody someone south star stone story student "
    "sue summer sunny teacher violet volunteer wade ward west will willow woody"
)
_ALSO_WORDS = frozenset(_LISTED.split())


class Masks:
    """Who is called what in one chat.

    Args:
        chat: the chat.
        consent: how its people want to be shown.
        wrote: who wrote in it and under which name, the earliest first; of the same person there may be several.
    """

    def __init__(self, chat: Chat, consent: Consent, wrote: Iterable[tuple[int, str]]) -> None:
        self._chat = chat
        self._consent = consent
        self._hides = consent.hides_anybody
        names: defaultdict[int, set[str]] = defaultdict(set)
        if self._hides:
            for person_id, name in (*wrote, (chat.host_id, chat.host_name)):
                if name:
                    names[person_id] |= {name, _bare(name)}
        everybody = {i: self.number(i) for i in names}
        self._pseudonyms = pseudonyms(everybody, (name for known in names.values() for name in known))
        self._labels = self._label_names(names)
        self._pattern = self._find_all() if self._hides else None

    def number(self, person_id: int) -> int:
        """The number under which somebody stands who isn't named."""
        return number_of(self._consent.key, self._chat.id, person_id)

    def id_of(self, person_id: int) -> int:
        """The number under which somebody stands: their own, if they are named."""
        return person_id if self._is_named(person_id) else self.number(person_id)

    def name_of(self, person_id: int, name: str) -> str:
        """What somebody is called whose name is this; empty for who is left out."""
        if self._is_named(person_id):
            return name
        return self._pseudonyms.get(person_id, "") if self._of(person_id) is Showing.PSEUDONYM and name else ""

    def chat(self) -> Chat:
        """The chat, as its people want to be shown."""
        if not self._hides:
            return self._chat
        chat = self._chat
        return replace(
            chat,
            host_id=self.id_of(chat.host_id),
            host_name=self.name_of(chat.host_id, chat.host_name),
            title=self.text(chat.title),
            description=self.text(chat.description),
            questions=tuple(replace(question, text=self.text(question.text)) for question in chat.questions),
            guests=self._guests(chat.guests),
            cohosts=self._guests(chat.cohosts),
        )

    def message(self, message: ArchivedMessage) -> ArchivedMessage:
        """A message with its author, and whomever it tells of, as they want to be shown."""
        if not self._hides:
            return message
        showing = self._of(message.author_id)
        if showing is Showing.LEFT_OUT or message.is_left_out:
            return _without_all(message, self.number(message.author_id))
        return replace(
            message,
            author_id=self.id_of(message.author_id),
            author_name=self.name_of(message.author_id, message.author_name),
            text=None if message.text is None else self.text(message.text),
            attachments=tuple(self._attachment(file) for file in message.attachments),
            reactions=tuple((self.text(emoji), count) for emoji, count in message.reactions),
            extras=self._extras(message.extras),
            versions=tuple(replace(version, text=self.text(version.text)) for version in message.versions),
        )

    def text(self, text: str) -> str:
        """A text that says no more of people than they want to be said."""
        if self._pattern is None:
            return text
        return self._pattern.sub(self._masked, _ADDRESS.sub(self._address, text))

    def _of(self, person_id: int) -> Showing:
        if person_id < 0 and self._chat.source is Source.DISCORD:
            # Given without a name; there is nobody to choose, and nothing to hide but the words.
            return Showing.LEFT_OUT if self._consent.otherwise is Showing.LEFT_OUT else Showing.NAMED
        return self._consent.of(person_id)

    def _is_named(self, person_id: int) -> bool:
        return self._of(person_id) is Showing.NAMED

    def _guests(self, guests: Sequence[Guest]) -> tuple[Guest, ...]:
        return tuple(replace(guest, person_id=self.id_of(guest.person_id)) for guest in guests)

    def _extras(self, extras: Extras) -> Extras:
        poll = extras.poll
        if poll is not None:
            answers = tuple((self.text(answer), count) for answer, count in poll.answers)
            poll = replace(poll, question=self.text(poll.question), answers=answers)
        return replace(
            extras,
            stickers=tuple(self.text(name) for name in extras.stickers),
            embeds=tuple(self._embed(embed) for embed in extras.embeds),
            poll=poll,
        )

    def _embed(self, embed: Embed) -> Embed:
        url = embed.url if self._tells_of_nobody(embed.url) else ""
        return replace(embed, title=self.text(embed.title), description=self.text(embed.description), url=url)

    def _attachment(self, file: Attachment) -> Attachment:
        return replace(
            file,
            filename=self.text(file.filename),
            url=file.url if self._tells_of_nobody(file.url) else "",
            description=None if file.description is None else self.text(file.description),
        )

    def _address(self, match: re.Match[str]) -> str:
        # Half an address leads nowhere.
        return match[0] if self._tells_of_nobody(match[0]) else SOMEBODY

    def _tells_of_nobody(self, url: str) -> bool:
        if self._pattern is None:
            return True
        # In a title's place within an address, spaces are written as _ or -.
        plain = unquote(url)
        return all(self._masked(match) == match[0] for match in self._pattern.finditer(plain))

    def _masked(self, match: re.Match[str]) -> str:
        kind = match.lastgroup
        if kind == "handle":
            # Somebody who wrote nothing here, or is named.
            return match[0] if self._is_named(handles.number_of(match[kind])) else f"@{SOMEBODY}"
        if kind is not None:
            person_id = int(match[kind])
            if self._is_named(person_id) or (kind == "number" and person_id not in self._numbers):
                return match[0]
            return ("@" if kind == "mention" else "") + self._label(person_id)
        said = match[0]
        label = self._labels.get(_key(said.removeprefix("@")), SOMEBODY)
        if not said.startswith("@"):
            return label
        # Where a handle stood, one word has to: a label behind it is still read.
        return "@" + (label.replace(" ", "") if self._chat.source is Source.TWITTER else label)

    def _label(self, person_id: int) -> str:
        is_known = self._of(person_id) is Showing.PSEUDONYM
        return self._pseudonyms.get(person_id, SOMEBODY) if is_known else SOMEBODY

    def _label_names(self, names: dict[int, set[str]]) -> dict[str, str]:
        """What stands in the place of each name; of a name that several have, nobody can tell whose it is."""
        whose: defaultdict[str, set[int]] = defaultdict(set)
        for person_id, known in names.items():
            for name in known:
                whose[_key(name)].add(person_id)
        self._hidden_names = {
            name for person_id, known in names.items() if not self._is_named(person_id) for name in known
        }
        # With an @ the first of several names will do, if only one person has it.
        first: defaultdict[str, set[int]] = defaultdict(set)
        for name in self._hidden_names:
            first[_key(name.split()[0]) if name.split() else ""] |= whose[_key(name)]
        self._numbers = {i for i in (*names, *self._consent.choices) if i >= _LEAST_ID and not self._is_named(i)}
        labels = {word: people for word, people in first.items() if word not in whose}
        labels |= whose
        return {
            key: self._label(next(iter(people))) if len(people) == 1 else SOMEBODY for key, people in labels.items()
        }

    def _find_all(self) -> re.Pattern[str]:
        """What finds every mention of somebody who may be hidden, the longest names first."""
        parts = [_MENTION, r"(?<!\d)(?P<number>\d{15,20})(?!\d)"]
        for name in sorted(self._hidden_names, key=_longest_first):
            words = name.split()
            if words:
                parts.append(_with_sign(words))
                parts += [bare] if (bare := _alone(words)) else []
        for name in sorted(
            {n.split()[0] for n in self._hidden_names if len(n.split()) > 1}, key=lambda n: (-len(n), n)
        ):
            if len(name) >= _LEAST_LETTERS:
                parts.append(_with_sign([name]))
        if self._chat.source is Source.TWITTER and self._consent.otherwise is not Showing.NAMED:
            # There people are mentioned by a name that tells who is meant also where they wrote nothing.
            parts.append(handles.HANDLE.pattern)
        return re.compile("|".join(parts))


def _without_all(message: ArchivedMessage, number: int) -> ArchivedMessage:
    """That there was a message, and when."""
    return replace(
        message,
        author_id=number,
        author_name="",
        text=None,
        is_left_out=True,
        attachments=(),
        extras=Extras(),
        versions=(),
        reactions=(),
    )


def _bare(name: str) -> str:
    """A name without what people write behind it: their pronouns, their library."""
    return _BEHIND.split(name, maxsplit=1)[0] or name


def _key(name: str) -> str:
    return " ".join(re.split(r"[\s._-]+", name.casefold())).strip()


def _longest_first(name: str) -> tuple[int, str]:
    return -len(name), name


def _joined(words: Sequence[str]) -> str:
    # In the name of a file or a link, something else stands between them.
    return r"[\s._-]+".join(re.escape(part) for word in words for part in re.split(r"[._-]+", word) if part)


def _with_sign(words: Sequence[str]) -> str:
    return rf"(?<!\w)@(?i:{_joined(words) or re.escape(' '.join(words))})(?!\w)"


def _alone(words: Sequence[str]) -> str:
    """What finds a name without a sign before it, where it can't be anything else; empty where it could."""
    joined, letters = _joined(words), "".join(words)
    if sum(sign.isalnum() for sign in letters) < _LEAST_LETTERS - 1 or not joined:
        return ""
    if letters.lower() == letters.upper() and not letters.isascii():
        # A script without capitals, most of which put no space between words.
        return joined
    if len(letters) < _LEAST_LETTERS:
        return ""
    has_signs = any(not sign.isalpha() for sign in letters)
    is_mixed = letters[1:] not in {letters[1:].lower(), letters[1:].upper()}
    if len(words) > 1 or has_signs or is_mixed:
        return rf"(?<!\w)(?i:{joined})(?!\w)"
    is_name = letters[:1].isupper() and letters.casefold() not in _ALSO_WORDS
    return rf"(?<!\w){joined}(?!\w)" if is_name else ""
