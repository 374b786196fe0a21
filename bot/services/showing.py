"""Within their server people are shown as they chose, and by their name where they chose nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.chat import Chat
from bot.domain.masks import Masks
from bot.domain.showing import Consent, Showing
from bot.services.ports import Archive
from bot.services.publishing_ports import Publications


class Showings:
    """How people are shown to those who are in the server with them."""

    def __init__(self, publications: Publications, archive: Archive) -> None:
        self._publications = publications
        self._archive = archive

    async def consent(self, guild_id: int) -> Consent:
        """What a server's people chose."""
        return await self._publications.consent(guild_id, outside=False)

    async def masks(self, chat: Chat) -> Masks | None:
        """Who is called what in a chat; None where everybody is called by their name."""
        return (await self.masks_of([chat])).get(chat.id)

    async def masks_of(self, chats: Sequence[Chat]) -> Mapping[int, Masks]:
        """The same for several chats of one server, by their numbers; empty where everybody is called by their name."""
        consent = await self.consent(chats[0].guild_id) if chats else None
        if consent is None or not consent.hides_anybody:
            return {}
        different = {chat.id: chat for chat in chats}.values()
        return {chat.id: Masks(chat, consent, await self._archive.cast(chat.id)) for chat in different}

    async def hidden(self, guild_id: int, *, also_pseudonyms: bool) -> Sequence[int]:
        """Who isn't to be found by what they said, or not under their name either."""
        consent = await self.consent(guild_id)
        unwanted = {Showing.LEFT_OUT, *([Showing.PSEUDONYM] if also_pseudonyms else ())}
        return sorted(person_id for person_id, choice in consent.choices.items() if choice in unwanted)
