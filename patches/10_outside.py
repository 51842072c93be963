"""Outside: what is heard, what other programs send and are sent, and functions of your own, as signals."""

drone = load("default")
clock.bpm = 80
drone.z = A.hum
drone.gain = .8
drone.play(over=4)

# The room: as loud as what the microphone hears; silence leaves the LFO. mic.z would be all its latents.
drone.loud = .7 + .15*lfo(8) + .3*mic.loud.slew(1/4)
drone.bright = mic.bright.to(lfo(24), .7)      # seven parts of an LFO, three of the room

# Other programs: oscsend localhost 9100 /plaud/ctl/td/x f 0.8  (.5 until something arrives)
drone.pan = osc("td/x").slew(1)
drone.z4 = (osc("td/y")*.6 + .4*drift(4)).clip()

# And back: a light that breathes with the sound, each value stamped with when it is heard. None ends it.
osc.out("127.0.0.1:7000", "/light", drone.loud*.8)

# Your own mathematics, sampled ahead while it plays: three lengths that meet every 105 beats.
def swell(beat):
    return sum((beat % length)/length for length in (3, 5, 7))/3

drone.z5 = fn(swell).slew(1/8)
drone.z7 = fn(lambda beat: .5 + .4*(-1)**int(beat//2)).slew(1)
