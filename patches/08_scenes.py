"""Scenes: everything as it is, under a name, to come back to, and the way between two of them."""

drone = load("default")
glint = load("default")
clock.bpm = 88
drone.play(over=4); glint.play(over=4) # a scene knows who plays, too

# One picture: high, in pulses, far apart.
drone(z=A.choir, gain=.65, pan=.6)
drone.z4 = .3 + .3*lfo(3)
glint(z=A.glass, gain=.6, pan=.2)
glint.loud = env([.9, .2], [1], every=1)
scene("open")

# Another one: low, slow, and one of them is silent. It begins with this.
drone(z=A.ghe, gain=.6, pan=.4)
drone.loud = .7 + .2*lfo(8)
glint(z=A.chime, gain=0, pan=.8)
scene("dark")

# From one to the other, and between them: numbers and latents are mixed, all else is crossfaded.
@every(16)
def form(n):
    if n % 4 == 1: scene.open(over=8)
    if n % 4 == 2: scene.morph("dark", "open", lfo(4), over=4)
    if n and n % 4 == 0: scene.dark(over=12)
