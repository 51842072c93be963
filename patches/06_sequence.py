"""Sequence: places in an order, envelopes that shape each of them, and a tempo that moves."""

pad = load("default")
bass = load("default")
clock.bpm = 72
clock.bpm = to(108, 32)                        # faster, over 32 beats

# Four places, 8 beats each; the way to each takes two.
pad.z = seq(A.fifths, A.choir, A.drone, A.glass, every=8, glide=2)
pad.loud = env([.55, .95, .6], [2, 6], every=8)  # swells with each of them
pad.z4 = seq(.7, .3, lfo(2), every=8).slew(1)  # a value may be any signal
pad.gain = .7
pad.pan = .3 + .4*lfo(16)
pad.play(over=4)

# Levels and the beats between them: a stroke of one beat and a half, every two beats.
bass.z = seq(A.piano, A.piano, A.ghe, A.wood, every=2)
bass.loud = env([.2, .95, .7, .2], [.05, .4, 1], every=2, shape="smooth")
bass.sines = seq(96, 24, 48, every=6)
bass.gain = .55
bass.play(over=16)
