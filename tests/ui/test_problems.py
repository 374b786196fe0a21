"""Whatever is refused, the person reads one kind sentence that says what to do."""

from datetime import datetime, timedelta

import pytest

from bot.domain.chat import MAX_MINUTES, ChatState
from bot.domain.errors import BadInput, MissingPermissions, Problem, Refusal, TryLater
from bot.domain.run import Event
from bot.domain.series import SeriesState
from bot.domain.when import check_zone
from bot.ui.problems import incident, missing_permissions, sentence
from bot.ui.texts import Texts
from tests.domain.making import NOW, START, a_chat

SAY = Texts()
LONG = "W" * 100
WALL = datetime(2027, 3, 14, 2, 30)  # noqa: DTZ001 - a wall clock has no zone

WORDS = ["every blursday", LONG]
SCHEDULES = {
    Problem.SCHEDULE_EMPTY: ({}, "For example: “every Thursday"),
    Problem.SCHEDULE_TOO_LONG: ({"length": 6000, "limit": 500}, "6000 characters; I read up to 500"),
    Problem.SCHEDULE_NOT_UNDERSTOOD: ({}, "I don't understand “every blursday”, “WWW"),
    Problem.SCHEDULE_NO_DAY: ({}, "no day in “every blursday”"),
    Problem.SCHEDULE_WHICH_WEEK: ({"weekday": 3}, "Which Thursday of the month"),
    Problem.SCHEDULE_DAYS_CONTRADICT: ({}, "contradict each other"),
    Problem.SCHEDULE_BEATS_CONTRADICT: ({}, "how often in two ways"),
    Problem.SCHEDULE_ZONES_DISAGREE: ({}, "not the same moment"),
    Problem.SCHEDULE_TIME_IMPOSSIBLE: ({}, "no time of day"),
    Problem.SCHEDULE_DATE_IMPOSSIBLE: ({"words": ["31 February"]}, "No year has a “31 February”"),
    Problem.SCHEDULE_WRONG_WEEKDAY: ({"date": WALL.date(), "weekday": 2}, "14 March 2027 is a Sunday, not a Wednesday"),
    Problem.SCHEDULE_TOO_OFTEN: ({}, "is too often"),
    Problem.SCHEDULE_NEVER: ({}, "no date fits it"),
    Problem.SCHEDULE_END_BEFORE_START: (
        {"start": WALL.date(), "end": WALL.date() - timedelta(days=1)},
        "end on 13 March 2027, before it starts on 14 March 2027",
    ),
    Problem.SCHEDULE_TIMES_BACKWARDS: ({"words": ["9 pm-8 pm"]}, "In “9 pm-8 pm” the end comes before the start"),
    Problem.SCHEDULE_TOO_LONG_CHAT: ({"minutes": 10**9, "most": 44640}, "1 to 44640 minutes"),
    Problem.RRULE_UNREADABLE: ({}, "I can't read “every blursday”"),
    Problem.RRULE_COUNT_AND_UNTIL: ({}, "Leave one of them out"),
    Problem.CALENDAR_UNKNOWN: ({"calendar": "Germny", "suggestions": ["Germany (DE)"]}, "Did you mean Germany (DE)?"),
    Problem.CALENDAR_REGION_UNKNOWN: (
        {"calendar": "US", "words": ["ZZ"], "suggestions": ["US-AZ"]},
        "“ZZ”. Did you mean US-AZ?",
    ),
}

