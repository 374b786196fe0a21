"""What came with a message beside its words, as HTML: files, pictures, stickers, previews, a poll, reactions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from markupsafe import Markup

from bot.domain.digest import shorten
from bot.domain.messages import ArchivedMessage, Attachment, Embed, Poll
from bot.ui.texts import Texts
from bot.web.prose import Prose, address, bdi, escaped, filled

_PREVIEW_LENGTH = 300
_SPOILER = "SPOILER_"
# What a browser shows in place; all else is a file to open.
_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif")


class Parts:
    """What came with messages.

    Args:
        prose: how people's words are shown.
        say: the sentences.
        kept: where the files are that the archive keeps and the page may show, by their number.
    """

    def __init__(self, prose: Prose, say: Texts, kept: Mapping[int, str]) -> None:
        self._prose = prose
        self._say = say
        self._kept = kept
        self._reactions = escaped(say("Reactions: {reactions}", reactions="{reactions}"))
        self._emoji: dict[str, Markup] = {}

    def of(self, message: ArchivedMessage) -> Iterator[str]:
        """Each part as phrasing content, in the order in which Discord shows them."""
        extras = message.extras
        if not (message.text or message.attachments or extras.stickers or extras.embeds or extras.poll):
            yield escaped(self._say("No text: a sticker, or something that only Discord shows."))
        for file in message.attachments:
            yield from self._file(file)
        for name in extras.stickers:
            yield filled(self._say("Sticker: {name}", name="{name}"), name=bdi(name))
        for embed in extras.embeds:
            yield from self._preview(embed)
        if extras.poll is not None:
            yield self._poll(extras.poll)
        if message.reactions:
            each = [f"{count} \u00d7 {self._sign(emoji)}" for emoji, count in message.reactions]
            yield self._reactions.replace("{reactions}", ", ".join(each))

    def _sign(self, emoji: str) -> Markup:
        known = self._emoji.get(emoji)
        if known is None:
            known = self._emoji[emoji] = self._prose.line(emoji)
        return known

    def _file(self, file: Attachment) -> Iterator[Markup]:
        place = self._kept.get(file.id)
        is_picture = place is not None and (file.content_type or "").partition(";")[0].strip().lower() in _PICTURES
        if place is not None and is_picture and not file.filename.startswith(_SPOILER):
            # What has no description says so: a file's name tells nobody what a picture shows.
            alt = file.description or self._say("A picture without a description")
            yield Markup('<img src="{}" alt="{}" loading="lazy" decoding="async">').format(place, alt)
            return
        name = bdi(file.filename)
        shown = name if place is None else Markup('<a href="{}">{}</a>').format(place, name)
        yield filled(self._say("File: {name}", name="{name}"), name=shown)
        if file.description:
            yield filled(self._say("Its description: {text}", text="{text}"), text=bdi(file.description))

    def _preview(self, embed: Embed) -> Iterator[Markup]:
        title = self._prose.line(shorten(embed.title, _PREVIEW_LENGTH))
        text = self._prose.line(shorten(embed.description, _PREVIEW_LENGTH))
        said = [bdi_of(part) for part in (title, text) if part]
        if embed.url:
            said.append(address(embed.url))
        if said:
            words = Markup(", ").join(said)
            yield filled(self._say("Preview: {words}", words="{words}"), words=words)

    def _poll(self, poll: Poll) -> Markup:
        votes = (
            Markup("{} ({})").format(
                bdi_of(self._prose.line(answer)), self._say.plural("{count} vote", "{count} votes", count)
            )
            for answer, count in poll.answers
        )
        asked = bdi_of(self._prose.line(poll.question))
        sentence = self._say("Poll: {question} {answers}", question="{question}", answers="{answers}")
        return filled(sentence, question=asked, answers=Markup(", ").join(votes))


def bdi_of(html: Markup) -> Markup:
    """HTML that doesn't turn the reading order of what stands around it."""
    return Markup("<bdi>{}</bdi>").format(html)
