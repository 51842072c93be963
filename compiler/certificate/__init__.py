"""The stability certificate: what a program can be shown to do, without a frequency grid as proof."""
