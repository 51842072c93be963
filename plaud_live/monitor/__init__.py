"""The monitor: a second screen that shows what the instrument does. It reads and never disturbs."""
