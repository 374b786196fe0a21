"""What can go wrong, named once, so that every layer raises and catches the same few kinds.

ShelftalkError
├── Refusal              someone asked for what can't be done; shown in private to that person alone
│   ├── BadInput         what was typed can't be used; says what to type instead
│   ├── NotAllowed       the person isn't a host of this chat
│   └── WrongMoment      the chat's state doesn't allow it (it is over, it is running, it is cancelled)
├── MissingPermissions   Discord doesn't let the bot do it; names the permissions and the channel
│   └── Gone             there is no such channel or thread any more
├── TryLater             Discord or the disk is out of reach for now; what was due stays due
└── SetupProblem         the operator's to solve: settings, database, files; carries its own sentence

A `Refusal` carries a `Problem`, not a sentence: what people read on Discord is written in `bot/ui`, where it
can be translated. A `SetupProblem` is read by the operator in a terminal or a log and is plain English.
"""

from __future__ import annotations

from enum import StrEnum, auto


class ShelftalkError(Exception):
    """Everything that this project raises on purpose."""


class Problem(StrEnum):
    """Why a request was refused; `bot/ui/problems.py` has the sentence for each."""

    START_UNREADABLE = auto()
    START_IN_PAST = auto()
    START_TOO_FAR = auto()
    START_IN_GAP = auto()
    ZONE_UNKNOWN = auto()
    DURATION_OUT_OF_RANGE = auto()
    TITLE_EMPTY = auto()
    TITLE_TOO_LONG = auto()
    HASHTAG_UNUSABLE = auto()
    TOO_FEW_QUESTIONS = auto()
    TOO_MANY_QUESTIONS = auto()
    QUESTION_TOO_LONG = auto()
    CHANNEL_BUSY = auto()
    CHANNEL_UNUSABLE = auto()
    CHAT_UNKNOWN = auto()
    WRONG_STATE = auto()
    ALREADY_BEGUN = auto()
    NOT_A_HOST = auto()
    NOT_IN_A_SERVER = auto()
    NOTHING_TO_DIGEST = auto()
    DAY_UNKNOWN = auto()
    SEARCH_EMPTY = auto()
    SEARCH_TOO_LONG = auto()
    SEARCH_UNREADABLE = auto()
    SEARCH_BEGINNING = auto()
    SEARCH_WITHOUT_FILTER = auto()
    SEARCH_PLACE_UNKNOWN = auto()
    SERIES_ALONE = auto()
    EXPORT_FOR_HOSTS = auto()
    EXPORT_FORM_UNKNOWN = auto()
    EXPORT_NOTHING = auto()
    EXPORT_NOT_BEGUN = auto()
    EXPORT_ONE_OR_SERIES = auto()
    EXPORT_SERIES_NOTHING = auto()
    EXPORT_TOO_MANY = auto()
    EXPORT_NO_LINKS = auto()
    EXPORT_TOO_BIG = auto()
    NO_PRIVATE_MESSAGES = auto()
    LOOKS_NOT_REMEMBERED = auto()
    QUESTION_NOT_OPEN = auto()
    QUESTION_EMPTY = auto()
    NEW_QUESTION_TOO_LONG = auto()
    QUESTION_CHANGED = auto()
    NO_QUESTION_AHEAD = auto()
    NOT_RUNNING = auto()
    NO_CHAT_HERE = auto()
    WHICH_CHAT = auto()
    ANSWER_EMPTY = auto()
    ANSWER_TOO_LONG = auto()
    NOTHING_ASKED = auto()
    ANONYMOUS_NOT_HERE = auto()
    ANONYMOUS_BLOCKED = auto()
    ANONYMOUS_TOO_OFTEN = auto()
    LEFT_OUT = auto()
    LEFT_OUT_EVERYWHERE = auto()
    CHOICE_NEEDS_SERVER = auto()
    NOTHING_KEPT = auto()
    SERVER_UNKNOWN = auto()
    NOTHING_TO_PUBLISH = auto()
    NEVER_HELD = auto()
    MESSAGE_UNKNOWN = auto()
    MESSAGE_LINK_UNREADABLE = auto()
    NOT_YOURS = auto()
    NOT_YOURS_TO_FILE = auto()
    SCHEDULE_EMPTY = auto()
    SCHEDULE_TOO_LONG = auto()
    SCHEDULE_NOT_UNDERSTOOD = auto()
    SCHEDULE_NO_DAY = auto()
    SCHEDULE_WHICH_WEEK = auto()
    SCHEDULE_DAYS_CONTRADICT = auto()
    SCHEDULE_BEATS_CONTRADICT = auto()
    SCHEDULE_ZONES_DISAGREE = auto()
    SCHEDULE_TIME_IMPOSSIBLE = auto()
    SCHEDULE_DATE_IMPOSSIBLE = auto()
    SCHEDULE_WRONG_WEEKDAY = auto()
    SCHEDULE_TOO_OFTEN = auto()
    SCHEDULE_NEVER = auto()
    SCHEDULE_END_BEFORE_START = auto()
    SCHEDULE_TIMES_BACKWARDS = auto()
    SCHEDULE_TOO_LONG_CHAT = auto()
    RRULE_UNREADABLE = auto()
    RRULE_COUNT_AND_UNTIL = auto()
    CALENDAR_UNKNOWN = auto()
    CALENDAR_REGION_UNKNOWN = auto()
    ANNOUNCEMENTS_UNREADABLE = auto()
    ANNOUNCEMENTS_TOO_EARLY = auto()
    ANNOUNCEMENTS_TOO_MANY = auto()
    PACE_UNREADABLE = auto()
    DESCRIPTION_TOO_LONG = auto()
    FORUM_NEEDED = auto()
    HOSTS_UNREADABLE = auto()
    SERIES_UNKNOWN = auto()
    SERIES_NAME_TAKEN = auto()
    SERIES_TOO_MANY = auto()
    SERIES_STATE = auto()
    SERIES_MEETS_THEN = auto()
    SERIES_SAVED = auto()
    SERIES_OVER = auto()
    NOT_UPCOMING = auto()
    ALREADY_HOST = auto()
    NO_GUEST = auto()
    TOO_MANY_HOSTS = auto()
    NO_QUESTIONS_HERE = auto()
    NOTHING_TO_CHANGE = auto()
    JAR_EMPTY = auto()
    JAR_NOTHING_TAGGED = auto()
    JAR_TAG_GONE = auto()
    JAR_FULL = auto()
    JAR_ENOUGH_WAITING = auto()
    JAR_QUESTION_UNKNOWN = auto()
    JAR_TAG_UNUSABLE = auto()
    JAR_TOO_MANY_TAGS = auto()
    JAR_FILE_TOO_BIG = auto()
    JAR_FILE_NOT_UTF8 = auto()
    JAR_FILE_TOO_LONG = auto()
    JAR_FILE_EMPTY = auto()
    JAR_LINE_QUOTES = auto()
    JAR_LINE_COLUMNS = auto()
    JAR_LINE_EMPTY = auto()
    JAR_LINE_DATE = auto()
    JAR_DAY_UNUSABLE = auto()


