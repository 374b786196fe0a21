"""What a person sees who does something with one message: the list of questions, confirmations, bookmarks."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.domain.chat import Question
from bot.domain.digest import shorten
from bot.domain.messages import jump_url
from bot.services.values import SavedMessage, Standing
from bot.ui.controls import ControlSelect, Doing, free_control_id
from bot.ui.digest import escape
from bot.ui.texts import Texts

# Discord allows 100 characters in a choice and 25 choices in a list.
_CHOICE = 100
_CHOICES = 25
_QUOTE = 180
SAVED_ON_A_PAGE = 8


def file_under(standing: Standing, say: Texts) -> tuple[str, discord.ui.View]:
    """The list of a chat's questions for one message, those marked under which it stands now."""
    options = [
        discord.SelectOption(
            label=shorten(f"Q{q.number}: {q.text}", _CHOICE),
            value=str(q.number),
            default=q.number in standing.questions,
        )
        for q in _choosable(standing)
    ]
    none = say("No question: a greeting, an aside, something practical")
    options.append(discord.SelectOption(label=none[:_CHOICE], value="0", default=not standing.questions))
    view = discord.ui.View(timeout=None)
    view.add_item(
        ControlSelect(
            free_control_id(standing.chat.id, Doing("file", standing.message_id)),
            options,
            say("Which question does it answer?"),
            most=len(options),
        )
    )
    quote = escape(shorten(" ".join(standing.text.split()), _QUOTE))
    return say("Where does this message belong? You can choose several questions.") + f"\n> {quote}", view


def _choosable(standing: Standing) -> Sequence[Question]:
    """The questions that fit in the list; of a long chat's those asked last, and those that are marked."""
    questions = standing.chat.questions
    if len(questions) < _CHOICES:
        return questions
    # One choice is for none.
    marked = [q for q in questions if q.number in standing.questions][: _CHOICES - 1]
    asked = [q for q in questions if q.message_id is not None and q not in marked]
    latest = asked[::-1][: _CHOICES - 1 - len(marked)]
    return sorted([*marked, *latest], key=lambda q: q.number)


def filed_under(questions: Sequence[int], say: Texts) -> str:
    """What is said once a message stands where a person put it."""
    if not questions:
        return say("Done: it stands under no question, and stays so.")
    names = ", ".join(f"Q{number}" for number in questions)
    return say("Done: it stands under {questions}, and stays there.", questions=names)


def withdrawn(*, was_posted_by_bot: bool, say: Texts) -> str:
    """What is said once somebody has taken a message back."""
    if was_posted_by_bot:
        return say("Done: your words are gone from the archive and the digest, and I take my post with them down.")
    return say(
        "Done: your words are gone from the archive and the digest. The message still stands in Discord; delete it "
        "there if you wish."
    )


def saved_or_not(*, is_saved: bool, say: Texts) -> str:
    """What is said once a bookmark was set or taken away."""
    if is_saved:
        return say("Saved for you alone. `/saved` shows what you saved; choose Save once more to take it off the list.")
    return say("Taken off your list.")


def saved(found: Sequence[SavedMessage], page: int, say: Texts) -> str:
    """A page of somebody's bookmarks."""
    if not found:
        return say("You have saved nothing yet. Press and hold a message in a chat's thread, then Apps, then Save.")
    first = (page - 1) * SAVED_ON_A_PAGE
    lines = [say("**What you saved**, the newest first; only you see it")]
    for one in found[first : first + SAVED_ON_A_PAGE]:
        link = jump_url(one.guild_id, one.thread_id, one.message_id)
        if one.text is None:
            lines.append(say("- #{hashtag}: its author took it back", hashtag=one.hashtag))
            continue
        quote = escape(shorten(" ".join(one.text.split()), _QUOTE)) or say("a file")
        name = escape(one.author_name)
        # What came from elsewhere stands in no thread.
        opened = f" ([{say('open')}]({link}))" if one.thread_id else ""
        lines.append(f"- #{one.hashtag}, {name}: {quote}{opened}")
    return "\n".join(lines)
