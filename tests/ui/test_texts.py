"""Sentences are collected for translators as they stand in the code, and a translation is used where there is one."""

import ast
import string
from datetime import UTC, datetime
from pathlib import Path

import discord
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.ui.texts import CATALOGUES, DOMAIN, Texts, permission_name, texts_for

ROOT = Path(__file__).parents[2]
TEMPLATE = CATALOGUES / f"{DOMAIN}.pot"
MAPPING = CATALOGUES / "babel.cfg"
KEYWORDS = {"say": None, "plural": (1, 2)}
UPDATE = (
    f"pybabel -q extract -F {MAPPING.relative_to(ROOT)} --no-default-keywords -k say -k plural:1,2 "
    f"--add-location=file --sort-by-file --project={DOMAIN} -o {TEMPLATE.relative_to(ROOT)} ."
)


def read_template(path):
    with path.open("rb") as file:
        return read_po(file)


def sentences_in_code():
    """The ids of all sentences in the code; a pair where there is a plural."""
    with MAPPING.open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(ROOT, method_map=methods, options_map=options, keywords=KEYWORDS)
    return {message for _, _, message, _, _ in found}


def fields(sentence):
    """The names of the facts in a sentence; fails where the braces don't match."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_the_template_for_translators_has_every_sentence_and_no_other():
    template = {message.id for message in read_template(TEMPLATE) if message.id}
    assert template == sentences_in_code(), f"update the template with: {UPDATE}"


def test_every_sentence_is_written_where_it_is_said():
    """What isn't a literal can't be collected for translators."""
    wrong = []
    for path in sorted([*ROOT.glob("bot/**/*.py"), *ROOT.glob("cogs/**/*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            match node.func:
                case ast.Name(id="say"):
                    texts = node.args[:1]
                case ast.Attribute(value=ast.Name(id="say"), attr="plural"):
                    texts = node.args[:2]
                case _:
                    continue
            if not all(isinstance(text, ast.Constant) and isinstance(text.value, str) for text in texts):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not wrong


def test_every_sentence_has_named_facts_and_a_plural_has_the_same_in_both():
    for message in sentences_in_code():
        forms = message if isinstance(message, tuple) else (message,)
        named = [fields(form) for form in forms]
        assert all(name.isidentifier() for names in named for name in names), message
        assert all(names == named[0] for names in named), message


def test_translations_in_the_tree_name_the_same_facts():
    for path in CATALOGUES.glob("*/LC_MESSAGES/*.po"):
        for message in read_template(path):
            forms = message.string if isinstance(message.string, tuple) else (message.string,)
            source = message.id[0] if isinstance(message.id, tuple) else message.id
            if message.id and any(forms):
                assert all(fields(form) == fields(source) for form in forms), f"{path}: {source}"


@pytest.fixture
def catalogues(tmp_path):
    """A folder with a made-up German translation of two sentences."""
    catalogue = Catalog(locale="de", domain=DOMAIN)
    catalogue.add("The chat needs a title: a few words on what it is about.", "Der Chat braucht einen Titel.")
    catalogue.add(("{count} answer", "{count} answers"), ("{count} Antwort", "{count} Antworten"))
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / f"{DOMAIN}.mo").open("wb") as file:
        write_mo(file, catalogue)
    return tmp_path


TITLE_EMPTY = "The chat needs a title: a few words on what it is about."


def test_a_translation_is_used_where_there_is_one(catalogues):
    say = Texts("de", catalogues)
    assert TITLE_EMPTY in sentences_in_code()
    assert say(TITLE_EMPTY) == "Der Chat braucht einen Titel."
    assert say.plural("{count} answer", "{count} answers", 1) == "1 Antwort"
    assert say.plural("{count} answer", "{count} answers", 3) == "3 Antworten"
    assert say("Next") == "Next"


@pytest.mark.parametrize("locale", ["en-US", "en-GB", "fr", "ja", "xx", "", "not a locale"])
def test_a_language_without_a_catalogue_reads_english(catalogues, locale):
    say = Texts(locale, catalogues)
    assert say(TITLE_EMPTY) == TITLE_EMPTY
    assert say.plural("{count} answer", "{count} answers", 1) == "1 answer"
    assert say.plural("{count} answer", "{count} answers", 0) == "0 answers"


def test_every_language_of_discord_is_known():
    unknown = [locale.value for locale in discord.Locale if Texts(locale.value).locale.language != locale.value[:2]]
    assert unknown == []


def test_facts_are_filled_in_as_they_are():
    assert Texts()("Host: {name}", name="{braces} %s") == "Host: {braces} %s"


def test_the_sentences_of_a_language_are_loaded_once():
    assert texts_for("en-GB") is texts_for("en-GB")


@pytest.mark.parametrize(
    ("locale", "zone", "clock"),
    [
        ("en-US", "America/New_York", "Thu, Dec 3, 2026, 8:00 PM EST"),
        ("en-US", "Europe/London", "Fri, Dec 4, 2026, 1:00 AM GMT"),
        ("en-US", "Asia/Kolkata", "Fri, Dec 4, 2026, 6:30 AM UTC+5:30"),
        ("en-US", "America/St_Johns", "Thu, Dec 3, 2026, 9:30 PM UTC-3:30"),
        ("en-GB", "Asia/Tokyo", "Fri 4 Dec 2026, 10:00 UTC+9"),
        ("en-GB", "Europe/London", "Fri 4 Dec 2026, 01:00 GMT"),
        ("de", "Europe/Berlin", "Fr. 4 Dez. 2026, 02:00 MEZ"),
    ],
)
def test_an_instant_is_told_on_the_clocks_of_a_zone(locale, zone, clock):
    at = datetime(2026, 12, 4, 1, 0, tzinfo=UTC)
    assert Texts(locale).clock(at, zone).replace("\u202f", " ") == clock


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("view_channel", "View Channel"),
        ("send_messages_in_threads", "Send Messages in Threads"),
        ("create_public_threads", "Create Public Threads"),
        ("read_message_history", "Read Message History"),
        ("manage_threads", "Manage Threads"),
    ],
)
def test_permissions_are_called_what_discord_calls_them(name, shown):
    assert permission_name(name) == shown
