"""How to take part, read along, or be left out, on one screen."""

from __future__ import annotations

from bot.domain.anonymity import Given
from bot.ui.texts import Texts


def how_to_take_part(say: Texts, *, reads_text: bool = True) -> str:
    """What the button and the command show to one person.

    Args:
        say: their language.
        reads_text: whether the bot can read what people write in the thread.
    """
    if reads_text:
        taking_part = say(
            "**Taking part** Write in the chat's thread. Begin an answer with its question's number: “A2: …”. "
            "A reply to the question works, and so does the Answer button below it. Late is fine. If you can't write "
            "in the thread, the button and `/answer` post for you."
        )
    else:
        taking_part = say(
            "**Taking part** Press the Answer button below a question, or type `/answer`: I post it in the thread for "
            "you. I can't read what you write there yourself, except a reply to a question or a message that mentions "
            "me. Late is fine."
        )
    return "\n".join(
        [
            taking_part,
            say(
                "**Reading along** Nobody has to write. `/digest` shows you in private what was said so far, or "
                "last time, and `/search` finds it; `/chats` shows what is coming, in your own time, and `/calendar` "
                "puts it into your calendar."
            ),
            say(
                "**A message of yours** Press and hold it (or right-click), then Apps: *File under …* puts it under "
                "its question, *Withdraw* takes it back, and *Save* keeps anybody's for yourself (`/saved`)."
            ),
            say(
                "**Your words** Only what is said in a chat's own thread is archived, with the name you go by. "
                "Delete a message and its words are gone from the archive too. `/privacy show` tells how you stand and "
                "lets you choose: by name, by a pseudonym, hidden, or erased."
            ),
            say(
                "**Hosting** `/chat plan` plans a chat, `/series create` one that comes back; `/host desk` runs the "
                "hour. Everybody may suggest a question: `/jar suggest`."
            ),
        ]
    )


def left_out(messages: int, chats: int, say: Texts) -> str:
    """What a person sees after asking to be left out."""
    if not messages:
        return say(
            "You are left out from now on: what you write in chats isn't archived. There was nothing of yours yet."
        )
    taken = say.plural("your {count} message", "your {count} messages", messages)
    where = say.plural("in {count} chat", "in {count} chats", chats)
    return say(
        "Done. The words and name of {taken} {where} are gone from the archive, and you are left out from now on. "
        "Your messages in Discord are yours: delete them there if you wish. `/privacy include-me` changes this for "
        "what you write later.",
        taken=taken,
        where=where,
    )


def included(*, was_left_out: bool, say: Texts) -> str:
    """What a person sees after asking to be included again."""
    if was_left_out:
        return say("From now on what you write in chats is archived again. What was erased stays erased.")
    return say("You were not left out; nothing has changed.")


def given_anonymously(given: Given, number: int, say: Texts) -> str:
    """What somebody sees who answered without a name."""
    match given:
        case Given.WAITING:
            return say(
                "Thank you. Your answer to Q{number} waits for a host, who doesn't see your name. Until it is posted "
                "you can change it: press the button again.",
                number=number,
            )
        case Given.REPLACED:
            return say("Your answer to Q{number} has its new words, and waits for a host.", number=number)
        case Given.ON_ITS_WAY:
            return say("Thank you. Your answer to Q{number} is on its way, without your name.", number=number)
        case Given.CHANGED:
            return say("Your answer to Q{number} has its new words.", number=number)


def looks(*, on: bool, changed: bool, say: Texts) -> str:
    """What a reader sees after switching on or off that looks are remembered."""
    if on:
        return say(
            "From now on I remember when you last looked at each chat's digest, and `/digest since: my last look` "
            "shows what is new. Nobody else can see it. `/privacy forget-looks` forgets it all."
        )
    if changed:
        return say("Forgotten. I don't remember any more when you look.")
    return say("There was nothing to forget: I don't remember when you look.")


def greeted(*, on: bool, say: Texts) -> str:
    """What somebody sees after agreeing to be greeted, or no more."""
    if on:
        return say(
            "In the first chat that you write in, its digest names you as somebody to say hello to. "
            "`/privacy greet-me yes: False` takes that back."
        )
    return say("Digests don't name you as somebody to say hello to.")
