"""Settings hold what the operator chose, and a wrong choice is explained without giving a secret away."""

import logging
import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.domain.errors import SetupProblem
from config.sections import DiscordSettings
from config.settings import Settings, each_setting, load_settings

EXAMPLE = Path(__file__).parents[2] / "config" / "shelftalk.example.toml"
TOKEN = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs"


@pytest.fixture(autouse=True)
def working_folder(tmp_path, monkeypatch):
    """No test sees a shelftalk.toml or SHELFTALK_ variables of the person who runs it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(text: str, name: str = "chosen.toml") -> Path:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


def problem_with(text: str = "", **environ: str) -> str:
    with pytest.raises(SetupProblem) as caught:
        load_settings(write(text), environ)
    return str(caught.value)


def chosen_values(settings: Settings) -> dict[str, object]:
    return {f"{section}.{key}": value for section, keys in settings.model_dump().items() for key, value in keys.items()}


def test_without_file_and_variables_the_defaults_hold():
    settings = load_settings(environ={})
    assert settings == Settings()
    assert settings.discord.token is None
    assert settings.database.path == Path("data/shelftalk.db")
    assert (settings.chats.default_minutes, settings.chats.late_minutes) == (60, 30)
    assert settings.web.enabled is False


def test_making_settings_directly_reads_no_variable(monkeypatch):
    monkeypatch.setenv("SHELFTALK_CHATS__DEFAULT_MINUTES", "90")
    assert Settings().chats.default_minutes == 60
    assert load_settings().chats.default_minutes == 90


def test_settings_can_not_be_changed():
    settings = Settings()
    with pytest.raises(ValidationError):
        settings.chats.default_minutes = 30
    with pytest.raises(ValidationError):
        settings.chats = settings.chats


def test_a_variable_wins_over_the_file_and_leaves_its_neighbours():
    path = write("[chats]\ndefault_minutes = 90\nlate_minutes = 10\n")
    chats = load_settings(path, {"SHELFTALK_CHATS__DEFAULT_MINUTES": "45"}).chats
    assert (chats.default_minutes, chats.late_minutes) == (45, 10)


def test_the_file_is_the_one_passed_then_the_variables_then_the_folders():
    write("[web]\nport = 1001\n", "shelftalk.toml")
    named = write("[web]\nport = 1002\n", "named.toml")
    passed = write("[web]\nport = 1003\n", "passed.toml")
    assert load_settings(environ={}).web.port == 1001
    assert load_settings(environ={"SHELFTALK_CONFIG": str(named)}).web.port == 1002
    assert load_settings(passed, {"SHELFTALK_CONFIG": str(named)}).web.port == 1003


def test_an_empty_variable_counts_as_not_set():
    settings = load_settings(environ={"SHELFTALK_WEB__PORT": "", "SHELFTALK_CONFIG": "", "DISCORD_TOKEN": ""})
    assert settings == Settings()


def test_the_token_may_come_from_the_plain_variable_which_the_full_one_beats():
    def token(environ):
        return load_settings(environ=environ).discord.token.get_secret_value()

    assert token({"DISCORD_TOKEN": f" {TOKEN}\n"}) == TOKEN
    assert token({"DISCORD_TOKEN": "other.one.here", "SHELFTALK_DISCORD__TOKEN": TOKEN}) == TOKEN


def test_the_token_shows_in_no_text_of_the_settings(caplog):
    settings = load_settings(environ={"DISCORD_TOKEN": TOKEN})
    with caplog.at_level(logging.INFO):
        logging.getLogger("test").info("%s %r", settings, settings.discord)
    texts = [repr(settings), str(settings), settings.model_dump_json(), str(settings.model_dump()), caplog.text]
    assert all("discord" in text.lower() for text in texts)
    assert not any(TOKEN in text for text in texts)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (f"Bot {TOKEN}", "only what comes after it"),
        (f"{TOKEN[:9]} {TOKEN[9:]}", "a space or a line break"),
        (f"'{TOKEN}'", "quotation marks"),
        ("198622483471925248", "application's id"),
    ],
)
def test_a_wrong_token_is_explained_and_never_repeated(value, says):
    from_variable = problem_with(DISCORD_TOKEN=value)
    from_file = problem_with(f'[discord]\ntoken = "{value}"\n')
    assert says in from_variable
    assert "DISCORD_TOKEN" in from_variable
    assert says in from_file
    assert "discord.token" in from_file
    with pytest.raises(ValidationError) as caught:
        DiscordSettings(token=value)
    for text in (from_variable, from_file, str(caught.value)):
        assert value not in text
        assert TOKEN[9:] not in text


def test_a_token_in_the_wrong_place_is_not_repeated():
    """A token pasted as another setting's value, or without its quotation marks, stays out of the text."""
    assert TOKEN not in problem_with(f'[discord]\napi_base = "{TOKEN}"\n[chats]\ndefault_zone = "{TOKEN}"\n')
    assert TOKEN not in problem_with(f"[discord]\ntoken = {TOKEN}\n")
    assert TOKEN not in problem_with(f'token = "{TOKEN}"\n')


