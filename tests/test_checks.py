"""The checks that all packages share."""

from collections.abc import Callable
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest

from hideseek.checks import (
    check_array,
    check_choice,
    check_flag,
    check_instance,
    check_integer,
    check_number,
    check_output_file,
    check_path,
    printable,
    shown,
)
from tests.refusal import assert_refused, refused

LONG = "x" * 500


@refused(
    [
        (lambda: check_integer("n", 4, 5), ValueError, "^n is 4, expected an integer from 5 to 2147483647$"),
        (lambda: check_integer("n", 6, 5, 5), ValueError, "^n is 6, expected an integer from 5 to 5$"),
        (lambda: check_integer("n", True, 0), ValueError, "n is True"),
        (lambda: check_integer("n", 1.0, 0), ValueError, r"n is 1\.0"),
        (
            lambda: check_integer("n", np.int8(1), 0, plain=True),
            ValueError,
            r"n is np.int8\(1\), expected a plain inte",
        ),
        (lambda: check_number("x", "1"), ValueError, "^x is '1', expected a finite number$"),
        (lambda: check_number("x", float("nan")), ValueError, "x is nan"),
        (lambda: check_number("x", 10**400), ValueError, "x is 1000000"),
        (lambda: check_number("x", False), ValueError, "x is False"),
        (lambda: check_number("x", 1 + 0j), ValueError, r"x is \(1\+0j\)"),
        (lambda: check_number("x", 0, above=0.0), ValueError, "^x is 0, expected a finite number above 0$"),
        (
            lambda: check_number("x", 1, least=0, below=1),
            ValueError,
            "expected a finite number at least 0 and below 1$",
        ),
        (lambda: check_number("x", -0.1, least=0.0), ValueError, "at least 0$"),
        (lambda: check_number("x", 2, most=1.5), ValueError, r"at most 1\.5$"),
        (lambda: check_flag("f", 1), ValueError, "^f is 1, expected True or False$"),
        (lambda: check_choice("c", "d", ("a", "b")), ValueError, "^c is 'd', expected one of 'a', 'b'$"),
        (lambda: check_choice("c", ["a"], ("a", "b")), ValueError, r"^c is \['a'\], expected one of"),
        (lambda: check_instance("i", LONG, int, "an int"), TypeError, r"^i is 'x{99}\.\.\., expected an int$"),
        (lambda: check_array("a", [1], (1,), "i"), TypeError, "^a is of type list, expected an array of integers$"),
        (lambda: check_array("a", np.zeros(2), (3,), "f"), ValueError, r"^a has shape \(2,\), expected \(3\)$"),
        (lambda: check_array("a", np.zeros(2), ("b", 2), "f"), ValueError, r"^a has shape \(2,\), expected \(b, 2\)$"),
        (
            lambda: check_array("a", jnp.zeros(2), (2,), "b"),
            TypeError,
            "^a is of type float32, expected an array of fl",
        ),
        (lambda: check_path("p", 3), TypeError, "^p is 3, expected a path$"),
    ]
)
def test_refused(call: Callable, error: type[Exception], message: str):
    """The message names the argument, shows it, and says what was expected."""
    assert_refused(call, error, message)


def test_accepted(tmp_path: Path):
    """The ends of a range, integers of NumPy, arrays of JAX, axes of any length, files to be made."""
    check_integer("n", 5, 5, 5)
    check_integer("n", np.uint64(2**63), 0, 2**64 - 1)
    check_number("x", 0, least=0.0, most=0.0)
    check_number("x", np.float64(0.5), above=0.0, below=1.0)
    check_array("a", jnp.zeros((2, 3)), ("row", 3), "f")
    check_array("a", np.zeros((0, 3), bool), ("row", 3), "b")
    assert check_path("p", "runs/first") == Path("runs/first")
    assert check_output_file("p", tmp_path / "new" / "film.gif") == tmp_path / "new" / "film.gif"


@pytest.mark.parametrize(
    ("value", "text"),
    [(np.zeros((9, 4), np.int8), "an array of shape (9, 4) and type int8"), ("a", "'a'"), (None, "None")],
)
def test_values_are_shown_briefly(value: object, text: str):
    """An array by its shape, not by a page of numbers."""
    assert shown(value) == text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("doors, seed 1", "doors, seed 1"),
        ("größer\u3000隠れんぼ 👩\u200d🔬", "größer\u3000隠れんぼ 👩\u200d🔬"),
        ("\x1b[31mred\x1b[0m\x07", r"\x1b[31mred\x1b[0m\x07"),
        ("one\ntwo\r\tthree\x7f\x9b", r"one\ntwo\r\tthree\x7f\x9b"),
        ("a\u2028b\u202egnp.exe", r"a\u2028b\u202egnp.exe"),
        ("run\udcff", r"run\udcff"),
        ("a" * 3000 + "b" * 2000, "a" * 149 + "..." + "b" * 148),
    ],
)
def test_foreign_text_is_printed_on_one_line(text: str, line: str):
    """Nothing in it steers the terminal, fills pages, or cannot be encoded; letters of all languages stay."""
    assert printable(text) == line
    assert printable(printable(text)) == line
    assert len(printable(text, longest=10)) <= 10
