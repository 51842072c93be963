"""Hello: one instrument, and latents that swing at lengths which rarely meet: it never quite repeats."""

drone = load("default")
clock.bpm = 92
drone.z = A.fifths                     # a place that the model learnt, from a guitar's fifths
drone.gain = .8
drone.play(over=4)                     # fade in over 4 beats

drone.z0 = .25 + .45*lfo(16)           # the first latent: dark, bright
drone.noisy = .15 + .5*lfo(6)          # some have names: this is z1, from partials to noise
drone.loud = .65 + .3*drift(4)         # and this is z2; it wanders by itself
drone.z0 += .08*lfo(1/2)               # a tremor, laid over what is there
drone.pan = .3 + .4*lfo(12)
