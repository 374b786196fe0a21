"""The JSON archive is read chat by chat; what can't be used is refused with its line and the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, TypeVar

from pydantic import ValidationError

from bot.domain.messages import ArchivedMessage, ChatRecord
from bot.exchange.archive.converting import chat_of, message_of
from bot.exchange.archive.model import FORMAT, VERSION, ChatModel, HeaderModel, MessageModel, Part, View
from bot.exchange.archive.text import JsonText
from bot.exchange.problems import Unreadable

P = TypeVar("P", bound=Part)

_KINDS = {"extra_forbidden": "isn't known to this version of the format", "missing": "is missing"}


@dataclass(frozen=True, slots=True)
class Archive:
    """A file that is being read.

    Attributes:
        view: whose view of the chats it holds.
        records: its chats in order, each read when it is asked for; raises `Unreadable` where one can't be used.
    """

    view: View
    records: Iterator[ChatRecord]


def read_archive(stream: BinaryIO) -> Iterator[ChatRecord]:
    """The chats of a file that `write_archive` made, each read when it is asked for.

    Args:
        stream: bytes.

    Raises:
        Unreadable: it is no such file, of a newer version, cut off, or something in it is wrong; says in which line.
    """
    yield from open_archive(stream).records


def open_archive(stream: BinaryIO) -> Archive:
    """Begin to read a file.

    Args:
        stream: bytes; has to stay open until all records are read.

    Raises:
        Unreadable: it doesn't begin as such a file does, or is of a newer version.
    """
    text = JsonText(stream)
    if text.peek() != "{":
        raise text.problem("this is no archive of Shelftalk: it would begin with {")
    text.take("{")
    found: dict[str, object] = {}
    while (key := _key(text)) != "chats":
        found[key] = text.value()[0]
        if text.take(",}") == "}":
            raise _no_chats(text, found)
    header = _header(text, found)
    return Archive(header.view, _chats(text))


def _no_chats(text: JsonText, found: dict[str, object]) -> Unreadable:
    if found.get("format") != FORMAT:
        return text.problem("this is no archive of Shelftalk", 0)
    return text.problem('there are no "chats" in this file')


def _header(text: JsonText, found: dict[str, object]) -> HeaderModel:
    if found.get("format") != FORMAT:
        raise text.problem(f'this is no archive of Shelftalk: "format" would be "{FORMAT}" and stand before the chats')
    version = found.get("version")
    if isinstance(version, int) and not isinstance(version, bool) and version > VERSION:
        why = f"the file is of version {version} of the format, and this Shelftalk knows version {VERSION}"
        raise text.problem(why, advice="Bring Shelftalk up to date, then try again.")
    try:
        return HeaderModel.model_validate(found, strict=False)
    except ValidationError as error:
        raise text.problem(_reason(error)) from None


def _chats(text: JsonText) -> Iterator[ChatRecord]:
    seen: set[int] = set()
    numbers: set[int] = set()
    for _ in _items(text):
        text.take("{")
        _expect(text, "chat")
        mark = text.mark()
        chat = chat_of(_part(text, ChatModel))
        if chat.id in numbers:
            raise text.problem(f"the chat {chat.id} stands in the file twice", mark)
        numbers.add(chat.id)
        text.take(",")
        _expect(text, "messages")
        messages = tuple(_message(text, seen) for _ in _items(text))
        text.take("}")
        yield ChatRecord(chat, messages)
    text.take("}")
    if text.peek():
        raise text.problem("something stands behind the end of the archive")


def _message(text: JsonText, seen: set[int]) -> ArchivedMessage:
    mark = text.mark()
    message = message_of(_part(text, MessageModel))
    if message.id in seen:
        raise text.problem(f"the message {message.id} stands in the file twice", mark)
    seen.add(message.id)
    return message


def _items(text: JsonText) -> Iterator[None]:
    """Stand before each item of a list; whoever asks takes it before the next one."""
    text.take("[")
    if text.peek() == "]":
        text.take("]")
        return
    while True:
        yield
        if text.take(",]") == "]":
            return


def _key(text: JsonText) -> str:
    if text.peek() not in {'"', ""}:
        raise text.problem("a name in quotation marks should stand here")
    key, _ = text.value()
    text.take(":")
    return str(key)


def _expect(text: JsonText, name: str) -> None:
    mark = text.mark()
    found = _key(text)
    if found != name:
        raise text.problem(f'"{found}" stands where "{name}" should', mark)


def _part(text: JsonText, kind: type[P]) -> P:
    mark = text.mark()
    _, source = text.value()
    try:
        return kind.model_validate_json(source)
    except ValidationError as error:
        raise text.problem(_reason(error), mark) from None


def _reason(error: ValidationError) -> str:
    """What is wrong first, without the value, which may be somebody's words."""
    first = error.errors(include_url=False, include_input=False)[0]
    name = ".".join(str(step) for step in first["loc"])
    said = "can't be read ({})".format(str(first["msg"]).removeprefix("Value error, "))
    return f'"{name}" {_KINDS.get(first["type"], said)}' if name else f"it {said}"
