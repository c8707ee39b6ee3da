"""The types of arrays: one name for each kind of number in them."""

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint8]  # (n, findings); 0 is unknown, 1 + levels.index(level) an answer
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
