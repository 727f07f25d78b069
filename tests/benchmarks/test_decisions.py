"""Scripted hiders that decide only every few steps."""

import numpy as np

from benchmarks.decisions import HeldHiders, main
from hideseek.env.batch import HideAndSeek
from hideseek.game.config import make_game


def test_choices_stand_for_as_many_steps_as_asked():
    """Three steps in a row are the same, the next three are others."""
    env = HideAndSeek(make_game("quadrant"), 4)
    player = HeldHiders(3)
    player.look_at(env)
    player.start(4, 2, seed=0)
    observation = env.reset(0)
    chosen = []
    for _ in range(12):
        movement, grab, lock = player.act({name: x[:, :2] for name, x in observation.items()})
        chosen.append(movement.copy())
        idle = np.full((4, 2, 3), 5, np.int8)
        off = np.zeros((4, 2), np.int8)
        observation = env.step(*(np.concatenate(x, 1) for x in ((movement, idle), (grab, off), (lock, off))))[0]
    for k in range(0, 12, 3):
        assert np.array_equal(chosen[k], chosen[k + 1])
        assert np.array_equal(chosen[k], chosen[k + 2])
    assert any(not np.array_equal(chosen[k], chosen[k + 3]) for k in range(0, 9, 3))


def test_table_has_a_line_for_each(capsys):
    """The first column says how long a decision lasts."""
    main(["--repeats", "1", "4", "--episodes", "20"])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("|")[1].strip() for line in lines[-2:]] == ["1", "4"]
