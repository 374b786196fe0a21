"""DiscordChatExporter's files become places with messages, of any version; what is broken is told with its line."""

import io
import json

import pytest

from bot.domain.errors import SetupProblem
from bot.exchange.foreign import Tally, Why
from bot.exchange.foreign.chat_exporter import read_chat_exporter
from bot.exchange.problems import Unreadable
from tests.support.foreign_files import ADE, BO, CHANNEL, HOST, NOW, SERVER, THREAD, evening, export, said, snowflake


def read(text, *, salvage=False, tally=None):
    data = text if isinstance(text, bytes) else text.encode()
    return read_chat_exporter(io.BytesIO(data), NOW, tally or Tally(), salvage=salvage)


def only(**changes):
    (message,) = read(export([{**said(1, ADE, "Hello"), **changes}])).messages
    return message


def test_a_thread_stands_in_its_channel():
    place = read(export(evening()))
    assert (place.guild_id, place.channel_id, place.thread_id, place.is_chat) == (SERVER, CHANNEL, THREAD, True)
    assert len(place.messages) == 8
    first = place.messages[0]
    assert (first.author_id, first.author_name, first.text) == (HOST, "Maren", "Welcome, everybody! Who is here?")
    assert first.posted_at.isoformat() == "2026-03-03T20:00:00+00:00"


def test_a_channel_is_its_own_place():
    place = read(export(evening(), kind="GuildTextChat"))
    assert (place.channel_id, place.thread_id, place.is_chat) == (CHANNEL, CHANNEL, False)


@pytest.mark.parametrize("indent", [None, 2])
def test_a_mark_at_the_beginning_and_other_line_ends_change_nothing(indent):
    text = export(evening(), indent=indent).replace("\n", "\r\n")
    assert read("\ufeff" + text).messages == read(export(evening())).messages


def test_times_with_an_offset_and_seven_digits_are_utc():
    message = only(timestamp="2026-03-03T15:01:00.1234567-05:00", timestampEdited="2026-03-03T22:01:00+01:00")
    assert message.posted_at.isoformat() == "2026-03-03T20:01:00.123456+00:00"
    assert message.edited_at.isoformat() == "2026-03-03T21:01:00+00:00"


def test_mentions_get_their_numbers_back_whether_they_were_spelled_out_or_not():
    mentions = [
        {"id": str(BO), "name": "bo", "nickname": "Bo Lind"},
        {"id": str(ADE), "name": "ade", "nickname": "Ade"},
    ]
    assert only(content="ask @Bo Lind or @Ade", mentions=mentions).text == f"ask <@{BO}> or <@{ADE}>"
    assert only(content=f"ask <@{BO}>", mentions=mentions).text == f"ask <@{BO}>"
    assert only(content="see @somebody").text == "see @somebody"


def test_replies_reactions_files_stickers_previews_and_pins_come_along():
    message = only(
        type="Reply",
        reference={"messageId": "55", "channelId": str(THREAD), "guildId": str(SERVER)},
        isPinned=True,
        reactions=[
            {"emoji": {"id": "", "name": "\U0001f4da", "code": "books", "isAnimated": False}, "count": 3, "users": []},
            {"emoji": {"id": "99", "name": "owl", "code": "owl", "isAnimated": True}, "count": 2},
        ],
        attachments=[
            {"id": "61", "url": "https://cdn.example.org/map.png", "fileName": "map.png", "fileSizeBytes": 12},
            {"id": "62", "url": "files/list.pdf", "fileName": "list.pdf", "fileSizeBytes": 9},
        ],
        stickers=[{"id": "71", "name": "Owl waves", "format": "Png", "sourceUrl": "https://example.org"}],
        embeds=[{"title": "A list", "url": "https://example.org/list", "description": "Of books", "fields": []}],
    )
    assert message.reply_to_id == 55
    assert message.reactions == (("\U0001f4da", 3), ("<a:owl:99>", 2))
    assert [(f.id, f.filename, f.url, f.size) for f in message.attachments] == [
        (61, "map.png", "https://cdn.example.org/map.png", 12),
        (62, "list.pdf", "", 9),
    ]
    assert message.extras.stickers == ("Owl waves",)
    assert (message.extras.embeds[0].title, message.extras.embeds[0].url) == ("A list", "https://example.org/list")
    assert message.extras.pinned


def test_what_was_forwarded_is_what_the_message_says():
    forwarded = {"timestamp": "2026-03-03T19:00:00+00:00", "content": "the list is up", "attachments": [], "embeds": []}
    reference = {"type": "Forward", "messageId": "5", "channelId": "6", "guildId": "7"}
    message = only(content="", forwardedMessage=forwarded, reference=reference)
    assert (message.text, message.reply_to_id) == ("the list is up", None)


