"""Pattern: a line of text is a cycle of steps, over numbers and over places."""

low = load("default")
high = load("default")
clock.bpm = 96

# Four steps of a beat each; the third is another one each time around, the last goes on.
low.z = pat("ghe guitar <fifths drone> _", glide=1/2)
low.loud = ".8 [.6 .85] <.75 [.9 .6 .8]> _"    # steps within steps
low.gain = .55
low.play(over=4)

# [1 .3] is a stroke. Five of them spread over sixteen steps, then three or five over eight.
high.z = "glass <choir flageolet> <haunted chime>*2 glass?"
high.loud = pat("[1 .3](5,16) <[1 .3](3,8) [.9 .2](5,8)>", cycle=8).slew(1/8)
high.bright = "<.3 .7 .5 .9>"
high.pan = pat(".15 .85 .3 .7", cycle=2, glide=1/8)
high.gain = .6
high.play(over=8)
