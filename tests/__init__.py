"""A package of its own, so that the `tests` that some dependencies install do not stand before it."""
