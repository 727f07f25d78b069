"""The MuJoCo twin is the original's model and steps as it does."""

import sys

import numpy as np
import pytest

from benchmarks.recordings import FORCE_PER_CONTROL, control_of, fill_bodies, find_recordings, load_recording
from hideseek.game.config import PRESETS
from hideseek.game.layout.build import draw_layouts
from hideseek.sim.mujoco_twin import build_mjcf, make_twin, put_state, read_state, step_twin
from hideseek.sim.state import allocate_bodies
from tests.golden import golden_dir
from tests.needs import import_mujoco

mujoco = import_mujoco()


def recorded_models(kind: str):
    """Yield each recording of a kind with its model."""
    for path in find_recordings(golden_dir(), kind):
        recording = load_recording(path)
        yield recording, mujoco.MjModel.from_xml_string(str(recording.arrays["xml"]))


@pytest.mark.parametrize("kind", ["rollout", "transitions"])
def test_twin_has_the_original_model(kind: str):
    """Masses, inertias, joints, damping, friction, geometry and options of every recorded world are the original's."""
    for recording, original in recorded_models(kind):
        bodies = fill_bodies(recording, [0])
        twin = mujoco.MjModel.from_xml_string(build_mjcf(bodies, recording.counts, recording.game.physics, 0))
        for name in (
            "body_mass", "body_inertia", "body_ipos", "body_pos", "body_invweight0", "dof_invweight0",
            "dof_damping", "dof_armature", "dof_frictionloss", "jnt_type", "jnt_axis", "jnt_pos", "jnt_stiffness",
            "jnt_solref", "jnt_solimp", "geom_type", "geom_size", "geom_pos", "geom_friction", "geom_condim",
            "geom_contype", "geom_conaffinity", "geom_margin", "geom_solref", "geom_solimp", "geom_bodyid",
            "mesh_vert", "eq_type", "eq_solref", "eq_solimp", "eq_obj1id", "actuator_trnid",
        ):  # fmt: skip
            np.testing.assert_allclose(getattr(twin, name), getattr(original, name), atol=1e-7, err_msg=name)
        # How a sphere is turned makes no difference.
        turned = np.flatnonzero(original.geom_type != mujoco.mjtGeom.mjGEOM_SPHERE)
        bodies_turned = original.geom_bodyid[turned]
        np.testing.assert_allclose(twin.geom_quat[turned], original.geom_quat[turned], atol=1e-7)
        np.testing.assert_allclose(twin.body_iquat[bodies_turned], original.body_iquat[bodies_turned], atol=1e-7)
        for name in ("timestep", "disableflags", "enableflags", "integrator", "solver", "cone", "tolerance"):
            assert getattr(twin.opt, name) == getattr(original.opt, name), name
        np.testing.assert_array_equal(twin.opt.gravity, original.opt.gravity)


def test_twin_steps_like_the_original_model():
    """From the same state, with the recorded controls, welds and locks, both models reach the same state."""
    for recording, original in recorded_models("transitions"):
        rows = np.arange(0, recording.step_count, 12)
        bodies, control = fill_bodies(recording, rows), control_of(recording, rows)
        twin = make_twin(bodies, recording.counts, recording.game.physics, 0)
        data = mujoco.MjData(original)
        for w in range(len(rows)):
            put_state(twin, bodies, w)
            mujoco.mj_resetData(original, data)
            data.qpos[:], data.qvel[:] = twin.data.qpos, twin.data.qvel
            data.ctrl[:] = control[w].ravel().astype(float) / FORCE_PER_CONTROL
            data.eq_active[:] = twin.data.eq_active
            for name in ("eq_obj2id", "eq_data", "jnt_limited", "jnt_range"):
                getattr(original, name)[:] = getattr(twin.model, name)
            mujoco.mj_step(original, data, 15)
            step_twin(twin, control[w])
            np.testing.assert_allclose(twin.data.qpos, data.qpos, atol=1e-6)
            np.testing.assert_allclose(twin.data.qvel, data.qvel, atol=1e-5)


def test_twin_holds_and_locks_as_recorded():
    """Where an object is held or locked, the twin reaches the recorded next state, and without the weld it does not."""
    recording, _ = next(recorded_models("transitions"))
    rows = np.flatnonzero(recording.arrays["weld_active"].any(axis=1))[::10]
    bodies, control = fill_bodies(recording, rows), control_of(recording, rows)
    twin = make_twin(bodies, recording.counts, recording.game.physics, 0)
    error = np.zeros((2, len(rows)))
    for w, row in enumerate(rows):
        for released in (False, True):
            put_state(twin, bodies, w)
            if released:
                twin.data.eq_active[:] = 0
            step_twin(twin, control[w])
            error[int(released), w] = np.abs(twin.data.qpos - recording.arrays["next_qpos"][row]).max()
    assert np.median(error[0]) < 1e-5
    assert np.median(error[1]) > 1e-3


def test_state_goes_in_and_out():
    """What was put into the twin is read back; absent bodies are left alone."""
    game = PRESETS["random-walls"]
    bodies, _ = draw_layouts(game, 1)
    assert not bodies.exists.all()
    rng = np.random.default_rng(0)
    bodies.pose[:, :, 3] = rng.uniform(-3.0, 3.0, bodies.pose.shape[:2])
    bodies.velocity[:] = rng.uniform(-1.0, 1.0, bodies.velocity.shape)
    twin = make_twin(bodies, game.counts, game.physics, 0)
    out = allocate_bodies(1, game.counts)
    read_state(twin, out, 0)
    for ours, theirs in ((bodies.pose, out.pose), (bodies.velocity, out.velocity)):
        np.testing.assert_allclose(theirs[bodies.exists], ours[bodies.exists], atol=1e-6)
        assert not theirs[~bodies.exists].any()


def test_missing_mujoco_is_said_in_one_sentence(monkeypatch):
    """The error says what to install."""
    game = PRESETS["quadrant"]
    bodies, _ = draw_layouts(game, 1)
    monkeypatch.setitem(sys.modules, "mujoco", None)
    with pytest.raises(ImportError, match=r"MuJoCo is not installed; .*hideseek\[mujoco\]"):
        make_twin(bodies, game.counts, game.physics, 0)
