"""Places on the floor that are no bodies: who sees them."""

from hideseek.game.vision import heading, is_in_cone
from hideseek.sim.kernel import kernel
from hideseek.sim.rays import is_clear, triple


@kernel
def sees_place(bodies, counts, places, w, viewer, k):
    """Whether place `k` of world `w`, in `places` [world, place, 3], is in an agent's cone and nothing is before it."""
    eye = triple(bodies.pose, w, viewer)
    ahead_x, ahead_y = heading(bodies.pose[w, viewer, 3])
    if not is_in_cone(ahead_x, ahead_y, places[w, k, 0] - eye[0], places[w, k, 1] - eye[1]):
        return False
    return is_clear(bodies, counts, w, viewer, eye, triple(places, w, k))
