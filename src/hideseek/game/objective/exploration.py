"""Exploration: the game gives no reward."""

from hideseek.game.objective.hooks import begin_objective, judge_step
from hideseek.game.objective.options import ExplorationObjective
from hideseek.sim.hook import version_of
from hideseek.sim.kernel import kernel


@version_of(begin_objective, ExplorationObjective)
@kernel
def begin_exploration(objective, layout, params, bodies, record, counts, extras, w):
    """Nothing is remembered."""


@version_of(judge_step, ExplorationObjective)
@kernel
def judge_exploration(objective, params, bodies, record, counts, extras, reward, w):
    """Reward nothing; there is nobody to hide from."""
    for agent in range(params.agents):
        reward[w, agent] = 0.0
    return True, False
