"""The jar in Discord: its list with a yes or no to each suggestion, what was drawn, what became of a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import discord

from bot.domain.digest import shorten
from bot.domain.jar import Added, JarQuestion, JarState, tag_mark
from bot.services.jar import Imported
from bot.ui.controls import ControlButton, Doing, free_control_id
from bot.ui.digest import escape
from bot.ui.posts import MAX_CONTENT
from bot.ui.problems import sentence
from bot.ui.texts import Texts

# Discord allows 4,000 characters and 40 components in a message; a suggestion with its buttons is four of them.
_PAGE_LENGTH = 3_400
_SUGGESTIONS = 5
_ENTRIES = 15
# What a host decides on is shown whole; what was approved need only be recognised.
_SHORT = 150
_CHOICE = 96
_WRONG_SHOWN = 5

_MARKS = 1 << 32
_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class Spot:
    """What a button at the jar is about.

    Attributes:
        question: the question's number, or 0.
        page: the page of the list on which it stands, from 1.
        mark: by which the tag is known that was asked for; 0 for none.
    """

    question: int = 0
    page: int = 1
    mark: int = 0


def value_of(spot: Spot) -> int:
    """What a button's id holds, as digits of one number."""
    return (spot.question * _PAGES + spot.page) * _MARKS + spot.mark


def read(value: int) -> Spot:
    """The same, from the number."""
    rest, mark = divmod(value, _MARKS)
    return Spot(*divmod(rest, _PAGES), mark)


def listed(
    questions: Sequence[JarQuestion], page: int, tag: str | None, note: str, say: Texts
) -> discord.ui.LayoutView:
    """A page of the list, with buttons under each suggestion.

    Args:
        questions: in order, suggestions first.
        page: which page is wanted, from 1; the last one if there are fewer.
        tag: what was asked for, or None.
        note: what the last press did, or empty.
        say: the host's language.
    """
    pages = _paged(questions, say)
    number = min(max(page, 1), len(pages))
    mark = tag_mark(tag)
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.TextDisplay("\n".join(_heading(questions, tag, note, say))))
    together: list[str] = []
    for place, question in pages[number - 1]:
        if question.state is JarState.SUGGESTED:
            spot = Spot(question.id, number, mark)
            view.add_item(discord.ui.TextDisplay(_entry(place, question, say)))
            view.add_item(discord.ui.ActionRow(*_decisions(place, spot, say)))
        else:
            together.append(_entry(place, question, say))
    if together:
        view.add_item(discord.ui.TextDisplay("\n".join(together)))
    if len(pages) > 1:
        view.add_item(discord.ui.TextDisplay(say("-# Page {page} of {pages}", page=number, pages=len(pages))))
        turning = [
            _button("jar_page", Spot(0, other, mark), label)
            for other, label in ((number - 1, say("Back")), (number + 1, say("Next")))
            if 1 <= other <= len(pages)
        ]
        view.add_item(discord.ui.ActionRow(*turning))
    return view


def drawn(question: JarQuestion, tag: str | None, chat_id: int | None, note: str, say: Texts) -> discord.ui.LayoutView:
    """The question that was drawn, whole.

    Args:
        question: which.
        tag: what was asked for, or None.
        chat_id: the chat that is running here and can be asked it, or None.
        note: what the last press did, or empty.
        say: the host's language.
    """
    lines = [
        *([f"> {note}"] if note else []),
        say("**Drawn from the jar:** “{question}”", question=escape(question.text)),
        *_about(question, say),
    ]
    if chat_id is None:
        lines.append(say("-# No chat is running here, so it can't be asked now. Only you see this."))
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.TextDisplay("\n".join(lines)))
    spot = Spot(question.id, 1, tag_mark(tag))
    # With the chat in it, its guests may draw again too.
    buttons = [_button("jar_draw", spot, say("Draw another"), chat_id=chat_id or 0)]
    if chat_id is not None:
        buttons.insert(0, _button("jar_ask", spot, say("Ask it now"), discord.ButtonStyle.primary, chat_id))
    view.add_item(discord.ui.ActionRow(*buttons))
    return view


def asked(question: JarQuestion, note: str, say: Texts) -> discord.ui.LayoutView:
    """What stands in its place once it was asked; without buttons, so that nobody asks it again."""
    view = discord.ui.LayoutView(timeout=None)
    words = say("**From the jar:** “{question}”", question=escape(question.text))
    view.add_item(discord.ui.TextDisplay(f"{words}\n> {note}"))
    return view


def suggested(outcome: Added, say: Texts) -> str:
    """What somebody sees who suggested a question."""
    if outcome is Added.NEW:
        return say("Thank you. A host will look at your question, and may ask it in one of the next chats.")
    return say("That question is in the jar already. Thank you all the same.")


def added(question: JarQuestion, outcome: Added, say: Texts) -> str:
    """What a host sees who put a question in."""
    if outcome is Added.APPROVED:
        return say("Somebody had suggested that question; it is approved now.")
    if outcome is Added.ALREADY:
        return say("That question is in the jar already; nothing has changed. `/jar tag` gives it other tags.")
    return say("It is in the jar: {question}", question=_quoted(question)) + _tags(question)