class Refusal(ShelftalkError):
    """A request that can't be met, with the facts its sentence needs.

    Args:
        problem: which sentence to show.
        **facts: the values that the sentence names (texts, numbers, aware datetimes).
    """

    def __init__(self, problem: Problem, **facts: object) -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.facts = facts


class BadInput(Refusal):
    """What was typed can't be used."""


class NotAllowed(Refusal):
    """The person may not do this."""


class WrongMoment(Refusal):
    """The chat isn't in a state that allows this."""


class MissingPermissions(ShelftalkError):
    """Discord doesn't let the bot act in a channel.

    Args:
        channel_id: where the permissions are missing.
        missing: discord.py's names of the permissions, such as `send_messages_in_threads`; empty if unknown.
    """

    def __init__(self, channel_id: int, missing: tuple[str, ...] = ()) -> None:
        super().__init__(f"missing permissions in channel {channel_id}: {', '.join(missing) or 'unknown'}")
        self.channel_id = channel_id
        self.missing = missing


class Gone(MissingPermissions):
    """Somebody deleted the channel or thread.

    Args:
        channel_id: which.
    """

    def __str__(self) -> str:
        return f"there is no channel or thread {self.channel_id} any more"


class TryLater(ShelftalkError):
    """Discord or the disk is out of reach for now.

    Args:
        reason: what happened, for the log.
        retry_after: seconds that Discord asked to wait, or None if it named none.
    """

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class SetupProblem(ShelftalkError):
    """Something the operator has to put right.

    Args:
        what: one sentence that says what is wrong.
        advice: one sentence that says what to do about it.
    """

    def __init__(self, what: str, advice: str = "") -> None:
        super().__init__(f"{what} {advice}".strip())
        self.what = what
        self.advice = advice