PLANS = {
    Problem.ANNOUNCEMENTS_UNREADABLE: ({"typed": LONG}, "as a time before the start"),
    Problem.ANNOUNCEMENTS_TOO_EARLY: ({"days": 60}, "up to 60 days before"),
    Problem.ANNOUNCEMENTS_TOO_MANY: ({"count": 9, "most": 6}, "up to 6 times; you named 9"),
    Problem.PACE_UNREADABLE: ({"typed": LONG}, "as a pace. Write `evenly`"),
    Problem.DESCRIPTION_TOO_LONG: ({"length": 600, "limit": 500}, "600 characters; 500 fit"),
    Problem.FORUM_NEEDED: ({}, "choose the forum too"),
    Problem.HOSTS_UNREADABLE: ({"typed": LONG}, "no member in “WWW"),
    Problem.TOO_MANY_HOSTS: ({"most": 10}, "Up to 10 people"),
    Problem.SERIES_UNKNOWN: ({"name": LONG, "known": [LONG] * 5}, "There are: WWW"),
    Problem.SERIES_NAME_TAKEN: ({"name": LONG}, "here already. Choose another name"),
    Problem.SERIES_TOO_MANY: ({"most": 50}, "has 50 series"),
    Problem.SERIES_STATE: ({"state": SeriesState.PAUSED}, "is paused already"),
    Problem.SERIES_MEETS_THEN: ({"hashtag": "libchat", "start": START}, "Leave this one out instead"),
    Problem.SERIES_SAVED: ({}, "no longer current"),
    Problem.SERIES_OVER: ({}, "All dates of “every blursday” have passed"),
    Problem.NOT_UPCOMING: ({"state": ChatState.ASKING}, "`/host desk`"),
    Problem.ALREADY_HOST: ({}, "host this chat already"),
    Problem.NO_GUEST: ({}, "no guest host of this chat"),
    Problem.NO_QUESTIONS_HERE: ({}, "An informal chat has no questions"),
    Problem.NOTHING_TO_CHANGE: ({}, "nothing to change"),
}

