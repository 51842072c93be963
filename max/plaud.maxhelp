{
 "patcher": {
  "fileversion": 1,
  "appversion": {
   "major": 8,
   "minor": 5,
   "revision": 5,
   "architecture": "x64",
   "modernui": 1
  },
  "classnamespace": "box",
  "rect": [
   60.0,
   90.0,
   740.0,
   848.0
  ],
  "openinpresentation": 0,
  "default_fontsize": 12.0,
  "default_fontface": 0,
  "default_fontname": "Arial",
  "gridsize": [
   15.0,
   15.0
  ],
  "boxes": [
   {
    "box": {
     "id": "obj-0",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      10.0,
      532.0,
      30.0
     ],
     "text": "plaud: a model of plaud-live, played through nn~",
     "fontsize": 20.0
    }
   },
   {
    "box": {
     "id": "obj-1",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      44.0,
      298.0,
      22.0
     ],
     "text": "needs nn~ 1.5.6 or newer and Max at 44.1 kHz",
     "fontsize": 12.0
    }
   },
   {
    "box": {
     "id": "obj-2",
     "maxclass": "bpatcher",
     "numinlets": 9,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      200.0,
      652.0,
      188.0
     ],
     "outlettype": [
      "signal"
     ],
     "name": "plaud.maxpat",
     "viewvisibility": 1,
     "border": 1
    }
   },
   {
    "box": {
     "id": "obj-3",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      84.0,
      194.0,
      22.0
     ],
     "text": "messages to the first inlet:",
     "fontsize": 12.0
    }
   },
   {
    "box": {
     "id": "obj-4",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      110.0,
      81.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "bright 0.8"
    }
   },
   {
    "box": {
     "id": "obj-5",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      111.0,
      110.0,
      100.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "z 0.1 0.9 0.5"
    }
   },
   {
    "box": {
     "id": "obj-6",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      221.5,
      110.0,
      42.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "home"
    }
   },
   {
    "box": {
     "id": "obj-7",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      273.5,
      110.0,
      68.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "sines 24"
    }
   },
   {
    "box": {
     "id": "obj-8",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      351.5,
      110.0,
      68.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "sines 96"
    }
   },
   {
    "box": {
     "id": "obj-9",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      429.5,
      110.0,
      107.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "preset store 1"
    }
   },
   {
    "box": {
     "id": "obj-10",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      546.5,
      110.0,
      68.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "preset 1"
    }
   },
   {
    "box": {
     "id": "obj-11",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      638.5,
      84.0,
      161.5,
      22.0
     ],
     "text": "signals add to latents:",
     "fontsize": 12.0
    }
   },
   {
    "box": {
     "id": "obj-12",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      638.5,
      110.0,
      77.0,
      22.0
     ],
     "outlettype": [
      "signal"
     ],
     "text": "cycle~ 0.1"
    }
   },
   {
    "box": {
     "id": "obj-13",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      638.5,
      150.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "signal"
     ],
     "text": "*~ 0."
    }
   },
   {
    "box": {
     "id": "obj-14",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      728.5,
      110.0,
      50.0,
      22.0
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 0.0,
     "maximum": 1.0,
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-15",
     "maxclass": "ezdac~",
     "numinlets": 2,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      408.0,
      45.0,
      45.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-16",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      100.0,
      412.0,
      311.0,
      22.0
     ],
     "text": "OSC at UDP port 9110: /plaud/z0 0.3 or /z0 0.3",
     "fontsize": 12.0
    }
   },
   {
    "box": {
     "id": "obj-17",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      100.0,
      434.0,
      259.0,
      22.0
     ],
     "text": "what the dials do is told at port 9111",
     "fontsize": 12.0
    }
   },
   {
    "box": {
     "id": "obj-18",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      488.0,
      410.66666666666663,
      26.0
     ],
     "text": "what comes in: use headphones or it feeds back",
     "fontsize": 16.0
    }
   },
   {
    "box": {
     "id": "obj-19",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      518.0,
      259.0,
      22.0
     ],
     "text": "forward: the model plays what it hears",
     "fontsize": 12.0
    }
   },
   {
    "box": {
     "id": "obj-20",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      548.0,
      51.0,
      22.0
     ],
     "outlettype": [
      "signal"
     ],
     "text": "adc~ 1"
    }
   },
   {
    "box": {
     "id": "obj-21",
     "maxclass": "toggle",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      548.0,
      22.0,
      22.0
     ],
     "outlettype": [
      "int"
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-22",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      165.0,
      548.0,
      70.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "enable $1"
    }
   },
   {
    "box": {
     "id": "obj-23",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      588.0,
      239.5,
      22.0
     ],
     "outlettype": [
      "signal"
     ],
     "text": "nn~ plaud.ts forward 2048 @enable 0"
    }
   },
   {
    "box": {
     "id": "obj-24",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      668.0,
      64.0,
      22.0
     ],
     "text": "dac~ 1 2"
    }
   },
   {
    "box": {
     "id": "obj-25",
     "maxclass": "newobj",
     "numinlets": 3,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      628.0,
      90.0,
      22.0
     ],
     "outlettype": [
      "signal"
     ],
     "text": "clip~ -1. 1."
    }
   },
   {
    "box": {
     "id": "obj-26",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      290.0,
      518.0,
      291.5,
      22.0
     ],
     "text": "encode: what it hears as latents for decode",
     "fontsize": 12.0
    }
   },
   {
    "box": {
     "id": "obj-27",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      290.0,
      548.0,
      51.0,
      22.0
     ],
     "outlettype": [
      "signal"
     ],
     "text": "adc~ 1"
    }
   },
   {
    "box": {
     "id": "obj-28",
     "maxclass": "toggle",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      400.0,
      548.0,
      22.0,
      22.0
     ],
     "outlettype": [
      "int"
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-29",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      435.0,
      548.0,
      70.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "enable $1"
    }
   },
   {
    "box": {
     "id": "obj-30",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      290.0,
      588.0,
      77.0,
      22.0
     ],
     "outlettype": [
      "multichannelsignal"
     ],
     "text": "mc.pack~ 1"
    }
   },
   {
    "box": {
     "id": "obj-31",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      290.0,
      628.0,
      272.0,
      22.0
     ],
     "outlettype": [
      "multichannelsignal"
     ],
     "text": "mcs.nn~ plaud.ts encode 1 2048 @enable 0"
    }
   },
   {
    "box": {
     "id": "obj-32",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      290.0,
      668.0,
      272.0,
      22.0
     ],
     "outlettype": [
      "multichannelsignal"
     ],
     "text": "mcs.nn~ plaud.ts decode 1 2048 @enable 0"
    }
   },
   {
    "box": {
     "id": "obj-33",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      290.0,
      708.0,
      90.0,
      22.0
     ],
     "outlettype": [
      "signal"
     ],
     "text": "mc.unpack~ 1"
    }
   },
   {
    "box": {
     "id": "obj-34",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 0,
     "patching_rect": [
      400.0,
      748.0,
      64.0,
      22.0
     ],
     "text": "dac~ 1 2"
    }
   },
   {
    "box": {
     "id": "obj-35",
     "maxclass": "newobj",
     "numinlets": 3,
     "numoutlets": 1,
     "patching_rect": [
      400.0,
      708.0,
      90.0,
      22.0
     ],
     "outlettype": [
      "signal"
     ],
     "text": "clip~ -1. 1."
    }
   },
   {
    "box": {
     "id": "obj-36",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 8,
     "patching_rect": [
      20.0,
      708.0,
      90.0,
      22.0
     ],
     "outlettype": [
      "signal",
      "signal",
      "signal",
      "signal",
      "signal",
      "signal",
      "signal",
      "signal"
     ],
     "text": "mc.unpack~ 8"
    }
   },
   {
    "box": {
     "id": "obj-37",
     "maxclass": "number~",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      783.0,
      56.0,
      22.0
     ],
     "outlettype": [
      "signal",
      "float"
     ],
     "mode": 2,
     "sig": 0.0
    }
   },
   {
    "box": {
     "id": "obj-38",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      805.0,
      51.0,
      22.0
     ],
     "text": "bright",
     "fontsize": 12.0
    }
   },
   {
    "box": {
     "id": "obj-39",
     "maxclass": "number~",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      98.0,
      783.0,
      56.0,
      22.0
     ],
     "outlettype": [
      "signal",
      "float"
     ],
     "mode": 2,
     "sig": 0.0
    }
   },
   {
    "box": {
     "id": "obj-40",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      98.0,
      805.0,
      44.5,
      22.0
     ],
     "text": "noisy",
     "fontsize": 12.0
    }
   },
   {
    "box": {
     "id": "obj-41",
     "maxclass": "number~",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      176.0,
      783.0,
      56.0,
      22.0
     ],
     "outlettype": [
      "signal",
      "float"
     ],
     "mode": 2,
     "sig": 0.0
    }
   },
   {
    "box": {
     "id": "obj-42",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      176.0,
      805.0,
      38.0,
      22.0
     ],
     "text": "loud",
     "fontsize": 12.0
    }
   },
   {
    "box": {
     "id": "obj-43",
     "maxclass": "number~",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      254.0,
      783.0,
      56.0,
      22.0
     ],
     "outlettype": [
      "signal",
      "float"
     ],
     "mode": 2,
     "sig": 0.0
    }
   },
   {
    "box": {
     "id": "obj-44",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      254.0,
      805.0,
      25.0,
      22.0
     ],
     "text": "z3",
     "fontsize": 12.0
    }
   },
   {
    "box": {
     "id": "obj-45",
     "maxclass": "number~",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      332.0,
      783.0,
      56.0,
      22.0
     ],
     "outlettype": [
      "signal",
      "float"
     ],
     "mode": 2,
     "sig": 0.0
    }
   },
   {
    "box": {
     "id": "obj-46",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      332.0,
      805.0,
      25.0,
      22.0
     ],
     "text": "z4",
     "fontsize": 12.0
    }
   },
   {
    "box": {
     "id": "obj-47",
     "maxclass": "number~",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      410.0,
      783.0,
      56.0,
      22.0
     ],
     "outlettype": [
      "signal",
      "float"
     ],
     "mode": 2,
     "sig": 0.0
    }
   },
   {
    "box": {
     "id": "obj-48",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      410.0,
      805.0,
      25.0,
      22.0
     ],
     "text": "z5",
     "fontsize": 12.0
    }
   },
   {
    "box": {
     "id": "obj-49",
     "maxclass": "number~",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      488.0,
      783.0,
      56.0,
      22.0
     ],
     "outlettype": [
      "signal",
      "float"
     ],
     "mode": 2,
     "sig": 0.0
    }
   },
   {
    "box": {
     "id": "obj-50",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      488.0,
      805.0,
      25.0,
      22.0
     ],
     "text": "z6",
     "fontsize": 12.0
    }
   },
   {
    "box": {
     "id": "obj-51",
     "maxclass": "number~",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      566.0,
      783.0,
      56.0,
      22.0
     ],
     "outlettype": [
      "signal",
      "float"
     ],
     "mode": 2,
     "sig": 0.0
    }
   },
   {
    "box": {
     "id": "obj-52",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      566.0,
      805.0,
      25.0,
      22.0
     ],
     "text": "z7",
     "fontsize": 12.0
    }
   }
  ],
  "lines": [
   {
    "patchline": {
     "source": [
      "obj-4",
      0
     ],
     "destination": [
      "obj-2",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-5",
      0
     ],
     "destination": [
      "obj-2",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-6",
      0
     ],
     "destination": [
      "obj-2",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-7",
      0
     ],
     "destination": [
      "obj-2",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-8",
      0
     ],
     "destination": [
      "obj-2",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-9",
      0
     ],
     "destination": [
      "obj-2",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-10",
      0
     ],
     "destination": [
      "obj-2",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-12",
      0
     ],
     "destination": [
      "obj-13",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-14",
      0
     ],
     "destination": [
      "obj-13",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-13",
      0
     ],
     "destination": [
      "obj-2",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-2",
      0
     ],
     "destination": [
      "obj-15",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-2",
      0
     ],
     "destination": [
      "obj-15",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-21",
      0
     ],
     "destination": [
      "obj-22",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-22",
      0
     ],
     "destination": [
      "obj-23",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-20",
      0
     ],
     "destination": [
      "obj-23",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-23",
      0
     ],
     "destination": [
      "obj-25",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-25",
      0
     ],
     "destination": [
      "obj-24",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-25",
      0
     ],
     "destination": [
      "obj-24",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-28",
      0
     ],
     "destination": [
      "obj-29",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-27",
      0
     ],
     "destination": [
      "obj-30",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-30",
      0
     ],
     "destination": [
      "obj-31",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-31",
      0
     ],
     "destination": [
      "obj-32",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-32",
      0
     ],
     "destination": [
      "obj-33",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-29",
      0
     ],
     "destination": [
      "obj-31",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-29",
      0
     ],
     "destination": [
      "obj-32",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-33",
      0
     ],
     "destination": [
      "obj-35",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-35",
      0
     ],
     "destination": [
      "obj-34",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-35",
      0
     ],
     "destination": [
      "obj-34",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-31",
      0
     ],
     "destination": [
      "obj-36",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-36",
      0
     ],
     "destination": [
      "obj-37",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-36",
      1
     ],
     "destination": [
      "obj-39",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-36",
      2
     ],
     "destination": [
      "obj-41",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-36",
      3
     ],
     "destination": [
      "obj-43",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-36",
      4
     ],
     "destination": [
      "obj-45",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-36",
      5
     ],
     "destination": [
      "obj-47",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-36",
      6
     ],
     "destination": [
      "obj-49",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-36",
      7
     ],
     "destination": [
      "obj-51",
      0
     ]
    }
   }
  ],
  "dependency_cache": [],
  "autosave": 0
 }
}