def test_bots_are_machines_and_each_name_of_a_webhook_is_somebody():
    def author(**changes):
        return {"id": "900", "name": "Relay", "discriminator": "0000", "isBot": True, **changes}

    bot = only(author=author(discriminator="1234"))
    one, other = only(author=author(name="Kim")), only(author=author(name="Lou"))
    assert (bot.author_id, bot.by_machine) == (900, True)
    assert one.author_id < 0 > other.author_id != one.author_id


def test_an_old_export_that_knew_less_is_read_too():
    bare = {
        "id": "5",
        "type": "Default",
        "timestamp": "2019-05-01T10:00:00+00:00",
        "content": "hi",
        "author": {"id": "8"},
    }
    (message,) = read(json.dumps({"guild": {"id": "1"}, "channel": {"id": "2"}, "messages": [bare]})).messages
    assert (message.author_name, message.attachments, message.reactions, message.edited_at) == ("8", (), (), None)


def test_what_is_no_speech_or_cannot_be_is_passed_over_and_counted():
    tally = Tally()
    odd = [
        said(1, ADE, "Joined the server.", type="GuildMemberJoin"),
        said(2, ADE, "", type="21"),
        said(3, ADE, "no id", id="x"),
        said(4, ADE, "too big", id=str(1 << 63)),
        said(5, ADE, "when?", timestamp="yesterday"),
        said(6, ADE, "tomorrow", timestamp="2031-01-01T00:00:00+00:00"),
        {**said(7, ADE, "nobody"), "author": {}},
        "not a message",
        said(8, ADE, "fine"),
    ]
    place = read(export(odd), tally=tally)
    assert [message.text for message in place.messages] == ["fine"]
    assert tally.counts == {
        Why.SYSTEM: 2,
        Why.NO_ID: 2,
        Why.NO_TIME: 1,
        Why.WRONG_TIME: 1,
        Why.NO_AUTHOR: 1,
        Why.NO_MESSAGE: 1,
    }
    lines = export(odd).split("\n")
    assert lines[tally.lines[Why.NO_TIME] - 1] == "    {"
    assert "when?" in "".join(lines[tally.lines[Why.NO_TIME] - 1 : tally.lines[Why.NO_TIME] + 9])


def test_signs_that_no_text_has_become_one_that_may_be_seen():
    (message,) = read(export([said(1, ADE, "a?b!")]).replace("a?b!", "a\\u0000b\\ud83d")).messages
    assert message.text == "a\ufffdb\ufffd"


def test_a_count_that_does_not_fit_is_noted():
    tally = Tally()
    read(export(evening(), messageCount=9), tally=tally)
    assert tally.notes == ["The file says that it has 9 messages, and it has 8."]


def test_a_cut_file_is_refused_with_its_line_and_how_much_is_whole():
    text = export(evening())
    cut = text[: text.index("cookery, for")]
    with pytest.raises(Unreadable) as refused:
        read(cut)
    assert refused.value.line == cut.count("\n") + 1
    assert "6 whole messages" in refused.value.what
    assert "--salvage" in refused.value.advice


def test_a_cut_file_can_be_salvaged():
    text, tally = export(evening()), Tally()
    place = read(text[: text.index("cookery, for")], salvage=True, tally=tally)
    assert len(place.messages) == 6
    assert "broken in line" in tally.notes[0]


@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.5, 0.77, 0.9, 0.999])
def test_wherever_a_file_is_cut_it_is_refused_in_a_sentence(share):
    text = export(evening())
    with pytest.raises(Unreadable) as refused:
        read(text[: int(len(text) * share)].rstrip())
    assert str(refused.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[" * 100_000, "should"),
        ('{"guild": ' + "[" * 100_000, "nested"),
        ('{"guild": {"id": "1"}, "messages": []}', "server and channel"),
        ("{}", "no messages"),
        (export(evening()) + "x", "behind the end"),
        (export(evening()).encode().replace(b"harbour", b"har\xffbour"), "UTF-8"),
        (export(evening()).replace('"isPinned": false,', '"isPinned": maybe,', 1), "isn't JSON"),
    ],
)
def test_what_is_no_such_file_is_refused(text, says):
    with pytest.raises(SetupProblem, match=says):
        read(text)


def test_a_private_conversation_is_nobody_elses():
    with pytest.raises(SetupProblem, match="private conversation"):
        read(export(evening(), kind="DirectTextChat"))
    with pytest.raises(SetupProblem, match="private conversation"):
        read(export(evening(), guild={"id": "0", "name": "Direct Messages"}))


def test_snowflakes_of_the_samples_grow_with_time():
    ids = [message.id for message in read(export(evening())).messages]
    assert ids == sorted(ids)
    assert ids[0] == snowflake(NOW.replace(month=3, day=3, hour=20), HOST % 7)
