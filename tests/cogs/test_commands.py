"""One walk over every command there is: a description, permissions, and a run as a permitted and a forbidden user."""

import discord
import pytest
from discord import app_commands

from bot.rehearsal.play import answer_of
from tests.support import evening

# Each command with the options to run it with, and the words in which somebody without the right is refused;
# None for commands that are open to everyone.
COMMANDS = {
    "chat plan": ({"title": "T", "hashtag": "t", "start": "2026-02-01 20:00", "questions": "A? | B?"}, "Only hosts"),
    "chat show": ({"number": 1}, "Only hosts"),
    "chat cancel": ({"number": 1}, "Only hosts"),
    "chat edit": ({"number": 1, "title": "Another"}, "Only hosts"),
    "chat questions": ({"number": 1, "questions": "A? | B?"}, "Only hosts"),
    "chat invite": ({"number": 1}, "Only hosts"),
    "chat disinvite": ({"number": 1}, "Only hosts"),
    "series create": ({"name": "S", "hashtag": "s", "when": "every Thursday 8 pm ET"}, "Only hosts"),
    "series edit": ({"series": "Weekly", "minutes": 45}, "Only hosts"),
    "series show": ({"series": "Weekly"}, None),
    "series list": ({}, None),
    "series pause": ({"series": "Weekly"}, "Only hosts"),
    "series resume": ({"series": "Weekly"}, "Only hosts"),
    "series delete": ({"series": "Weekly"}, "Only hosts"),
    "calendar": ({}, None),
    "host desk": ({}, "Only hosts"),
    "host next": ({}, "Only hosts"),
    "host hold": ({}, "Only hosts"),
    "host resume": ({}, "Only hosts"),
    "host later": ({}, "Only hosts"),
    "host skip": ({}, "Only hosts"),
    "host ask": ({"question": "Why?"}, "Only hosts"),
    "host edit": ({"question": "Why not?"}, "Only hosts"),
    "host wrap-up": ({}, "Only hosts"),
    "host end": ({}, "Only hosts"),
    "privacy withdraw": ({"message": "123456789012345678"}, None),
    "answer": ({"text": "A timetable"}, None),
    "roundup post": ({}, "Only hosts"),
    "roundup stop": ({}, "Only hosts"),
    "roundup send-me": ({}, None),
    "saved": ({}, None),
    "jar suggest": ({"question": "Why?"}, None),
    "jar add": ({"question": "Why?", "tags": "short"}, "Only hosts"),
    "jar list": ({}, "Only hosts"),
    "jar draw": ({}, "Only hosts"),
    "jar tag": ({"question": "1", "tags": "short"}, "Only hosts"),
    "jar used": ({"question": "1"}, "Only hosts"),
    "jar remove": ({"question": "1"}, "Only hosts"),
    "jar import": ({"file": ("jar.csv", b"Why?\n")}, "Only hosts"),
    "jar export": ({}, "Only hosts"),
    "digest": ({}, None),
    "chats": ({}, None),
    "export": ({}, "Only hosts"),
    "search": ({"words": "timetable"}, None),
    "help": ({}, None),
    "privacy show": ({}, None),
    "privacy choose": ({"how": "pseudonym"}, None),
    "privacy export": ({}, None),
    "privacy erase": ({}, None),
    "publish show": ({}, "Only hosts"),
    "publish server": ({"chats": "yes"}, "Only hosts"),
    "publish chat": ({"chat": 1, "how": "yes"}, "Only hosts"),
    "privacy leave-me-out": ({}, None),
    "privacy include-me": ({}, None),
    "privacy greet-me": ({}, None),
    "privacy remember-looks": ({}, None),
    "privacy forget-looks": ({}, None),
}


def leaves(stage):
    return {
        command.qualified_name: command
        for command in stage.app.bot.tree.walk_commands()
        if isinstance(command, app_commands.Command)
    }