# What each problem carries at its longest, and a piece of what its sentence must say.
FACTS = {
    Problem.START_UNREADABLE: ({"typed": LONG}, LONG),
    Problem.START_IN_PAST: ({"starts_at": START, "now": NOW}, "<t:1796346000:F> has passed already"),
    Problem.START_TOO_FAR: ({"starts_at": START, "days": 400}, "more than 400 days"),
    Problem.START_IN_GAP: (
        {"wall": WALL, "zone": "America/Argentina/ComodRivadavia", "instead": WALL + timedelta(hours=1)},
        "skip 02:30 on that day, when summer time begins. Did you mean `2027-03-14 03:30`",
    ),
    Problem.ZONE_UNKNOWN: (
        {"zone": LONG, "suggestions": ["America/Argentina/ComodRivadavia"] * 3},
        "Did you mean `America/Argentina/ComodRivadavia`, `America",
    ),
    Problem.DURATION_OUT_OF_RANGE: ({"minutes": 10**9, "least": 11, "most": MAX_MINUTES}, "11 to 1440 minutes"),
    Problem.TITLE_EMPTY: ({}, "needs a title"),
    Problem.TITLE_TOO_LONG: ({"length": 200, "limit": 70}, "200 characters; 70"),
    Problem.HASHTAG_UNUSABLE: ({"hashtag": LONG, "limit": 25}, "no longer than 25"),
    Problem.TOO_FEW_QUESTIONS: ({"count": 1, "least": 2}, "I found 1 question; a chat needs at least 2"),
    Problem.TOO_MANY_QUESTIONS: ({"count": 2000, "most": 12}, "I found 2000 questions"),
    Problem.QUESTION_TOO_LONG: ({"number": 12, "length": 6000, "limit": 1500}, "Question 12 has 6000 characters"),
    Problem.CHANNEL_BUSY: ({"other": a_chat(hashtag="w" * 25)}, "already has this channel from <t:1796346000:F>"),
    Problem.CHANNEL_UNUSABLE: ({}, "text channel"),
    Problem.CHAT_UNKNOWN: ({"number": 2**53}, f"no chat number {2**53}"),
    Problem.WRONG_STATE: ({"state": ChatState.CLOSED}, "That chat is over"),
    Problem.NOT_A_HOST: ({"role": LONG}, LONG),
    Problem.NOT_IN_A_SERVER: ({}, "in a server's channel"),
    Problem.NOTHING_TO_DIGEST: ({}, "no chat has run"),
    Problem.DAY_UNKNOWN: ({"number": 9, "count": 3}, "no day 9 to tell of: this chat has had 3 days"),
    Problem.SEARCH_EMPTY: ({}, "Tell me a word to look for"),
    Problem.SEARCH_TOO_LONG: ({"most": 20}, "20 words at most"),
    Problem.SEARCH_UNREADABLE: ({"words": "after:*soon*"}, "I don't understand “after:\\*soon\\*”"),
    Problem.SEARCH_BEGINNING: ({"words": "a*", "fewest": 3}, "at least 3 letters"),
    Problem.SEARCH_WITHOUT_FILTER: ({"words": "-from:Ana"}, "can't leave out “-from:Ana”"),
    Problem.SEARCH_PLACE_UNKNOWN: ({"name": "tea"}, "is called “tea”"),
    Problem.EXPORT_FOR_HOSTS: ({"role": LONG}, "Only hosts of a chat"),
    Problem.EXPORT_FORM_UNKNOWN: (
        {"words": ["*docx*", LONG], "known": ["html", "csv"]},
        "the format “\\*docx\\* WWW",
    ),
    Problem.EXPORT_NOTHING: ({}, "none has begun"),
    Problem.EXPORT_NOT_BEGUN: ({"chat": a_chat(title="*Soon*")}, "**#shelfchat: \\*Soon\\*** hasn't begun"),
    Problem.EXPORT_ONE_OR_SERIES: ({}, "Leave one of them out"),
    Problem.EXPORT_SERIES_NOTHING: ({"name": "Tea & _books_"}, "None of the chats of **Tea & \\_books\\_** has begun"),
    Problem.EXPORT_TOO_MANY: ({"name": "Tea", "count": 120, "limit": 100}, "has 120 chats, and I hand over up to 100"),
    Problem.EXPORT_NO_LINKS: ({}, "No links were shared there"),
    Problem.EXPORT_TOO_BIG: (
        {"name": "chat.json", "size": 11 << 20, "limit": 10 << 20},
        "chat.json is too big for Discord (11 MB, and 10 MB fit)",
    ),
    Problem.SERIES_ALONE: ({}, "it goes alone or with `length:`"),
    Problem.QUESTION_NOT_OPEN: ({"number": 12}, "Q12 can't be answered"),
    Problem.QUESTION_EMPTY: ({}, "no words in that question"),
    Problem.NEW_QUESTION_TOO_LONG: ({"length": 4000, "limit": 1500}, "4000 characters; 1500"),
    Problem.QUESTION_CHANGED: ({}, "Look at your desk"),
    Problem.NO_QUESTION_AHEAD: ({}, "No question is left"),
    Problem.NOT_RUNNING: ({"state": ChatState.LATE}, "late answers are still kept"),
    Problem.NO_CHAT_HERE: ({}, "`/chats` shows what is coming"),
    Problem.WHICH_CHAT: (
        {"chats": (a_chat(hashtag="w" * 25, id=2**31),) * 25},
        f"running: {2**31} (#{'w' * 25}), {2**31}",
    ),
    Problem.ANSWER_EMPTY: ({}, "no words in your answer"),
    Problem.ANSWER_TOO_LONG: ({"length": 4000, "limit": 1700}, "4000 characters; 1700"),
    Problem.NOTHING_ASKED: ({}, "Nothing has been asked yet"),
    Problem.ANONYMOUS_NOT_HERE: ({}, "takes no anonymous answers"),
    Problem.ANONYMOUS_BLOCKED: ({}, "for the rest of this chat"),
    Problem.ANONYMOUS_TOO_OFTEN: ({"number": 4, "limit": 3}, "given 3 anonymous answers to Q4"),
    Problem.ALREADY_BEGUN: ({"thread": 77}, "It has begun already: <#77>"),
    Problem.LOOKS_NOT_REMEMBERED: ({}, "/privacy remember-looks"),
    Problem.NO_PRIVATE_MESSAGES: ({}, "take the digest as a file"),
    Problem.MESSAGE_UNKNOWN: ({}, "or it was taken back"),
    Problem.MESSAGE_LINK_UNREADABLE: ({"typed": LONG}, "Copy Message Link"),
    Problem.NOT_YOURS: ({}, "Only its author"),
    Problem.NOT_YOURS_TO_FILE: ({}, "Only its author and hosts"),
    Problem.JAR_EMPTY: ({}, "`/jar add` puts one in"),
    Problem.JAR_NOTHING_TAGGED: ({"tag": "w" * 20}, f"has the tag “{'w' * 20}”"),
    Problem.JAR_TAG_GONE: ({}, "that tag any more"),
    Problem.JAR_FULL: ({"limit": 1000}, "holds 1000 questions"),
    Problem.JAR_ENOUGH_WAITING: ({"limit": 10}, "10 suggestions wait"),
    Problem.JAR_QUESTION_UNKNOWN: ({}, "choose it from the list"),
    Problem.JAR_TAG_UNUSABLE: ({"tag": "**" + "w" * 300, "limit": 20}, "“\\*\\*ww"),
    Problem.JAR_TOO_MANY_TAGS: ({"count": 150, "most": 5}, "I found 150 tags"),
    Problem.JAR_FILE_TOO_BIG: ({"size": 200_001, "limit": 200_000}, "has 201 kB; I read up to 200 kB"),
    Problem.JAR_FILE_NOT_UTF8: ({}, "CSV UTF-8"),
    Problem.JAR_FILE_TOO_LONG: ({"count": 501, "most": 500}, "501 lines"),
    Problem.JAR_FILE_EMPTY: ({}, "no question in that file"),
    Problem.JAR_LINE_QUOTES: ({}, "quotation marks don't match"),
    Problem.JAR_LINE_COLUMNS: ({"count": 40}, "It has 40 parts"),
    Problem.JAR_LINE_EMPTY: ({}, "no question in it"),
    Problem.JAR_DAY_UNUSABLE: ({"typed": LONG}, "or nothing for today"),
    Problem.JAR_LINE_DATE: ({"typed": LONG}, "isn't a day on which"),
    Problem.LEFT_OUT: ({}, "`/privacy include-me`"),
    Problem.LEFT_OUT_EVERYWHERE: ({}, "`/privacy include-me` first, then choose"),
    Problem.CHOICE_NEEDS_SERVER: ({}, "in a channel of the server that you mean"),
    Problem.NOTHING_KEPT: ({"elsewhere": True}, "It is in others"),
    Problem.SERVER_UNKNOWN: ({"typed": LONG}, "in a server “WWW"),
    Problem.NOTHING_TO_PUBLISH: ({}, "`/publish show` tells how it is now"),
    Problem.NEVER_HELD: ({}, "nothing to publish"),
    **{
        problem: (facts | {"words": facts.get("words", WORDS)}, says)
        for problem, (facts, says) in (SCHEDULES | PLANS).items()
    },
}


