"""Walk: nobody plays, and it goes for a walk. Chance that is the same each time: try other seeds."""

drone = load("default")
clock.bpm = 84
drone.z = A.guitar
drone.gain = .65
drone.play(over=4)

drone.loud = .65 + .3*drift(2)         # drift: smooth, to a new place every 2 beats
drone.z0 = walk(1/2, .12)              # walk: steps of about .12, one every half beat
drone.z3 = walk(1/2, .2, seed=7).quant(5)              # only five places, so it jumps,
drone.z1 = walk(1, .25, seed=2).quant(4).slew(1/2)     # or climbs from one to the next in half a beat
drone.z7 = drift(1, seed=5).hold(2)    # looked at every 2 beats, held between

# The same walk, slower and wider, places it in the room.
drone.pan = walk(2, .12).range(.15, .85)
drone.sines = walk(1, .2, seed=3).range(12, 96)