def retagged(question: JarQuestion, say: Texts) -> str:
    """What a host sees who gave a question other tags."""
    if question.tags:
        return say("Done: {question}. Its tags: {tags}", question=_quoted(question), tags=", ".join(question.tags))
    return say("Done: {question} has no tags.", question=_quoted(question))


def rests(question: JarQuestion, say: Texts) -> str:
    """What a host sees who noted that a question was asked."""
    day = discord.utils.format_dt(question.used_at, "D") if question.used_at is not None else ""
    return say(
        "Noted: {question} was asked on {day}, and rests for half a year from then.",
        question=_quoted(question),
        day=day,
    )


def removed(question: JarQuestion, say: Texts) -> str:
    """What a host sees who took a question out."""
    return say("Taken out of the jar: {question}", question=_quoted(question))


def decided(*, done: bool, approved: bool, say: Texts) -> str:
    """What a host's yes or no did."""
    if not done:
        return say("That one was decided before, by you or another host, or its author took it back.")
    return say("Approved; it can be drawn now.") if approved else say("Declined; it is gone from the jar.")


def imported(report: Imported, say: Texts) -> str:
    """What became of a file, at most 2,000 characters."""
    new = say.plural("{count} question added", "{count} questions added", report.added)
    old = say.plural("{count} was there already", "{count} were there already", report.already)
    lines = [say("Read: {added}, {already}.", added=new, already=old) if report.already else say("{added}.", added=new)]
    if report.wrong:
        lines.append(
            say.plural("{count} line can't be used:", "{count} lines can't be used:", len(report.wrong)),
        )
    lines += [
        say("- Line {number}: {why}", number=one.line, why=sentence(one.why, say))
        for one in report.wrong[:_WRONG_SHOWN]
    ]
    if len(report.wrong) > _WRONG_SHOWN:
        lines.append(say("- and {count} more", count=len(report.wrong) - _WRONG_SHOWN))
    return "\n".join(lines)[:MAX_CONTENT]


def choice(question: JarQuestion) -> str:
    """A question in a list that one chooses from, at most 100 characters."""
    return shorten(question.text, _CHOICE)


def _heading(questions: Sequence[JarQuestion], tag: str | None, note: str, say: Texts) -> Iterator[str]:
    if note:
        yield f"> {note}"
    waiting = sum(question.state is JarState.SUGGESTED for question in questions)
    approved = say.plural("{count} question", "{count} questions", len(questions) - waiting)
    if tag is not None:
        approved = say("{questions} with the tag {tag}", questions=approved, tag=tag)
    yield say("**The jar:** {questions}. Only you see this.", questions=approved)
    if waiting:
        yield say.plural(
            "**{count} suggestion** waits for your yes or no:",
            "**{count} suggestions** wait for your yes or no:",
            waiting,
        )
    if not questions and tag is None:
        yield say(
            "It is empty. `/jar add` puts a question in, `/jar import` a whole file, and anybody may suggest one."
        )


def _paged(questions: Sequence[JarQuestion], say: Texts) -> list[list[tuple[int, JarQuestion]]]:
    """The questions with their places in the list, on as few pages as hold them; at least one page."""
    pages: list[list[tuple[int, JarQuestion]]] = [[]]
    length = 0
    for place, question in enumerate(questions, start=1):
        size = len(_entry(place, question, say)) + 1
        waiting = sum(other.state is JarState.SUGGESTED for _, other in pages[-1])
        is_full = len(pages[-1]) >= _ENTRIES or (waiting >= _SUGGESTIONS and question.state is JarState.SUGGESTED)
        if pages[-1] and (is_full or length + size > _PAGE_LENGTH):
            pages.append([])
            length = 0
        pages[-1].append((place, question))
        length += size
    return pages


def _entry(place: int, question: JarQuestion, say: Texts) -> str:
    if question.state is JarState.SUGGESTED:
        return f"**{place}.** “{escape(question.text)}”"
    about = " · ".join(_about(question, say))
    return f"**{place}.** {_quoted(question)}" + (f" {about}" if about else "")


def _about(question: JarQuestion, say: Texts) -> list[str]:
    about = []
    if question.tags:
        about.append(say("Tags: {tags}", tags=", ".join(question.tags)))
    if question.used_at is not None:
        about.append(say("Last asked on {day}", day=discord.utils.format_dt(question.used_at, "D")))
    return about


def _tags(question: JarQuestion) -> str:
    return f" ({', '.join(question.tags)})" if question.tags else ""


def _quoted(question: JarQuestion) -> str:
    return f"“{escape(shorten(question.text, _SHORT))}”"


def _decisions(place: int, spot: Spot, say: Texts) -> list[ControlButton]:
    return [
        _button("jar_yes", spot, say("Approve {number}", number=place), discord.ButtonStyle.success),
        _button("jar_no", spot, say("Decline {number}", number=place)),
    ]


def _button(
    kind: str,
    spot: Spot,
    label: str,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    chat_id: int = 0,
) -> ControlButton:
    return ControlButton(free_control_id(chat_id, Doing(kind, value_of(spot))), label, style)
