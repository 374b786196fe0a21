"""Private answers to commands, buttons and forms; a refusal becomes its sentence here and nowhere else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import discord

from bot.domain.errors import MissingPermissions, Refusal, TryLater
from bot.runtime.logging import new_incident_id
from bot.ui.posts import MAX_CONTENT
from bot.ui.problems import incident, sentence
from bot.ui.texts import Texts, texts_for

T = TypeVar("T")

_log = logging.getLogger(__name__)

_NOBODY = discord.AllowedMentions.none()
# Discord waits three seconds for an answer; a person is told sooner that there will be one. What is made meanwhile
# beside the event loop may hold it up a little, and nobody is to wait for a second.
_PATIENCE = 0.5
# Discord takes five changes of an answer in five seconds, and nobody reads that fast.
_WORD_EVERY = 3.0

# Leaves room for the longest sentence in front.
_PIECE = 1_200

Interaction = discord.Interaction[Any]


def texts_of(interaction: Interaction) -> Texts:
    """The sentences in the language of the person who asks."""
    return texts_for(interaction.locale.value)


async def whisper(interaction: Interaction, text: str, view: discord.ui.View | None = None) -> None:
    """Answer so that only the person who asked sees it."""
    shown = discord.utils.MISSING if view is None else view
    if interaction.response.is_done():
        await interaction.followup.send(text, view=shown, ephemeral=True, suppress_embeds=True)
    else:
        await interaction.response.send_message(text, view=shown, ephemeral=True, suppress_embeds=True)


async def renew(interaction: Interaction, text: str, view: discord.ui.View | None) -> None:
    """Answer in the place of the private message whose button was pressed, or anew if there is none.

    Args:
        interaction: the press, or the form that a press opened.
        text: what stands there from now on.
        view: its buttons, or None for none.
    """
    pressed = interaction.message
    if pressed is None or not pressed.flags.ephemeral:
        await whisper(interaction, text, view)
    elif interaction.response.is_done():
        await interaction.edit_original_response(content=text, view=view, allowed_mentions=_NOBODY)
    else:
        await interaction.response.edit_message(content=text, view=view, allowed_mentions=_NOBODY)


async def in_time(interaction: Interaction, work: Coroutine[Any, Any, T], *, turns: bool = False) -> T:
    """The result of some work; if it takes long, the person sees at once that it is being done.

    Args:
        interaction: the request, not yet answered.
        work: what to wait for.
        turns: whether the answer takes the place of the message whose button was pressed.
    """
    task = asyncio.ensure_future(work)
    done, _ = await asyncio.wait({task}, timeout=_PATIENCE)
    if not done:
        if turns:
            await interaction.response.defer()
        else:
            await interaction.response.defer(ephemeral=True, thinking=True)
    return await task


async def with_progress(interaction: Interaction, work: Coroutine[Any, Any, T], tell: Callable[[], str]) -> T:
    """The result of long work, with a word every now and then to the person who waits.

    Args:
        interaction: the request; it was deferred.
        work: what to wait for; it ends with the wait.
        tell: how far it is.
    """
    task = asyncio.ensure_future(work)
    try:
        while True:
            done, _ = await asyncio.wait({task}, timeout=_WORD_EVERY)
            if done:
                return await task
            await interaction.edit_original_response(content=tell(), allowed_mentions=_NOBODY)
    finally:
        task.cancel()


async def show(interaction: Interaction, view: discord.ui.LayoutView, *, turns: bool) -> None:
    """Answer with a page of texts and buttons that only the person who asked sees.

    Args:
        interaction: the request.
        view: the page.
        turns: whether it takes the place of the message whose button was pressed.
    """
    if turns and interaction.response.is_done():
        await interaction.edit_original_response(content=None, view=view, allowed_mentions=_NOBODY)
    elif turns:
        await interaction.response.edit_message(content=None, view=view, allowed_mentions=_NOBODY)
    elif interaction.response.is_done():
        await interaction.followup.send(view=view, ephemeral=True, allowed_mentions=_NOBODY)
    else:
        await interaction.response.send_message(view=view, ephemeral=True, allowed_mentions=_NOBODY)


@asynccontextmanager
async def kindly(interaction: Interaction, *, keep: str = "") -> AsyncIterator[None]:
    """Answer what is refused inside with its sentence, and what nobody foresaw with an incident's number.

    Args:
        interaction: the request.
        keep: what the person typed; given back with the refusal, so that it isn't lost.
    """
    say = texts_of(interaction)
    try:
        yield
    except (Refusal, MissingPermissions, TryLater) as error:
        text = sentence(error, say)
        if keep:
            text += "\n" + say("Here is what you typed:")
        # What was typed may be longer than a message.
        pieces = [keep[start : start + _PIECE] for start in range(0, len(keep), _PIECE)]
        first = f"{text}\n>>> {pieces[0]}" if pieces else text
        await whisper(interaction, first[:MAX_CONTENT])
        for piece in pieces[1:]:
            await whisper(interaction, f">>> {piece}")
    except Exception as error:
        await report(interaction, error)


async def report(interaction: Interaction, error: Exception) -> None:
    """Log an error under a new incident's number and tell the number to the person who asked."""
    incident_id = new_incident_id()
    _log.error("incident %s", incident_id, exc_info=error)
    try:
        await whisper(interaction, incident(incident_id, texts_of(interaction)))
    except (discord.HTTPException, OSError) as failure:
        _log.warning("incident %s could not be told: %s", incident_id, type(failure).__name__)
