"""The engine and the processes around it: rendering, ring, sink, supervisor. Importing starts nothing."""
