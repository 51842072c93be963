"""Loops: functions that play in time and choose by themselves. `every()` lists them, hush() ends them."""

drone = load("default")
spark = load("default")
clock.bpm = 100
drone.z = A.drone
drone.gain = .75
drone.play(over=4)
spark.gain = .7
spark.play(over=8)

@every(8)
def wander(n):                                 # n counts the runs: 0, 1, 2 …
    place = choose(A.fifths, A.choir, A.drone, A.hum).to(choose(A.glass, A.guitar, .5), .5*lfo(4))
    drone(z=place, over=6)
    drone.loud = .85                           # as loud everywhere

@every(4)
def sparkle(n):
    spark.z = choose(A.chime, A.glass, A.bell, A.coins)
    spark.loud = env([1, .1], [1/2], every=choose(1/2, 1, 4/3))
    spark.pan = choose(.1, .3, .7, .9)
    return 2 if n % 8 == 7 else 4              # the beats until the next run; False would end it

@every(1/2)
def thin(n):                                   # fewer partials at each run, until it is enough
    drone.sines = 96 - n
    return n < 80
