"""Space: the reverb is one more thing to play. How much of it, how long, how dark: signals like any other."""

drone = load("default")
clock.bpm = 84
drone.z = A.glass
drone.gain = "[.75 .3 .5 .3]*2"                # short strokes, so that the room is heard between them
drone.play(over=4)

# As much as a slow tide, and longer while it is brighter: a parameter of another is a live link.
verb.mix = .2 + .25*lfo(16)
verb.t60 = 1 + 3*drone.bright
verb.damping = .5*drift(8)
verb.pre_delay = 60                            # ms

drone.z1 = drift(4)
drone.bright = lfo(12).range(.2, .8)


# Every 32 beats the room holds its breath: what sounds stays, and nothing new comes in.
@every(16)
def breath(n):
    verb.freeze = n % 2
    return 4 if n % 2 else 28
