"""Programs of other authors that play the instrument, and surfaces that are written for them."""
