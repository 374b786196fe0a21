"""Tweets come in whichever way they were kept; their numbers, names and addresses are put right."""

import io
import json

import pytest

from bot.domain.handles import named_in, number_of
from bot.exchange.foreign import Tally, Why
from bot.exchange.foreign.tags import read_tags
from bot.exchange.foreign.tweet_lines import read_tweet_lines
from bot.exchange.foreign.tweets import moved
from bot.exchange.problems import Unreadable
from tests.support.foreign_files import NOW, sheet, short_tweets, tweet

ID = 574_000_000_000_000_001


def read(text, *, salvage=False, tally=None):
    return read_tweet_lines(io.BytesIO(text.encode()), "chat", NOW, tally or Tally(), salvage=salvage)


def table(text, tally=None):
    data = text if isinstance(text, bytes) else text.encode()
    return read_tags(io.BytesIO(data), "chat", NOW, tally or Tally())


def first(**changes):
    """A tweet of Twitter's first interface."""
    made = {
        "id": ID,
        "id_str": str(ID),
        "created_at": "Tue Mar 03 20:01:00 +0000 2026",
        "full_text": "Hello",
        "user": {"id_str": "9", "screen_name": "Ade_Reads", "name": "Ade"},
        "entities": {"urls": []},
    }
    return json.dumps({**made, **changes})


def row(**changes):
    made = {
        "id_str": str(ID),
        "from_user": "ade_reads",
        "text": "Hello #shelfchat",
        "created_at": "Tue Mar 03 20:01:00 +0000 2026",
        "status_url": f"http://twitter.com/ade_reads/statuses/{ID}",
    }
    return {**made, **changes}


def test_a_person_has_the_same_number_in_every_file_and_no_account_of_discord_has_it():
    (one,) = read(first()).messages
    (other,) = table(sheet(row(from_user="ADE_reads"))).messages
    assert one.author_id == other.author_id == number_of("ade_reads")
    assert -(1 << 58) < one.author_id < -(1 << 57)
    assert list(named_in("hi @Ade_Reads, and me@example.org")) == [one.author_id]


def test_a_tweets_number_is_moved_below_discords_in_the_same_order():
    (message,) = read(first(in_reply_to_status_id_str=str(ID - 5))).messages
    assert (message.id, message.reply_to_id) == (moved(ID), moved(ID - 5))
    assert message.id < 0


def test_short_addresses_become_whole_and_signs_become_plain():
    urls = [{"url": "https://t.co/abc", "expanded_url": "https://example.org/shelf?a=1"}]
    (message,) = read(first(full_text="A&amp;B &lt;3 https://t.co/abc", entities={"urls": urls})).messages
    assert message.text == "A&B <3 https://example.org/shelf?a=1"
    (plain,) = read(first(full_text="we write &amp;lt;")).messages
    assert plain.text == "we write &lt;"


def test_pictures_and_likes_come_along():
    media = [{"id_str": "88", "media_url_https": "https://pics.example.org/x.jpg", "ext_alt_text": "A shelf"}]
    (message,) = read(first(favorite_count=4, extended_entities={"media": media})).messages
    assert message.reactions == (("\u2764\ufe0f", 4),)
    assert [(f.filename, f.description, f.id) for f in message.attachments] == [("x.jpg", "A shelf", moved(88))]


def test_longer_tweets_of_the_first_interface_are_whole():
    longer = {"full_text": "all of it", "entities": {}}
    (message,) = read(first(text="all of …", full_text=None, extended_tweet=longer)).messages
    assert message.text == "all of it"


def test_retweets_are_left_out_however_they_are_told():
    tally = Tally()
    page = {"id": "3", "text": "RT", "author_id": "9", "referenced_tweets": [{"type": "retweeted", "id": "1"}]}
    lines = [first(), first(id_str="2", retweeted_status={"id": 1}), json.dumps(page), first(full_text="RT @bo: hi")]
    assert len(read("\n".join(lines), tally=tally).messages) == 1
    assert tally.counts == {Why.RETWEET: 3}


def test_a_page_of_the_second_interface_brings_its_people_and_pictures():
    page = {
        "data": [
            {
                "id": str(ID),
                "text": "See https://t.co/x",
                "author_id": "9",
                "created_at": "2026-03-03T20:01:00.000Z",
                "referenced_tweets": [{"type": "replied_to", "id": str(ID - 9)}],
                "entities": {"urls": [{"url": "https://t.co/x", "expanded_url": "https://example.org/"}]},
                "attachments": {"media_keys": ["3_77"]},
                "public_metrics": {"like_count": 2},
            }
        ],
        "includes": {
            "users": [{"id": "9", "username": "ade_reads", "name": "Ade"}],
            "media": [{"media_key": "3_77", "type": "photo", "url": "https://pics.example.org/y.png"}],
        },
        "meta": {"result_count": 1},
    }
    (message,) = read(json.dumps(page) + "\n" + json.dumps({"meta": {"result_count": 0}})).messages
    assert (message.author_name, message.text, message.reply_to_id) == (
        "ade_reads",
        "See https://example.org/",
        moved(ID - 9),
    )
    assert message.attachments[0].filename == "y.png"
    assert message.reactions[0][1] == 2