def test_the_table_names_every_problem():
    assert set(FACTS) == set(Problem)


@pytest.mark.parametrize("problem", list(Problem))
def test_every_problem_has_a_sentence_that_names_its_facts(problem):
    facts, says = FACTS[problem]
    text = sentence(Refusal(problem, **facts), SAY)
    assert says in text
    assert len(text) <= 1_500
    assert text.endswith((".", "?"))
    assert "{" not in text


@pytest.mark.parametrize("state", list(ChatState))
@pytest.mark.parametrize("with_event", [True, False])
def test_a_wrong_moment_has_a_sentence_in_every_state(state, with_event):
    facts = {"state": state} | ({"event": Event.CANCELLED} if with_event else {})
    assert sentence(Refusal(Problem.WRONG_STATE, **facts), SAY).startswith("That ")


@pytest.mark.parametrize("state", list(ChatState))
def test_a_chat_that_can_not_be_moved_says_why_in_every_state(state):
    text = sentence(Refusal(Problem.NOT_RUNNING, state=state), SAY)
    assert text.endswith(".")
    assert "/chat show" not in text


def test_other_facts_make_other_sentences():
    def said(problem, **facts):
        return sentence(Refusal(problem, **facts), SAY)

    assert "I found 0 questions;" in said(Problem.TOO_FEW_QUESTIONS, count=0, least=2)
    assert "such as `America/New_York`" in said(Problem.ZONE_UNKNOWN, zone="the moon", suggestions=[])
    assert "the role “Chat host”" in said(Problem.NOT_A_HOST)
    upcoming = said(Problem.NOTHING_TO_DIGEST, upcoming=a_chat())
    assert "The next chat is #shelfchat, <t:1796346000:F>" in upcoming


def test_what_the_domain_refuses_can_be_said_as_it_is():
    with pytest.raises(BadInput) as refused:
        check_zone("EST")
    assert (
        sentence(refused.value, SAY)
        == "I don't know a time zone “EST”. Did you mean `America/New_York`, `Australia/Sydney`?"
    )


def test_missing_permissions_are_named_with_the_channel():
    text = sentence(MissingPermissions(55, ("view_channel", "send_messages_in_threads")), SAY)
    assert "<#55>" in text
    assert "**View Channel**, **Send Messages in Threads**" in text
    assert "the permissions it needs" in missing_permissions(55, (), SAY)


def test_trouble_that_passes_asks_for_patience():
    assert "try again" in sentence(TryLater("HTTP 503", 3.0), SAY)
    assert "503" not in sentence(TryLater("HTTP 503", 3.0), SAY)


def test_an_incident_names_its_number():
    assert "`a1b2`" in incident("a1b2", SAY)
