"""A control's id says everything, within Discord's 100 characters, and nothing else is taken for one of ours."""

import re

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.run import Action, ActionKind
from bot.ui.controls import (
    PATTERN,
    Control,
    ControlButton,
    Doing,
    control_id,
    control_prefix,
    free_control_id,
    read_control,
    view_of,
)
from tests.domain.making import NOW

IDS = st.integers(0, 2**63 - 1)
DOINGS = st.builds(Doing, st.sampled_from(["answer", "help", "digest", "programme", "questions"]), st.integers(0, 999))


@given(chat_id=IDS, number=IDS, kind=st.sampled_from(ActionKind), doing=DOINGS)
def test_an_id_comes_back_as_what_it_was_made_of(chat_id, number, kind, doing):
    action = Action(chat_id, kind, due_at=NOW, number=number)
    custom_id = control_id(action, doing)
    assert len(custom_id) <= 100
    assert custom_id.startswith(control_prefix(action))
    assert read_control(custom_id) == Control(chat_id, doing)


@given(chat_id=IDS, doing=DOINGS)
def test_an_id_of_no_action_comes_back_too(chat_id, doing):
    custom_id = free_control_id(chat_id, doing)
    assert len(custom_id) <= 100
    assert read_control(custom_id) == Control(chat_id, doing)


@given(first=st.tuples(IDS, IDS), second=st.tuples(IDS, IDS))
def test_no_two_actions_share_the_beginning_of_an_id(first, second):
    prefixes = [control_prefix(Action(c, ActionKind.ASK, due_at=NOW, number=n)) for c, n in (first, second)]
    assert (first == second) or not prefixes[0].startswith(prefixes[1])


@pytest.mark.parametrize(
    "custom_id",
    [
        "",
        "st",
        "st:7:ask:1:",
        "st:7:ask:1:answer",
        "st:7:ask:1:answer-",
        "st:7:ask:1:dance-1",
        "st:7:ask:1:answer-1 ",
        " st:7:ask:1:answer-1",
        "st:7:ask:1:answer-1:more",
        "xx:7:ask:1:answer-1",
        "st:-7:ask:1:answer-1",
        "other bot's control",
    ],
)
def test_what_is_not_ours_is_passed_over(custom_id):
    assert read_control(custom_id) is None


@given(st.text(max_size=100))
def test_any_id_can_be_looked_at(custom_id):
    assert read_control(custom_id) is None or custom_id.startswith("st:")


async def test_a_button_is_made_again_from_its_id_alone():
    custom_id = free_control_id(7, Doing("digest", 3))
    stranger = discord.ui.Button(custom_id=custom_id)
    button = await ControlButton.from_custom_id(None, stranger, re.fullmatch(PATTERN, custom_id))
    assert button.custom_id == custom_id


async def test_buttons_never_expire():
    buttons = [ControlButton(free_control_id(7, Doing("digest", page)), f"Page {page}") for page in (1, 2)]
    view = view_of(*buttons)
    assert view.timeout is None
    assert view.is_persistent()
    assert [item.custom_id for item in view.children] == [button.custom_id for button in buttons]