async def test_the_list_above_has_every_command(stage):
    assert set(leaves(stage)) == set(COMMANDS)


async def test_each_command_and_option_says_what_it_is_for(stage):
    for command in leaves(stage).values():
        assert 10 <= len(command.description) <= 100
        assert command.description[-1] not in ".…"
        for option in command.parameters:
            assert 5 <= len(option.description) <= 100, f"{command.qualified_name} {option.name}"


async def test_commands_about_chats_are_offered_in_servers_only(stage):
    for name, command in leaves(stage).items():
        root = command.root_parent or command
        # Discord asks the outermost command only.
        assert root.guild_only is not name.startswith("privacy")


async def prepared(stage, name):
    """What a command needs to be there, and its options."""
    await evening.plan(stage)
    if name.startswith("series"):
        await evening.saved_series(stage, name="Weekly")
    options, words = COMMANDS[name]
    return options | ({"guest": stage.person("Ana")} if "invite" in name else {}), words


@pytest.mark.parametrize("name", COMMANDS)
async def test_a_permitted_person_is_answered_in_private(stage, name):
    options, _ = await prepared(stage, name)
    result = await stage.host.slash(stage.channel, name, **options)
    assert result.acknowledged
    assert result.ephemeral
    assert "Only hosts" not in answer_of(result)
    assert "incident" not in answer_of(result)


@pytest.mark.parametrize("name", COMMANDS)
async def test_a_person_without_the_right_is_refused_in_private_and_nothing_happens(stage, name):
    options, words = await prepared(stage, name)
    before = evening.posts(stage.channel)
    result = await stage.newcomer.slash(stage.channel, name, **options)
    assert result.ephemeral
    assert evening.posts(stage.channel) == before
    if words is None:
        assert "Only hosts" not in answer_of(result)
    else:
        assert words in answer_of(result)


async def test_commands_are_registered_only_when_they_changed(stage, settings):
    def registrations():
        return sum(r.method == "PUT" and r.path.endswith("/commands") for r in stage.env.http_requests)

    assert registrations() == 1
    await stage.restart(settings)
    assert registrations() == 1
    stage.env.backend.commands.clear()
    await stage.restart(settings)
    assert registrations() == 2


async def test_the_bot_asks_for_the_least_intents(stage):
    wanted = {name for name, on in stage.app.bot.intents if on}
    seen = {"guild_messages", "message_content", "guild_reactions", "guild_polls"}
    assert wanted == {"guilds", "guild_scheduled_events", *seen}


async def test_an_unforeseen_error_gets_an_incident_and_no_traceback(stage, caplog):
    chat = await evening.planned_chat(stage)
    stage.app.services.reading._chats = None
    result = await stage.newcomer.slash(stage.channel, "digest", chat=chat.id)
    text = answer_of(result)
    assert result.ephemeral
    number = text.split("`")[1]
    assert f"incident {number}" in caplog.text
    assert "AttributeError" in caplog.text
    assert "Traceback" not in text
    assert "AttributeError" not in text
    caplog.clear()


async def test_a_listener_that_fails_is_logged_with_an_incident(stage, caplog):
    _, thread = await evening.begun_chat(stage)
    stage.app.services.archiving._archive = None
    await stage.person("Ana").send(thread, "A1: hello")
    assert "on_message failed" in caplog.text
    assert "incident" in caplog.text
    assert [type(error) for error in stage.env.errors] == [AttributeError]
    caplog.clear()


async def test_what_the_bot_may_do_is_what_the_invite_link_asks_for():
    from bot.platform.permissions import NEEDED, WELCOME, invite_permissions

    granted = invite_permissions()
    assert all(getattr(granted, name) for name in (*NEEDED, *WELCOME))
    assert granted.value.bit_count() == len(NEEDED + WELCOME)
    assert not invite_permissions().value & discord.Permissions(administrator=True, manage_messages=True).value