@pytest.mark.parametrize(
    ("text", "name", "says"),
    [
        ("[chats]\ndefault_minutes = 9", "chats.default_minutes", "10 or more"),
        ("[chats]\ndefault_minutes = 1441", "chats.default_minutes", "1440 or less"),
        ('[chats]\nlate_minutes = "long"', "chats.late_minutes", "a whole number"),
        ("[chats]\nreminder_minutes = 1.5", "chats.reminder_minutes", "a whole number"),
        ("[chats]\nreminder_minutes = true", "chats.reminder_minutes", "a whole number"),
        ('[chats]\nhost_role = " "', "chats.host_role", "must not be empty"),
        (f'[chats]\nhost_role = "{"r" * 101}"', "chats.host_role", "100 characters at most"),
        ('[chats]\ndefault_zone = "Europe/Berln"', "chats.default_zone", "did you mean Europe/Berlin"),
        ("[chats]\ndefault_zone = 1", "chats.default_zone", "text in quotation marks"),
        ("[chats]\nwelcome_minutes = 55", "chats", "no time is left for questions"),
        ('[discord]\napi_base = "discord.com"', "discord.api_base", "http:// or https://"),
        ('[discord]\napi_base = "https://[x"', "discord.api_base", "http:// or https://"),
        ('[discord]\ngateway = "https://discord.gg"', "discord.gateway", "ws:// or wss://"),
        ('[database]\npath = ""', "database.path", "must name a file"),
        ("[database]\npath = 5", "database.path", "a path in quotation marks"),
        ("[database]\nflush_milliseconds = -1", "database.flush_milliseconds", "0 or more"),
        ('[web]\nenabled = "perhaps"', "web.enabled", "true or false"),
        ("[web]\nport = 70000", "web.port", "65535 or less"),
        ('[logging]\nlevel = "LOUD"', "logging.level", "'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ('[logging]\nformat = "xml"', "logging.format", "'text' or 'json'"),
        ("web = true", "web", "write it as [web]"),
    ],
)
def test_a_wrong_value_is_named_and_explained(text, name, says):
    problem = problem_with(text)
    assert re.search(rf"- {re.escape(name)} in chosen\.toml: .*{re.escape(says)}", problem)


@pytest.mark.parametrize("setting", list(each_setting()), ids=lambda setting: setting.name)
def test_each_settings_example_is_right_and_offered_when_it_is_wrong(setting):
    value = load_settings(environ={setting.variable: str(setting.example)})
    assert chosen_values(value)[setting.name] is not None
    if setting.name != "web.host":  # any text may be the name of a host
        wrong = {"discord.token": "a b", "chats.host_role": "r" * 101}.get(setting.name, "/")
        problem = problem_with(**{setting.variable: wrong})
        assert f"{setting.variable} in the environment: " in problem
        assert f"for example {setting.variable}={setting.example}" in problem


def test_all_problems_are_told_at_once():
    text = '[chats]\ndefault_zone = "Nowhere"\n[web]\nport = "x"\n[logging]\nlevel = "LOUD"\n'
    problem = problem_with(text, SHELFTALK_CHATS__LATE_MINUTES="-1", SHELFTALK_CHATS__LATE="5")
    assert problem.startswith("5 settings are wrong")
    for name in ("chats.default_zone", "web.port", "logging.level", "_LATE_MINUTES", "CHATS__LATE in"):
        assert name in problem


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("[chats]\ndefualt_zone = 'UTC'", "chats.default_zone"),
        ("[web]\nhost_role = 'Host'", "chats.host_role"),
        ("[chat]\ndefault_zone = 'UTC'", "[chats]"),
        ("late_minutes = 5", "chats.late_minutes"),
    ],
)
def test_an_unknown_key_brings_the_nearest_known_one(text, nearest):
    assert f"isn't a setting; did you mean {nearest}?" in problem_with(text)


