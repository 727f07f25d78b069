"""Q-value iteration: value iteration on the values of state and action.

    Q_{k+1}(s, a) = R(s, a) + gamma sum_s' P(s' | s, a) max_a' Q_k(s', a')

Q costs more memory than V, but choosing needs no model: the best action is argmax_a Q(s, a). And where the model is
not known, the sum over s' can be replaced by what did happen: that is Q-learning, the next rung.

The error bound is that of value iteration, the largest difference taken over states and actions.
"""

import numpy as np

from hideseek.checks import check_instance
from hideseek.foundations.mdp import MDP
from hideseek.foundations.value_iteration import Solution, sweep_until_close


def q_value_iteration(mdp: MDP, tolerance: float = 1e-8) -> Solution:
    """Return Q* to within `tolerance`.

    Raises:
        TypeError: `mdp` is none.
        ValueError: `tolerance` is not positive, or finer than the rounding of these values.
    """
    check_instance("mdp", mdp, MDP, "an MDP")
    return Solution(*sweep_until_close(lambda Q: mdp.lookahead(Q.max(-1)), np.zeros(mdp.R.shape), mdp, tolerance))
