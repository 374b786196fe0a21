"""Steps of an evening that many tests take: plan a chat, let it begin, say something, look at what came of it."""

from datetime import timedelta

from bot.domain.chat import UPCOMING_STATES
from bot.rehearsal.play import answer_of, prompt_message
from bot.ui.controls import read_control

QUESTIONS = ("What are you reading?", "Where do you read?", "Who told you about it?")


def start_text(stage, minutes=20):
    """A start so many minutes ahead, as a host types it, in UTC."""
    at = stage.env.now().replace(second=0, microsecond=0) + timedelta(minutes=minutes)
    return f"{at:%Y-%m-%d %H:%M}"


async def plan(stage, *, who=None, questions=QUESTIONS, **options):
    """The host plans a chat with one command; the command's result."""
    wish = {
        "title": "Reading on the bus",
        "hashtag": "#buschat",
        "start": start_text(stage),
        "minutes": 40,
    }
    if questions is not None:
        wish["questions"] = questions if isinstance(questions, str) else " | ".join(questions)
    said = {name: value for name, value in (wish | options).items() if value is not None}
    return await (who or stage.host).slash(stage.channel, "chat plan", **said)


async def planned_chat(stage, **options):
    """A chat that was just planned."""
    result = await plan(stage, **options)
    chats = await stage.app.chats.list(stage.guild.id, UPCOMING_STATES)
    assert chats, answer_of(result)
    return max(chats, key=lambda chat: chat.id)


async def drafted_series(stage, *, who=None, **options):
    """A host begins a series with one command; the command's result, with its preview."""
    wish = {"name": "Library chat", "hashtag": "#libchat", "when": "every Thursday, 8-9 pm ET"}
    return await (who or stage.host).slash(stage.channel, "series create", **(wish | options))


async def saved_series(stage, *, who=None, **options):
    """A series that was looked at and saved."""
    result = await drafted_series(stage, who=who, **options)
    assert result.response is not None, answer_of(result)
    await (who or stage.host).click(result.response, label="Save")
    name = options.get("name", "Library chat")
    found = await stage.app.services.series.of_guild(stage.guild.id)
    return next(one for one in found if one.name == name)


async def chats_of(stage, series):
    """The chats of a series that stand planned, by start."""
    chats = await stage.app.chats.list(stage.guild.id, UPCOMING_STATES, limit=100)
    return [chat for chat in chats if chat.belonging is not None and chat.belonging.series_id == series.id]


async def reload(stage, chat):
    """The chat as the archive has it now."""
    return await stage.app.chats.get(chat.id)


async def until(stage, at, *, plus=0.0):
    """Let simulated time pass until a moment."""
    await stage.pass_time((at - stage.env.now()).total_seconds() + plus)


async def begun_chat(stage, *, asked=1, **options):
    """A chat with its thread open and so many questions asked; the chat and its thread."""
    chat = await planned_chat(stage, **options)
    await until(stage, chat.starts_at, plus=1)
    actions = await stage.app.services.planning.agenda(chat)
    due = {action.number: action.due_at for action in actions if action.kind == "ask"}
    if asked:
        await until(stage, due[asked], plus=1)
    chat = await reload(stage, chat)
    return chat, next(thread for thread in stage.channel.threads if thread.id == chat.thread_id)


async def record(stage, chat):
    """Everything archived of a chat."""
    return await stage.app.services.reading.record(chat.id)


async def said(stage, chat):
    """What is archived of a chat: the words, and the questions they stand under."""
    return [(m.text, [filing.question for filing in m.filings]) for m in (await record(stage, chat)).messages]


def posts(channel):
    """The bot's posts in a channel or thread: the keys of their controls, in order."""
    public = [message for message in channel.history() if not message.flags.ephemeral]
    # The first control of a post tells why it was posted.
    ids = [message.components[0].children[0].custom_id for message in public if message.components]
    return [custom_id.removeprefix("st:").rpartition(":")[0] for custom_id in ids if read_control(custom_id)]


def prompt(stage, chat, number):
    """The message that asked a question."""
    return prompt_in(stage.channel.threads[-1], chat, number)


def prompt_in(thread, chat, number):
    """The message that asked a question, in a thread."""
    return prompt_message(thread, chat.id, number)