def test_an_unknown_key_like_no_other_brings_no_suggestion():
    problem = problem_with("[web]\nzzzzzz = 1")
    assert "web.zzzzzz" in problem
    assert "did you mean" not in problem


def test_an_unknown_variable_brings_the_nearest_known_one():
    problem = problem_with(SHELFTALK_DISCORD_TOKEN=TOKEN)
    assert "SHELFTALK_DISCORD_TOKEN in the environment" in problem
    assert "did you mean SHELFTALK_DISCORD__TOKEN?" in problem
    assert TOKEN not in problem


def test_variables_that_kubernetes_sets_for_a_service_are_not_ours():
    given = {"SHELFTALK_PORT": "tcp://10.0.0.1:80", "SHELFTALK_SERVICE_PORT_HTTP": "80", "PATH": "/bin"}
    assert load_settings(environ=given) == Settings()


def test_a_file_that_is_not_toml_is_named_with_its_line():
    problem = problem_with("[web]\nport = \n")
    assert "chosen.toml isn't valid TOML" in problem
    assert "line 2" in problem


def test_a_file_that_can_not_be_read_is_explained(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "latin.toml").write_bytes("[chats]\nhost_role = 'Bücherwürmer'".encode("latin-1"))
    for name, says in (
        ("missing.toml", "no settings file"),
        ("folder", "it is a folder"),
        ("latin.toml", "UTF-8"),
        ("latin.toml/below", "can't be read"),
    ):
        with pytest.raises(SetupProblem, match=says) as caught:
            load_settings(environ={"SHELFTALK_CONFIG": name})
        assert name in str(caught.value)


def test_a_file_saved_by_notepad_is_read():
    path = Path("notepad.toml")
    path.write_bytes(b"\xef\xbb\xbf[web]\r\nport = 9000\r\n")
    assert load_settings(path, {}).web.port == 9000


def test_spellings_that_people_use_are_understood():
    settings = load_settings(
        environ={
            "SHELFTALK_LOGGING__LEVEL": "debug",
            "shelftalk_logging__format": "JSON",
            "SHELFTALK_WEB__ENABLED": "yes",
            "SHELFTALK_WEB__BASE_URL": "https://chats.example.org/",
        }
    )
    assert (settings.logging.level, settings.logging.format) == ("DEBUG", "json")
    assert settings.web.enabled is True
    assert settings.web.base_url == "https://chats.example.org"


def test_the_example_file_holds_the_defaults():
    assert load_settings(EXAMPLE, {}) == Settings()


def test_the_example_file_names_every_setting_and_no_other_each_explained():
    """Every key stands under its section, with its variable in the comment right above it."""
    section, comment, found = "", "", {}
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"\[(\w+)\]", line):
            section = heading[1]
        elif setting := re.fullmatch(r"(# )?(\w+) = .+", line):
            found[f"{section}.{setting[2]}"] = (comment, bool(setting[1]))
        comment = f"{comment} {line}" if line.startswith("#") else ""
    known = {setting.name: setting for setting in each_setting()}
    assert list(found) == list(known)
    for name, (explained, commented_out) in found.items():
        assert "Default: " in explained, name
        assert re.findall(r"SHELFTALK_\w+", explained) == [known[name].variable]
        assert commented_out == (known[name].default is None), name


def test_the_example_files_commented_out_values_are_right_too():
    text = re.sub(r"^# (\w+ = )", r"\1", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    settings = load_settings(write(text), {})
    assert None not in chosen_values(settings).values()


def test_each_variable_that_the_example_file_names_works():
    others = {
        "chats.default_zone": "Asia/Tokyo",
        "chats.default_minutes": "77",
        "web.host": "::1",
        "privacy.retention_days": "12",
        "files.kinds": "audio",
    }
    names = re.findall(r"SHELFTALK_\w+__\w+", EXAMPLE.read_text(encoding="utf-8"))
    assert len(names) == len(set(names)) == len(list(each_setting()))
    by_variable = {setting.variable: setting for setting in each_setting()}
    for variable in names:
        setting = by_variable[variable]
        fallbacks = {int: "12", bool: str(not setting.default).lower(), str: "https://changed.example"}
        value = others.get(setting.name) or {
            "discord.gateway": "wss://changed.example",
            "logging.level": "ERROR",
            "logging.format": "json",
        }.get(setting.name, fallbacks.get(type(setting.default), "https://changed.example"))
        changed = chosen_values(load_settings(environ={variable: value}))
        assert {name for name, value in changed.items() if value != chosen_values(Settings())[name]} == {setting.name}
