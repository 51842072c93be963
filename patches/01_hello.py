"""Hello: one instrument, and latents that swing at lengths which rarely meet: it never quite repeats."""

drone = load("default")
clock.bpm = 92
drone.z = A.fifths                     # a place that the model learnt, from a guitar's fifths
drone.gain = .8
drone.play(over=4)                     # fade in over 4 beats

drone.z0 = .1 + .45*lfo(16)            # the first latent carries most of the sound: bright, dark
drone.z1 = .55 + .35*lfo(6)            # this one is mostly weight
drone.z2 = .6 + .35*drift(4)           # and this one how loud; it wanders by itself
drone.z0 += .08*lfo(1/2)               # a tremor, laid over what is there
drone.pan = .3 + .4*lfo(12)
