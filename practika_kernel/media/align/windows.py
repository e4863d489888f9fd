"""Running means and maxima along time, centred and of the input's length."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def local_mean(values: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    """Mean over ``width`` (made odd) frames along the first axis; fewer at the ends.

    >>> import numpy as np
    >>> local_mean(np.array([0, 3, 0, 0], dtype=np.float32), 3).tolist()
    [1.5, 1.0, 1.0, 0.0]
    """
    import numpy as np

    half = width // 2
    total = np.concatenate(
        [np.zeros_like(values[:1], dtype=np.float64), np.cumsum(values, axis=0, dtype=np.float64)]
    )
    places = np.arange(len(values))
    low, high = np.maximum(places - half, 0), np.minimum(places + half + 1, len(values))
    count = (high - low).reshape(-1, *[1] * (values.ndim - 1))
    mean: NDArray[np.float32] = ((total[high] - total[low]) / count).astype(np.float32)
    return mean


def local_max(values: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    """Largest value over ``width`` (made odd) frames along the first axis.

    >>> import numpy as np
    >>> local_max(np.array([0, 3, 1, 0], dtype=np.float32), 3).tolist()
    [3.0, 3.0, 3.0, 1.0]
    """
    import numpy as np

    half = width // 2
    shape = (half, *values.shape[1:])
    rest = np.full(shape, -np.inf, dtype=values.dtype)
    run = np.concatenate([rest, values, rest])
    # Doubling: a maximum over 2^k frames is that of two maxima over 2^(k-1).
    done = 1
    wanted = 2 * half + 1
    while done < wanted:
        step = min(done, wanted - done)
        run = np.maximum(run[:-step], run[step:])
        done += step
    return run
