"""One counter-based random stream per world: a value depends on (seed, world index, draw number) alone.

The generator is SplitMix64 (Steele, Lea and Flood 2014): a 64-bit mix of a key and a counter.
"""

import numpy as np

from hideseek.sim.kernel import entry_kernel, kernel

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
LARGEST_SEED = 2**64 - 1


@kernel
def mix(value: np.uint64) -> np.uint64:
    """Scramble 64 bits so that neighbouring values give unrelated results."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@entry_kernel
def seed_streams(key, counter, seed, first_world):
    """Start the streams of worlds `first_world`, `first_world` + 1, ... of `seed` (arrays of uint64, one per world)."""
    base = mix(np.uint64(seed) + GOLDEN)
    for w in range(key.shape[0]):
        key[w] = mix(base ^ mix(np.uint64(first_world + w) * GOLDEN + np.uint64(1)))
        counter[w] = np.uint64(0)


@kernel
def uniform(record, w):
    """Draw a float in [0, 1) from world `w`'s stream."""
    record.random_counter[w] += np.uint64(1)
    bits = mix(record.random_key[w] + record.random_counter[w] * GOLDEN)
    return np.float64(bits >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@kernel
def uniform_in(record, w, low, high):
    """Draw a float in [low, high) from world `w`'s stream."""
    return low + (high - low) * uniform(record, w)


@kernel
def integer(record, w, low, high):
    """Draw an integer in {low, ..., high - 1} from world `w`'s stream."""
    return low + int(uniform(record, w) * (high - low))
