"""The intermediate representation: immutable trees of linear, time-invariant nodes, and their JSON."""
