"""plaud-live: neural synthesizers that are trained on recordings and played by typing at a prompt."""

__version__ = "0.1.0"
