"""Places: anchors of what the model has heard, and ways to travel between them."""

drone = load("default")
clock.bpm = 80

drone.z = A.wood                       # all latents at once: a woody bass
drone.gain = .9
drone.play(over=2)

# From what sounds to a place that moves itself: between a choir and a hum, every 12 beats.
drone.z = to(A.choir.to(A.haunted, lfo(12)), 16)

# Two latents leave the path: one climbs in four steps, one is the piano's for every other 16 beats.
drone.z4 = saw(16).quant(4).range(.2, .9).to(.5, lfo(64))
drone.z7 = A.wood.to(A.piano, sq(32, phase=.5))

# The room between the ears follows the way that was gone.
drone.pan = .2 + .6*drone.z4