def test_a_flattened_tweet_carries_its_author():
    flat = {"id": str(ID), "text": "Hi", "author_id": "9", "author": {"username": "ade_reads"}}
    (message,) = read(json.dumps(flat)).messages
    assert message.author_name == "ade_reads"
    # Without a time of its own, its number tells it.
    assert message.posted_at.year == 2015


def test_short_tweets_of_one_minute_stay_in_order_and_have_the_same_numbers_again():
    lines = [tweet("m2", 1, "bo", "second"), tweet("m1", 1, "ade", "third"), tweet("m0", 0, "ade", "first", None)]
    heading = {"chat": "shelfchat_1", "hosts": ["ade"], "questions": [{"number": 1, "id": "m0"}]}
    place = read(short_tweets(*lines, heading=heading))
    assert [m.text for m in sorted(place.messages, key=lambda m: m.id)] == ["first", "second", "third"]
    assert (place.is_chat, place.key, place.hosts) == (True, "twitter:shelfchat_1", (number_of("ade"),))
    assert place.prompts == ((1, min(m.id for m in place.messages)),)
    longer = read(short_tweets(*lines, tweet("m9", 9, "bo", "later"), heading=heading))
    assert {m.id for m in place.messages} < {m.id for m in longer.messages}


def test_a_broken_line_is_told_and_what_stands_before_it_can_be_salvaged():
    text = short_tweets(tweet(1, 1, "ade", "one"), tweet(2, 2, "bo", "two"))
    cut = text[:-30]
    with pytest.raises(Unreadable) as refused:
        read(cut)
    assert refused.value.line == 2
    assert "cut off; there are 1 whole message before it" in refused.value.why
    assert len(read(cut, salvage=True).messages) == 1


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("not json", 1, "isn't JSON"),
        ("[1, 2]", 1, "isn't a JSON object"),
        (short_tweets(tweet(1, 1, "a", "b")) + '{"a": ' + "[" * 100_000, 2, "nested"),
        (short_tweets(tweet(1, 1, "a", "b")) + '{"a": ' + "9" * 5_000 + "}", 2, "too long"),
        ("\n\n", 0, "no tweets"),
        ('{"chat": "x", "hosts": []}', 0, "no tweets"),
        ("x" * (9 << 20), 1, "longer than 8 MB"),
    ],
)
def test_what_is_no_such_file_is_refused(text, line, says):
    with pytest.raises(Unreadable, match=says) as refused:
        read(text)
    assert refused.value.line == line


def test_the_line_and_the_byte_that_are_not_utf8_are_named():
    with pytest.raises(Unreadable, match="Line 2: byte 4 of this line isn't UTF-8"):
        read_tweet_lines(io.BytesIO(b"\nabc\xff\n"), "x", NOW, Tally(), salvage=False)


def test_a_sheet_is_read_whatever_its_order_and_separator():
    rows = [row(id_str=str(ID + n), text=f"Tweet {n}, with\na second line") for n in (3, 1, 2)]
    comma, tab = sheet(*rows), sheet(*rows).replace(",", "\t")
    place = table(comma)
    assert sorted(m.id for m in place.messages) == [moved(ID + n) for n in (1, 2, 3)]
    assert len(table(tab.replace("\twith", " with")).messages) == 3
    assert len(table("\ufeff" + comma).messages) == 3


def test_a_number_that_a_spreadsheet_rounded_is_taken_from_the_address():
    tally = Tally()
    rows = [row(id_str="5.74E+17"), row(id_str="5.74E+17", status_url=""), row(id_str="", status_url="")]
    (message,) = table(sheet(*rows), tally).messages
    assert message.id == moved(ID)
    assert tally.counts == {Why.ROUNDED: 1, Why.NO_ID: 1}
    assert tally.lines == {Why.ROUNDED: 3, Why.NO_ID: 4}


def test_a_sheets_entities_make_addresses_whole_unless_they_were_cut():
    entities = json.dumps({"urls": [{"url": "https://t.co/q", "expanded_url": "https://example.org/q"}]})
    text = "see https://t.co/q"
    assert table(sheet(row(text=text, entities_str=entities))).messages[0].text == "see https://example.org/q"
    assert table(sheet(row(text=text, entities_str=entities[:30]))).messages[0].text == text


def test_missing_columns_are_named_and_what_is_expected_shown():
    with pytest.raises(Unreadable) as refused:
        table("id_str,user,text\n1,a,b\n")
    assert refused.value.line == 1
    assert 'columns "from_user", "created_at" are missing' in refused.value.what
    assert "id_str, from_user, text, created_at" in refused.value.advice


def test_a_time_that_cannot_be_read_is_told_by_the_number_and_one_ahead_is_passed_over():
    tally = Tally()
    early = table(sheet(row(created_at="03/03/2026 20:01")), tally).messages[0]
    assert early.posted_at.year == 2015
    table(sheet(row(), row(id_str=str(ID + 1), created_at="Tue Mar 03 20:01:00 +0000 2099")), tally)
    assert tally.counts == {Why.WRONG_TIME: 1}
