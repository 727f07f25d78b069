"""One look at all worlds after a step, in shares of worlds on several threads."""

from hideseek.evaluate.behaviour.climbing import follow_climbers, is_anybody_aloft
from hideseek.evaluate.behaviour.ground import Ground, survey
from hideseek.evaluate.behaviour.objects import follow_objects
from hideseek.evaluate.behaviour.pursuit import follow_chases, tell_cover
from hideseek.evaluate.behaviour.shelter import (
    are_boxes_locked,
    are_doors_closed,
    are_ramps_away,
    is_sheltered,
    prepare_ground,
)
from hideseek.evaluate.behaviour.tally import (
    BOXES_LOCKED,
    DOORS,
    DOORS_FIXED,
    DOORS_FIXED_PREP,
    DOORS_PREP,
    OBSERVED,
    RAMPS_AWAY,
    SAMPLES,
    SHELTERED,
    SHELTERED_FIXED,
    SHELTERED_FIXED_PREP,
    SHELTERED_PREP,
    Tally,
    clear,
    remember,
)
from hideseek.game.config import GameParams
from hideseek.game.state import Record
from hideseek.sim.kernel import inline_kernel, kernel, pass_kernel
from hideseek.sim.state import Bodies, Counts
from hideseek.sim.threads import run_shares

PREPARATION_COLUMNS = (SHELTERED_PREP, SHELTERED_FIXED_PREP, DOORS_PREP, DOORS_FIXED_PREP)
MAIN_COLUMNS = (SHELTERED, SHELTERED_FIXED, DOORS, DOORS_FIXED)


def observe_worlds(
    params: GameParams,
    counts: Counts,
    bodies: Bodies,
    record: Record,
    tally: Tally,
    ground: Ground,
    has_room: bool,
    every: int,
) -> None:
    """Take in the step that all worlds have just made; there are as many threads as `ground` has rows.

    `has_room` says whether the layout has a room whose doors may be closed. The world's first step begins its tally. An
    episode of which a step was missed is followed no further.
    """
    threads = len(ground.top)
    run_shares(_observe_share, threads, params, counts, bodies, record, tally, ground, has_room, every, threads)


@pass_kernel
def _observe_share(params, counts, bodies, record, tally, ground, has_room, every, threads, t):
    for w in range(t, bodies.pose.shape[0], threads):
        step = record.step[w]
        if step == 1:
            clear(tally, bodies, w)
        elif tally.sums[w, OBSERVED] != step - 1:
            continue
        tally.sums[w, OBSERVED] = step
        _observe_world(params, counts, bodies, record, tally, ground, has_room, every, w, t)
        remember(tally, bodies, w)


@inline_kernel
def _observe_world(params, counts, bodies, record, tally, ground, has_room, every, w, t):
    follow_objects(params, bodies, counts, tally, w)
    main_steps = record.step[w] - params.preparation_steps
    if main_steps == 0:
        prepare_ground(ground, bodies, counts, w, t)
        _look(params, counts, bodies, ground, tally, has_room, w, t, PREPARATION_COLUMNS)
        tally.sums[w, RAMPS_AWAY] = are_ramps_away(params, ground, bodies, counts, t, w)
        tally.sums[w, BOXES_LOCKED] = are_boxes_locked(ground, bodies, counts, t, w)
    if main_steps <= 0:
        return
    follow_chases(params, bodies, record, tally, w)
    is_sampled = main_steps % every == 0
    if is_sampled:
        prepare_ground(ground, bodies, counts, w, t)
        _look(params, counts, bodies, ground, tally, has_room, w, t, MAIN_COLUMNS)
        tell_cover(params, bodies, record, counts, tally, w)
        tally.sums[w, SAMPLES] += 1.0
    if is_anybody_aloft(params, bodies, tally, w):
        if not is_sampled:
            survey(ground, bodies, counts, w, t)
        follow_climbers(params, ground, bodies, counts, tally, w, t)


@kernel
def _look(params, counts, bodies, ground, tally, has_room, w, t, columns):
    """Add what holds now to four columns: sheltered, by locked objects alone, doors closed, by locked objects alone.

    What does not hold with all objects does not hold with the locked ones.
    """
    sheltered, sheltered_fixed, doors, doors_fixed = columns
    if is_sheltered(params, ground, bodies, w, t, False):
        tally.sums[w, sheltered] += 1.0
        tally.sums[w, sheltered_fixed] += is_sheltered(params, ground, bodies, w, t, True)
    if has_room and are_doors_closed(ground, counts, t, False):
        tally.sums[w, doors] += 1.0
        tally.sums[w, doors_fixed] += are_doors_closed(ground, counts, t, True)
