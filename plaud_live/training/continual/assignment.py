"""The assignment problem, by the shortest augmenting paths of Jonker and Volgenant (1987)."""

import numpy as np


def assign(gain: np.ndarray) -> list[int]:
    """A column for each row of the square matrix `gain`, each once, so that the sum of the gains is
    largest."""
    size = len(gain)
    cost = gain.max(initial=0.0) - gain
    rows_price, columns_price = np.zeros(size + 1), np.zeros(size + 1)
    row_of = np.zeros(size + 1, int)  # of each column, from 1; 0 is none
    before = np.zeros(size + 1, int)
    for row in range(1, size + 1):
        row_of[0], column = row, 0
        least, seen = np.full(size + 1, np.inf), np.zeros(size + 1, bool)
        while row_of[column]:
            seen[column] = True
            i = row_of[column]
            free = ~seen
            free[0] = False
            reduced = np.append(np.inf, cost[i - 1] - rows_price[i] - columns_price[1:])
            nearer = free & (reduced < least)
            least[nearer], before[nearer] = reduced[nearer], column
            following = int(np.argmin(np.where(free, least, np.inf)))
            step = least[following]
            rows_price[row_of[seen]] += step
            columns_price[seen] -= step
            least[free] -= step
            column = following
        while column:
            row_of[column] = row_of[before[column]]
            column = int(before[column])
    found = np.zeros(size, int)
    found[row_of[1:] - 1] = np.arange(size)
    return [int(column) for column in found]
