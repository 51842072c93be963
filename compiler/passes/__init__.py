"""Rewritings of the tree, each of which keeps its response: what `pipeline` and the back ends call."""
