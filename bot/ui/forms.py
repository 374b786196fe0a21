"""Forms that people fill in; each form's id tells what it is for, so that it can be sent after a restart too."""

from __future__ import annotations

import discord

from bot.domain.chat import MAX_QUESTION_LENGTH, MAX_QUESTIONS, MIN_QUESTIONS, Chat, Question
from bot.domain.manner import Anonymous
from bot.domain.series import Series
from bot.services.answering import MAX_ANSWER_LENGTH
from bot.ui.controls import Doing, free_control_id
from bot.ui.texts import Texts

# Discord allows 45 characters in a label, 100 in a placeholder, 4,000 in a text.
_FORM_TEXT = 4_000
_FIELD = "text"


def questions_form(chat: Chat, typed: str, say: Texts) -> discord.ui.Modal:
    """The form for a draft's questions, filled with what was typed before."""
    modal = discord.ui.Modal(
        title=say("Questions for #{hashtag}", hashtag=chat.hashtag)[:45],
        custom_id=free_control_id(chat.id, Doing("questions")),
        timeout=None,
    )
    modal.add_item(
        discord.ui.Label(
            text=say("One question a line, {least} to {most}", least=MIN_QUESTIONS, most=MAX_QUESTIONS)[:45],
            component=discord.ui.TextInput(
                custom_id=_FIELD,
                style=discord.TextStyle.paragraph,
                placeholder=say("What are you reading?")[:100],
                default=typed[:_FORM_TEXT] or None,
                max_length=_FORM_TEXT,
            ),
        )
    )
    return modal


def write_form(chat: Chat, typed: str, say: Texts) -> discord.ui.Modal:
    """The form for a chat's questions that weren't asked yet."""
    modal = discord.ui.Modal(
        title=say("Questions for #{hashtag}", hashtag=chat.hashtag)[:45],
        custom_id=free_control_id(chat.id, Doing("write")),
        timeout=None,
    )
    modal.add_item(
        discord.ui.Label(
            text=say("One question a line, in their order")[:45],
            description=say("What was asked already isn't here. You can change these until each is asked.")[:100],
            component=discord.ui.TextInput(
                custom_id=_FIELD,
                style=discord.TextStyle.paragraph,
                placeholder=say("What are you reading?")[:100],
                default=typed[:_FORM_TEXT] or None,
                max_length=_FORM_TEXT,
            ),
        )
    )
    return modal


def schedule_form(draft: Series, say: Texts) -> discord.ui.Modal:
    """The form for a series' schedule in words, filled with what was typed before."""
    modal = discord.ui.Modal(
        title=say("When it meets")[:45], custom_id=free_control_id(0, Doing("series_change", draft.id)), timeout=None
    )
    modal.add_item(
        discord.ui.Label(
            text=say("The schedule in words")[:45],
            description=say("Days, time, time zone; exceptions too, such as “except 24 December”.")[:100],
            component=discord.ui.TextInput(
                custom_id=_FIELD, style=discord.TextStyle.paragraph, default=draft.phrase[:1_000], max_length=1_000
            ),
        )
    )
    return modal


def answer_form(chat: Chat, question: Question, answered: str, say: Texts) -> discord.ui.Modal:
    """The form behind a prompt's Answer button, filled with what was answered before."""
    modal = discord.ui.Modal(
        title=say("Answer Q{number}", number=question.number),
        custom_id=free_control_id(chat.id, Doing("answer", question.number)),
        timeout=None,
    )
    modal.add_item(discord.ui.TextDisplay(question.text))
    modal.add_item(
        discord.ui.Label(
            text=say("Your answer, posted in the thread"),
            description=say("You answered before: what you send now takes its place.")
            if answered
            else say("It is posted under your name, so that others can reply."),
            component=discord.ui.TextInput(
                custom_id=_FIELD,
                style=discord.TextStyle.paragraph,
                default=answered or None,
                max_length=MAX_ANSWER_LENGTH,
            ),
        )
    )
    return modal


def anonymous_form(chat: Chat, question: Question, answered: str, say: Texts) -> discord.ui.Modal:
    """The form for an answer without a name, filled with what can still be changed of an earlier one."""
    modal = discord.ui.Modal(
        title=say("Answer Q{number} anonymously", number=question.number)[:45],
        custom_id=free_control_id(chat.id, Doing("anonymous", question.number)),
        timeout=None,
    )
    if chat.anonymous is Anonymous.APPROVED:
        way = say("A host reads it first, without your name, and approves or declines it.")
    else:
        way = say("I post it in the thread at once, without your name.")
    modal.add_item(
        discord.ui.TextDisplay(
            "\n".join(
                [
                    question.text,
                    way,
                    say(
                        "Nobody is told who wrote it, hosts included. Until the chat closes you can take it back; "
                        "after that nothing tells that it is yours, and it stays."
                    ),
                ]
            )
        )
    )
    modal.add_item(
        discord.ui.Label(
            text=say("Your answer, without your name"),
            description=say("You answered before: what you send now takes its place.") if answered else None,
            component=discord.ui.TextInput(
                custom_id=_FIELD,
                style=discord.TextStyle.paragraph,
                default=answered or None,
                max_length=MAX_ANSWER_LENGTH,
            ),
        )
    )
    return modal


def extra_form(chat: Chat, say: Texts) -> discord.ui.Modal:
    """The form for a question that nobody planned."""
    return _question_form(chat, Doing("ask"), say("Ask something else"), "", say("It is asked as soon as you send it."))


def edit_form(chat: Chat, number: int, text: str, mark: int, say: Texts) -> discord.ui.Modal:
    """The form for a question's words.

    Args:
        chat: whose.
        number: the question's, for the title.
        text: its words so far.
        mark: by which the question is known when the form is sent, whatever its number is then.
        say: the host's language.
    """
    title = say("Edit Q{number}", number=number)
    return _question_form(chat, Doing("edit", mark), title, text, say("It is asked at its time with these words."))


def _question_form(chat: Chat, doing: Doing, title: str, text: str, hint: str) -> discord.ui.Modal:
    modal = discord.ui.Modal(title=title[:45], custom_id=free_control_id(chat.id, doing), timeout=None)
    modal.add_item(
        discord.ui.Label(
            text=title[:45],
            description=hint[:100],
            component=discord.ui.TextInput(
                custom_id=_FIELD,
                style=discord.TextStyle.paragraph,
                default=text or None,
                max_length=MAX_QUESTION_LENGTH,
            ),
        )
    )
    return modal


def typed_into(interaction: discord.Interaction) -> str:
    """What was typed into the one field of a form that was sent; empty if there is none."""
    data: object = interaction.data
    return _find(data) or ""


def _find(node: object) -> str | None:
    if isinstance(node, dict):
        if node.get("custom_id") == _FIELD and isinstance(node.get("value"), str):
            return str(node["value"])
        return _find(node.get("components") or node.get("component"))
    if isinstance(node, list):
        return next((found for child in node if (found := _find(child)) is not None), None)
    return None
