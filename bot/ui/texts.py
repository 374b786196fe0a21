"""Every sentence that people read goes through here, so that it can be translated; English is its own source."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_skeleton
from babel.support import NullTranslations, Translations

CATALOGUES = Path(__file__).parent / "locale"
DOMAIN = "shelftalk"
# Discord's own names of the permissions are found by discord.py's: `send_messages_in_threads`.
_SPELLED = {"view_channel": "View Channel", "create_public_threads": "Create Public Threads"}


class Texts:
    """The sentences of one language.

    Args:
        locale: as Discord writes it, such as `en-US`; a language without a catalogue reads English.
        catalogues: the folder with the translations, one folder a language, as gettext has them.
    """

    def __init__(self, locale: str = "en-US", catalogues: Path = CATALOGUES) -> None:
        self.locale = _locale(locale)
        self._catalogue = _catalogue(catalogues, str(self.locale))

    def __call__(self, message: str, /, **facts: object) -> str:
        """The sentence with its facts filled in."""
        return self._catalogue.gettext(message).format(**facts)

    def plural(self, one: str, many: str, count: int, /, **facts: object) -> str:
        """The sentence in the right number; `{count}` stands for the number."""
        return self._catalogue.ngettext(one, many, count).format(count=count, **facts)

    def clock(self, at: datetime, zone: str) -> str:
        """An instant on the clocks of a zone, in words: `Thu, Dec 3, 2026, 8:00 PM EST`."""
        pattern = "EEE d MMM y, HH:mm" if self.locale.territory != "US" else "EEE, MMM d, y, h:mm a"
        local = at.astimezone(ZoneInfo(zone))
        return f"{format_datetime(local, pattern, locale=self.locale)} {self._zone_name(local)}"

    def _zone_name(self, local: datetime) -> str:
        name = format_datetime(local, "zzz", locale=self.locale)
        if not name.startswith(("+", "-")):
            return name
        # Babel knows no name of that zone in this language; which ones it knows changes with its version.
        hours, minutes = name[:3], name[3:]
        if int(hours) == int(minutes) == 0:
            return "GMT"
        return f"UTC{hours[0]}{int(hours[1:])}" + (f":{minutes}" if int(minutes) else "")

    def weekday(self, day: date) -> str:
        """A date with its day of the week: `Thu, Dec 3`."""
        return format_skeleton("MMMEd", datetime.combine(day, time()), locale=self.locale)

    def day(self, at: datetime, zone: str) -> str:
        """The day of an instant on the calendar of a zone: `Dec 3, 2026`."""
        return format_date(at.astimezone(ZoneInfo(zone)), "medium", locale=self.locale)


@cache
def texts_for(locale: str) -> Texts:
    """The sentences of a language, loaded once."""
    return Texts(locale)


def permission_name(name: str) -> str:
    """Discord's own name of a permission: `send_messages_in_threads` is `Send Messages in Threads`."""
    return _SPELLED.get(name, name.replace("_", " ").title().replace(" In ", " in "))


def _locale(name: str) -> Locale:
    try:
        return Locale.parse(name, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_US")


@cache
def _catalogue(folder: Path, name: str) -> NullTranslations:
    return Translations.load(folder, [name, name.partition("_")[0]], DOMAIN)
