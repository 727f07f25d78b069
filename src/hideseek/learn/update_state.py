"""What the updates keep from one iteration to the next, beside the learner. Imports nothing heavy."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from hideseek.checks import check_number, shown

NOISE_DECAY = 0.99
"""Of the moving averages of the gradient's noise, per iteration."""
MAXIMUM_DECAY = 0.75
"""Of the moving maximum of advantages, per iteration (Cusumano-Towner et al. 2025)."""
RATE_STEP = 1.5
"""What the learning rate is multiplied with or divided by after an iteration."""
LOWEST_RATE, HIGHEST_RATE = 0.01, 10.0
"""How far the learning rate may go, in units of the one that was asked for."""
NOISE_METRICS = {"policy_noise": "", "value_noise": "_value"}
"""How the metrics of the two networks' gradients end."""


@dataclass(frozen=True)
class NoiseScale:
    """Moving averages of |G|^2 and of tr(Sigma), of which the noise scale is the ratio (McCandlish et al. 2018).

    Both begin at zero and have seen the same iterations: what that takes from them is not in their ratio.
    """

    square: float = 0.0
    """Squared norm of the expected gradient."""
    variance: float = 0.0
    """Trace of the covariance of the gradient of one sample."""

    def updated(self, square: float, variance: float) -> "NoiseScale":
        """Return the averages after one more iteration."""
        new = 1.0 - NOISE_DECAY
        return NoiseScale(NOISE_DECAY * self.square + new * square, NOISE_DECAY * self.variance + new * variance)

    @property
    def samples(self) -> float | None:
        """The noise scale, tr(Sigma) / |G|^2; None where no gradient can be told from the noise."""
        return self.variance / self.square if self.square > 0.0 else None


@dataclass(frozen=True)
class UpdateState:
    """Moving averages that the updates keep, and the learning rate that follows the Kullback-Leibler divergence."""

    policy_noise: NoiseScale = NoiseScale()
    value_noise: NoiseScale = NoiseScale()
    rate_factor: float = 1.0
    """The learning rate, in units of `TrainConfig.learning_rate`."""
    largest_advantage: float = 0.0
    """Moving average of the largest |advantage| of each window, in units of reward; 0 before the first."""

    @classmethod
    def load(cls, content: Any) -> "UpdateState":
        """Return the state that was saved as nested dicts (`dataclasses.asdict`).

        Raises:
            ValueError: It is something else, or a number is out of range.
        """
        numbers = {"rate_factor": (LOWEST_RATE, HIGHEST_RATE), "largest_advantage": (0.0, None)}
        content = _entries("update", content, cls)
        for name, (least, most) in numbers.items():
            check_number(f"{name} of update", content[name], least=least, most=most)
        noises = {name: _entries(f"{name} of update", content[name], NoiseScale) for name in NOISE_METRICS}
        for name, noise in noises.items():
            for entry, value in noise.items():
                check_number(f"{entry} of {name} of update", value)
        return cls(**{**content, **{name: NoiseScale(**noise) for name, noise in noises.items()}})

    def with_noise(self, metrics: Mapping[str, float]) -> "UpdateState":
        """Return the state after an iteration with these `gradient/...`; where there are none, as it is."""
        if "gradient/square" not in metrics:
            return self
        noises = {
            name: getattr(self, name).updated(metrics[f"gradient/square{end}"], metrics[f"gradient/variance{end}"])
            for name, end in NOISE_METRICS.items()
        }
        return replace(self, **noises)

    def with_kl(self, kl: float, target: float) -> "UpdateState":
        """Return the state after an iteration that changed the policy by `kl` [nat].

        The learning rate falls where that is more than twice the target, and rises where it is less than half of it.
        """
        factor = self.rate_factor
        if kl > 2.0 * target:
            factor = max(factor / RATE_STEP, LOWEST_RATE)
        elif 0.0 < kl < 0.5 * target:  # exactly 0: no sample trained the policy
            factor = min(factor * RATE_STEP, HIGHEST_RATE)
        return replace(self, rate_factor=factor)

    def with_largest_advantage(self, largest: float) -> "UpdateState":
        """Return the state after a window with this largest |advantage|."""
        if self.largest_advantage > 0.0:
            largest = MAXIMUM_DECAY * self.largest_advantage + (1.0 - MAXIMUM_DECAY) * largest
        return replace(self, largest_advantage=largest)

    def metrics(self) -> dict[str, float]:
        """Return the noise scales, where they are known."""
        scales = {f"gradient/noise_scale{end}": getattr(self, name).samples for name, end in NOISE_METRICS.items()}
        return {name: scale for name, scale in scales.items() if scale is not None}


def _entries(name: str, content: Any, kind: type) -> dict[str, Any]:
    """Return a dict with an entry for each field of a dataclass; raise ValueError where it is something else."""
    names = [field.name for field in fields(kind)]
    if not isinstance(content, dict) or sorted(content) != sorted(names):
        raise ValueError(f"{name} is {shown(content)}, expected an object of {', '.join(names)}")
    return content
