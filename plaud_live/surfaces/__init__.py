"""Control surfaces of other programs: Pure Data, Max, Open Stage Control, TouchOSC, TouchDesigner.

They are written for a model. What they show is one layout, read from the OSC namespace; each program has a
file that writes it down.
"""
