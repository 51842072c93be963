"""Pulse: rhythm from signals, two instruments, and one that follows the other."""

pad = load("default")
hit = load("perc")
clock.bpm = 100

# The ground: slow, mostly sines, fewer and more of them every two bars.
pad.z = to(A.drone.to(A.fifths, lfo(24)), 4)
pad.sines = saw(8).range(96, 6)
pad.noise_gain = .3
pad.play(over=4)

# The pulse: noise alone, struck on every beat, twice as fast in the last of four bars.
beat, fast = 1 - saw(1), 1 - saw(1/2)
last = sq(16, phase=.5)*sq(8, phase=.5)    # 1 in the last of four bars: gates multiply
hit.z = A.crash.to(A.kick, sq(4))      # high, low: a place for each half of the bar
hit.sine_gain = .35*beat**6
hit.noise_gain = (.95*beat**3).to(.8*fast**4, last)
hit.pan = .35 + .3*sq(2)
hit.z5 = pad.z5                        # a live link: what bends the ground bends the pulse
hit.play()
