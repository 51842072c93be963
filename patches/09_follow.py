"""Follow: parameters that listen to others. A canon, a shadow, and a bass that ducks."""

lead = load("default")
echo = load("default")
bass = load("default")
clock.bpm = 90

# One line, by itself.
lead.z = seq(A.fifths, A.choir, A.guitar, A.flageolet, every=4, glide=1)
lead.loud = env([.4, .95, .4], [1/8, 1], every=3/2)
lead.pan = .25
lead.play(over=4)

# The same, three beats later and a third darker, wherever the line goes: a live link, not a copy.
echo.z = lead.z.delay(3)
echo.bright = echo.bright - .3
echo.pan = 1 - lead.pan
echo.gain = .65
echo.play(over=16)

# Loud where the line is soft, and as many partials as the line is bright.
bass.z = A.piano
bass.loud = 1.2 - lead.loud.slew(1/4)
bass.sines = 6 + 60*lead.bright.clip()
bass.gain = .5
bass.play(over=8)
