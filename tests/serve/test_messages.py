"""Messages of a page: what is understood, and that everything else is one sentence."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hideseek.serve.messages import LARGEST_MESSAGE, Action, MessageError, Start, parse_message

ACTION = {"type": "action", "movement": [0.5, -1, 0], "grab": True, "lock": False}
START = {"type": "start", "team": "seekers", "agent": 1, "seed": None}


def test_an_action_is_read():
    """Integers are numbers, too."""
    assert parse_message(json.dumps(ACTION)) == Action((0.5, -1.0, 0.0), True, False)


def test_a_start_is_read():
    """With a seed or without."""
    assert parse_message(json.dumps(START)) == Start("seekers", 1, None)
    assert parse_message(json.dumps(START | {"seed": 7})) == Start("seekers", 1, 7)


def without(message: dict, field: str) -> dict:
    return {name: value for name, value in message.items() if name != field}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no JSON"),
        ("{", "no JSON"),
        ("[" * 4000, "no JSON"),
        ('{"type": "action", "movement": [NaN, 0, 0], "grab": true, "lock": true}', "no JSON"),
        ("[]", r"\[\], expected an object"),
        ("7", "7, expected an object"),
        ("{}", "type is None, expected one of"),
        (json.dumps(START | {"type": "fly"}), "type is 'fly'"),
        (json.dumps(START | {"type": ["start"]}), r"type is \['start'\]"),
        (json.dumps(START | {"team": "foxes"}), "team is 'foxes'"),
        (json.dumps(START | {"agent": -1}), "agent is -1"),
        (json.dumps(START | {"agent": True}), "agent is True"),
        (json.dumps(START | {"agent": 0.0}), r"agent is 0\.0"),
        (json.dumps(START | {"seed": -1}), "seed is -1"),
        (json.dumps(START | {"seed": 2**31}), "seed is 2147483648"),
        (json.dumps(START | {"seed": "7"}), "seed is '7'"),
        *((json.dumps(without(START, name)), f"has no {name}") for name in ("team", "agent", "seed")),
        *((json.dumps(without(ACTION, name)), f"has no {name}") for name in ("movement", "grab", "lock")),
        (json.dumps(ACTION | {"movement": [0, 0]}), r"movement is \[0, 0\]"),
        (json.dumps(ACTION | {"movement": {"0": 0, "1": 0, "2": 0}}), "movement is"),
        (json.dumps(ACTION | {"movement": [0, 0, True]}), "movement is True"),
        (json.dumps(ACTION | {"movement": [0, 0, "1"]}), "movement is '1'"),
        (json.dumps(ACTION | {"movement": [0, 0, 1.01]}), r"movement is 1\.01"),
        (json.dumps(ACTION).replace("0.5", "1e999"), "movement is inf"),
        (json.dumps(ACTION).replace("0.5", "1" + "0" * 400), "movement is 1000"),
        (json.dumps(ACTION | {"grab": 1}), "grab is 1, expected True or False"),
        (json.dumps(ACTION | {"lock": None}), "lock is None"),
        (json.dumps(ACTION) + " " * LARGEST_MESSAGE, "longer than 4096 bytes"),
        (json.dumps(ACTION | {"note": "ü" * 2100}, ensure_ascii=False), "longer than 4096 bytes"),
    ],
)
def test_what_cannot_be_used_is_said(text: str, reason: str):
    """In one line."""
    with pytest.raises(MessageError, match=reason) as caught:
        parse_message(text)
    assert "\n" not in str(caught.value)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
nearly_messages = st.sampled_from([START, ACTION]).flatmap(
    lambda message: st.dictionaries(st.sampled_from([*message, "more"]), json_values).map(lambda wrong: message | wrong)
)


@given(st.text() | nearly_messages.map(json.dumps) | st.binary().map(lambda data: data.decode("latin-1")))
def test_anything_else_is_refused_in_one_line(text: str):
    """Whatever comes, it is a message or a `MessageError`."""
    try:
        outcome = parse_message(text)
    except MessageError as error:
        outcome = str(error).encode()
    assert isinstance(outcome, Start | Action) or b"\n" not in outcome
