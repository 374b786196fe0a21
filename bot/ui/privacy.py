"""How a person stands with their own words, and what they can do: a private panel, and the sentences that confirm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import discord

from bot.domain.consent import Erased
from bot.domain.showing import Showing
from bot.services.person_values import HeldHere
from bot.services.privacy import Account
from bot.ui.controls import ControlButton, Doing, free_control_id, rows_of
from bot.ui.texts import Texts

# In the order of the buttons; a button's value is its place.
CHOICES = (Showing.NAMED, Showing.PSEUDONYM, Showing.LEFT_OUT)
# What the button of the panel means that stands in the panel itself, and not below a post.
IN_PLACE = 1
EVERYWHERE = 0


def panel(account: Account, say: Texts, note: str = "") -> tuple[str, discord.ui.View | None]:
    """How one stands, and what one can choose.

    Args:
        account: of the person who asks.
        say: their language.
        note: what was just done, to stand above.
    """
    lines = [note, ""] if note else []
    if account.here is not None:
        lines += [say("**Your words in this server**"), _shown(account, say)]
        if not account.held.is_left_out:
            lines.append(say("-# In Discord itself your messages stay as they are; you can edit or delete them there."))
    else:
        lines += [say("**Your words**"), *([_left_out(say)] if account.held.is_left_out else [])]
    lines += ["", *_kept(account, say)]
    choices = [] if account.here is None or account.held.is_left_out else list(_choices(account.here, say))
    data = list(_data(account, say))
    rows = [row for row in (choices, data) if row]
    return "\n".join(lines), rows_of(*rows) if rows else None


def _data(account: Account, say: Texts) -> Iterator[ControlButton]:
    held, here = account.held, account.here
    if held.servers or held.is_left_out or held.is_greeted or held.remembers_looks:
        yield _button(Doing("my_data"), say("My data"))
    is_here = here is not None and not here.is_nothing
    if is_here or not held.everywhere.is_nothing:
        guild_id = here.guild_id if here is not None and is_here else EVERYWHERE
        yield _button(Doing("erase", guild_id), say("Erase …"), discord.ButtonStyle.danger)


def _shown(account: Account, say: Texts) -> str:
    if account.held.is_left_out:
        return _left_out(say)
    match account.here.choice if account.here is not None else None:
        case Showing.NAMED:
            return say("You chose to be **named**: in this server, and on pages outside of it if a chat is published.")
        case Showing.PSEUDONYM:
            return say(
                "You chose a **pseudonym**: in digests, searches and on published pages a made-up name stands for you, "
                "the same all through a chat and another in the next."
            )
        case Showing.LEFT_OUT:
            return say(
                "You chose to be **hidden**: digests, searches and published pages show nothing that you wrote. It is "
                "still kept, so you can change your mind."
            )
        case _:
            return _usual(account, say)


def _usual(account: Account, say: Texts) -> str:
    if account.rules.showing is Showing.PSEUDONYM:
        outside = say("On pages outside of it, if a chat is published, a pseudonym stands for you.")
    else:
        outside = say("On pages outside of it, if a chat is published, you are left out.")
    return say("You haven't chosen. In this server you are **named**, as in Discord.") + " " + outside


def _left_out(say: Texts) -> str:
    return say(
        "You asked to be **left out everywhere**: nothing that you write in chats is kept. `/privacy include-me` "
        "changes that."
    )


def _kept(account: Account, say: Texts) -> list[str]:
    held, here = account.held, account.here
    lines = []
    if here is not None:
        lines.append(say("Kept of you here: {things}.", things=_things(here, say)))
    elsewhere = [one for one in held.servers if not one.is_nothing and (here is None or one.guild_id != here.guild_id)]
    if elsewhere:
        messages = say.plural("{count} message", "{count} messages", sum(one.messages for one in elsewhere))
        if here is None:
            servers = say.plural("in {count} server", "in {count} servers", len(elsewhere))
        else:
            servers = say.plural("in {count} other server", "in {count} other servers", len(elsewhere))
        lines.append(
            say("Kept of you {servers}: {messages} and what belongs to it.", servers=servers, messages=messages)
        )
    elif here is None:
        lines.append(say("Nothing that you wrote is kept."))
    if held.is_greeted:
        lines.append(say("You let digests name you as somebody to say hello to."))
    if held.remembers_looks:
        lines.append(say("You let me remember when you look at digests."))
    return lines


def _things(here: HeldHere, say: Texts) -> str:
    if here.is_nothing:
        return say("nothing")
    found = []
    if here.messages:
        messages = say.plural("{count} message", "{count} messages", here.messages)
        found.append(messages + " " + say.plural("in {count} chat", "in {count} chats", here.chats))
    if here.others:
        found.append(
            say.plural(
                "{count} other thing, such as a bookmark or a reminder",
                "{count} other things, such as bookmarks or reminders",
                here.others,
            )
        )
    return say(" and ").join(found)


def _choices(here: HeldHere, say: Texts) -> Sequence[ControlButton]:
    labels = {
        Showing.NAMED: say("Show my name"),
        Showing.PSEUDONYM: say("Show a pseudonym"),
        Showing.LEFT_OUT: say("Hide my words"),
    }
    primary, other = discord.ButtonStyle.primary, discord.ButtonStyle.secondary
    return [
        _button(
            Doing("showing", place),
            f"\u2713 {labels[choice]}" if choice is here.choice else labels[choice],
            primary if choice is here.choice else other,
        )
        for place, choice in enumerate(CHOICES)
    ]


def chosen(showing: Showing | None, *, changed: bool, say: Texts) -> str:
    """What is said once somebody has chosen."""
    if not changed:
        return say("It was like that already; nothing has changed.")
    if showing is None:
        done = say("Done: you have chosen nothing any more.")
    else:
        done = {
            Showing.NAMED: say("Done: you are named."),
            Showing.PSEUDONYM: say("Done: a pseudonym stands for you."),
            Showing.LEFT_OUT: say("Done: your words are hidden."),
        }[showing]
    return done + " " + say("It holds for all you wrote and will write here; what was posted is being put right.")


def ask_to_erase(found: HeldHere, guild_id: int, where: str, say: Texts, *, more: bool) -> tuple[str, discord.ui.View]:
    """The question before an erasure.

    Args:
        found: what would go.
        guild_id: of which server; `EVERYWHERE` for all.
        where: the server's name; empty for the one where it is asked, or for all.
        say: their language.
        more: whether something is kept in other servers too.
    """
    if guild_id == EVERYWHERE:
        heading = say("**Erase what is kept of you, everywhere?**")
        label = say("Erase it everywhere")
    elif where:
        heading = say("**Erase what is kept of you in {server}?**", server=discord.utils.escape_markdown(where))
        label = say("Erase it there")
    else:
        heading = say("**Erase what is kept of you in this server?**")
        label = say("Erase it here")
    lines = [
        heading,
        say("That is: {things}. It can't be undone.", things=_things(found, say)),
        say(
            "Words, files and your name go from the archive and everything made of it; where your messages stood, it "
            "says “withdrawn”. In Discord they stay until you delete them there."
        ),
        say(
            "What you write from then on is kept again. If nothing of yours should ever be kept, use "
            "`/privacy leave-me-out` instead. To take everything with you first, press **My data**."
        ),
    ]
    yes = _button(Doing("erase_yes", guild_id), label, discord.ButtonStyle.danger)
    buttons = [yes, _button(Doing("my_data"), say("My data")), _button(Doing("words", IN_PLACE), say("Back"))]
    if guild_id != EVERYWHERE and more:
        buttons.insert(1, _button(Doing("erase", EVERYWHERE), say("Everywhere instead …")))
    return "\n".join(lines), rows_of(buttons)


def erased(done: Erased, say: Texts) -> str:
    """What is said once it is erased."""
    if not done.messages:
        return say("Done: what was kept of you is erased.")
    taken = say.plural("your {count} message", "your {count} messages", done.messages)
    where = say.plural("in {count} chat", "in {count} chats", done.chats)
    return say(
        "Done: the words and name of {taken} {where} are erased, and all else that was kept of you with them. What was "
        "posted or published of them is being put right.",
        taken=taken,
        where=where,
    )


def given(say: Texts) -> str:
    """What stands above a person's own data."""
    return say(
        "This is everything that is kept of you, in all servers; only you see it. It is text, so any editor or browser "
        "opens it, and programs can read it too (JSON)."
    )


def _button(doing: Doing, label: str, style: discord.ButtonStyle = discord.ButtonStyle.secondary) -> ControlButton:
    return ControlButton(free_control_id(0, doing), label, style)
