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
   652.0,
   188.0
  ],
  "openinpresentation": 1,
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
      811.5,
      50.0,
      300.0,
      20.0
     ],
     "text": "plaud: 8 latents at 44.1 kHz",
     "presentation": 1,
     "presentation_rect": [
      12.0,
      6.0,
      400.0,
      20.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-1",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      80.0,
      50.0,
      109.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "udpreceive 9110"
    }
   },
   {
    "box": {
     "id": "obj-2",
     "maxclass": "inlet",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      42.0,
      30.0,
      30.0
     ],
     "outlettype": [
      ""
     ],
     "index": 1,
     "comment": "messages such as z0 0.3"
    }
   },
   {
    "box": {
     "id": "obj-3",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      391.5,
      50.0,
      64.0,
      22.0
     ],
     "outlettype": [
      "bang"
     ],
     "text": "loadbang"
    }
   },
   {
    "box": {
     "id": "obj-4",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      50.0,
      34.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "init"
    }
   },
   {
    "box": {
     "id": "obj-5",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      471.5,
      80.0,
      109.5,
      22.0
     ],
     "text": "s #0_plaud_home"
    }
   },
   {
    "box": {
     "id": "obj-6",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      641.5,
      50.0,
      34.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "init"
    }
   },
   {
    "box": {
     "id": "obj-7",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      641.5,
      80.0,
      116.0,
      22.0
     ],
     "text": "s #0_plaud_start"
    }
   },
   {
    "box": {
     "id": "obj-8",
     "maxclass": "newobj",
     "numinlets": 8,
     "numoutlets": 1,
     "patching_rect": [
      911.5,
      110.0,
      77.0,
      22.0
     ],
     "outlettype": [
      "multichannelsignal"
     ],
     "text": "mc.pack~ 8"
    }
   },
   {
    "box": {
     "id": "obj-9",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      911.5,
      160.0,
      207.0,
      22.0
     ],
     "outlettype": [
      "multichannelsignal"
     ],
     "text": "mcs.nn~ plaud.ts decode 1 2048"
    }
   },
   {
    "box": {
     "id": "obj-10",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      911.5,
      210.0,
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
     "id": "obj-11",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      1041.5,
      110.0,
      96.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r #0_plaud_nn"
    }
   },
   {
    "box": {
     "id": "obj-12",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      1031.5,
      260.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "signal",
      "bang"
     ],
     "text": "line~"
    }
   },
   {
    "box": {
     "id": "obj-13",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      1031.5,
      230.0,
      109.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r #0_plaud_gain"
    }
   },
   {
    "box": {
     "id": "obj-14",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      911.5,
      300.0,
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
     "id": "obj-15",
     "maxclass": "newobj",
     "numinlets": 3,
     "numoutlets": 1,
     "patching_rect": [
      911.5,
      340.0,
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
     "id": "obj-16",
     "maxclass": "outlet",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      911.5,
      380.0,
      30.0,
      30.0
     ],
     "index": 1,
     "comment": "audio"
    }
   },
   {
    "box": {
     "id": "obj-17",
     "maxclass": "meter~",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      961.5,
      380.0,
      16.0,
      60.0
     ],
     "outlettype": [
      "float"
     ],
     "presentation": 1,
     "presentation_rect": [
      624.0,
      32.0,
      16.0,
      144.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-18",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      911.5,
      480.0,
      70.5,
      22.0
     ],
     "outlettype": [
      "int",
      "float",
      "int",
      "int"
     ],
     "text": "dspstate~"
    }
   },
   {
    "box": {
     "id": "obj-19",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      911.5,
      520.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float",
      "float"
     ],
     "text": "t f f"
    }
   },
   {
    "box": {
     "id": "obj-20",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      911.5,
      640.0,
      18.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "f"
    }
   },
   {
    "box": {
     "id": "obj-21",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      911.5,
      560.0,
      70.5,
      22.0
     ],
     "outlettype": [
      "int"
     ],
     "text": "!= 44100."
    }
   },
   {
    "box": {
     "id": "obj-22",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      911.5,
      600.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "bang",
      ""
     ],
     "text": "sel 1"
    }
   },
   {
    "box": {
     "id": "obj-23",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      911.5,
      680.0,
      474.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "Max runs at $1 Hz but plaud.ts is for 44100: export with --sample-rate $1"
    }
   },
   {
    "box": {
     "id": "obj-24",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      911.5,
      720.0,
      83.5,
      22.0
     ],
     "text": "print plaud"
    }
   },
   {
    "box": {
     "id": "obj-25",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      911.5,
      820.0,
      155.0,
      22.0
     ],
     "text": "udpsend 127.0.0.1 9111"
    }
   },
   {
    "box": {
     "id": "obj-26",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      911.5,
      780.0,
      109.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r #0_plaud_tell"
    }
   },
   {
    "box": {
     "id": "obj-27",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      391.5,
      110.0,
      181.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "pattrstorage plaud_presets",
     "varname": "plaud_presets"
    }
   },
   {
    "box": {
     "id": "obj-28",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      691.5,
      110.0,
      70.5,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "text": "autopattr",
     "varname": "all_of_them"
    }
   },
   {
    "box": {
     "id": "obj-29",
     "maxclass": "newobj",
     "numinlets": 4,
     "numoutlets": 4,
     "patching_rect": [
      20.0,
      110.0,
      233.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "text": "route preset /plaud/preset /preset"
    }
   },
   {
    "box": {
     "id": "obj-30",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      391.5,
      170.0,
      90.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend port"
    }
   },
   {
    "box": {
     "id": "obj-31",
     "maxclass": "newobj",
     "numinlets": 4,
     "numoutlets": 4,
     "patching_rect": [
      20.0,
      170.0,
      194.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "text": "route port /plaud/port /port"
    }
   },
   {
    "box": {
     "id": "obj-32",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      230.0,
      34.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "init"
    }
   },
   {
    "box": {
     "id": "obj-33",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      531.5,
      230.0,
      109.5,
      22.0
     ],
     "text": "s #0_plaud_home"
    }
   },
   {
    "box": {
     "id": "obj-34",
     "maxclass": "newobj",
     "numinlets": 4,
     "numoutlets": 4,
     "patching_rect": [
      20.0,
      230.0,
      194.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "text": "route home /plaud/home /home"
    }
   },
   {
    "box": {
     "id": "obj-35",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 8,
     "patching_rect": [
      391.5,
      290.0,
      207.0,
      22.0
     ],
     "outlettype": [
      "float",
      "float",
      "float",
      "float",
      "float",
      "float",
      "float",
      "float"
     ],
     "text": "unpack 0. 0. 0. 0. 0. 0. 0. 0."
    }
   },
   {
    "box": {
     "id": "obj-36",
     "maxclass": "newobj",
     "numinlets": 4,
     "numoutlets": 4,
     "patching_rect": [
      20.0,
      290.0,
      135.5,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "text": "route z /plaud/z /z"
    }
   },
   {
    "box": {
     "id": "obj-37",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      391.5,
      350.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "z0",
     "hint": "latent 0: bright",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "z0",
       "parameter_shortname": "bright",
       "parameter_type": 0,
       "parameter_unitstyle": 1,
       "parameter_mmin": 0,
       "parameter_mmax": 1,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.427
       ]
      }
     },
     "presentation": 1,
     "presentation_rect": [
      12.0,
      26.0,
      72.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-38",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      378.0,
      109.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r #0_plaud_home"
    }
   },
   {
    "box": {
     "id": "obj-39",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      410.0,
      122.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/z0"
    }
   },
   {
    "box": {
     "id": "obj-40",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      731.5,
      410.0,
      109.5,
      22.0
     ],
     "text": "s #0_plaud_tell"
    }
   },
   {
    "box": {
     "id": "obj-41",
     "maxclass": "newobj",
     "numinlets": 7,
     "numoutlets": 7,
     "patching_rect": [
      20.0,
      350.0,
      343.5,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      "",
      "",
      "",
      ""
     ],
     "text": "route z0 /plaud/z0 /z0 bright /plaud/bright /bright"
    }
   },
   {
    "box": {
     "id": "obj-42",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      378.0,
      83.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "pack 0. 20."
    }
   },
   {
    "box": {
     "id": "obj-43",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      601.5,
      378.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "signal",
      "bang"
     ],
     "text": "line~"
    }
   },
   {
    "box": {
     "id": "obj-44",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      751.5,
      378.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "signal"
     ],
     "text": "+~ 0."
    }
   },
   {
    "box": {
     "id": "obj-45",
     "maxclass": "inlet",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      771.5,
      346.0,
      30.0,
      30.0
     ],
     "outlettype": [
      ""
     ],
     "index": 2,
     "comment": "added to z0 bright"
    }
   },
   {
    "box": {
     "id": "obj-46",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      511.5,
      350.0,
      109.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r #0_plaud_ramp"
    }
   },
   {
    "box": {
     "id": "obj-47",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      391.5,
      440.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "z1",
     "hint": "latent 1: noisy",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "z1",
       "parameter_shortname": "noisy",
       "parameter_type": 0,
       "parameter_unitstyle": 1,
       "parameter_mmin": 0,
       "parameter_mmax": 1,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.432
       ]
      }
     },
     "presentation": 1,
     "presentation_rect": [
      88.0,
      26.0,
      72.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-48",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      468.0,
      109.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r #0_plaud_home"
    }
   },
   {
    "box": {
     "id": "obj-49",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      500.0,
      122.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/z1"
    }
   },
   {
    "box": {
     "id": "obj-50",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      731.5,
      500.0,
      109.5,
      22.0
     ],
     "text": "s #0_plaud_tell"
    }
   },
   {
    "box": {
     "id": "obj-51",
     "maxclass": "newobj",
     "numinlets": 7,
     "numoutlets": 7,
     "patching_rect": [
      20.0,
      440.0,
      324.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      "",
      "",
      "",
      ""
     ],
     "text": "route z1 /plaud/z1 /z1 noisy /plaud/noisy /noisy"
    }
   },
   {
    "box": {
     "id": "obj-52",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      468.0,
      83.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "pack 0. 20."
    }
   },
   {
    "box": {
     "id": "obj-53",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      601.5,
      468.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "signal",
      "bang"
     ],
     "text": "line~"
    }
   },
   {
    "box": {
     "id": "obj-54",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      751.5,
      468.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "signal"
     ],
     "text": "+~ 0."
    }
   },
   {
    "box": {
     "id": "obj-55",
     "maxclass": "inlet",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      775.5,
      436.0,
      30.0,
      30.0
     ],
     "outlettype": [
      ""
     ],
     "index": 3,
     "comment": "added to z1 noisy"
    }
   },
   {
    "box": {
     "id": "obj-56",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      511.5,
      440.0,
      109.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r #0_plaud_ramp"
    }
   },
   {
    "box": {
     "id": "obj-57",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      391.5,
      530.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "z2",
     "hint": "latent 2: loud",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "z2",
       "parameter_shortname": "loud",
       "parameter_type": 0,
       "parameter_unitstyle": 1,
       "parameter_mmin": 0,
       "parameter_mmax": 1,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.619
       ]
      }
     },
     "presentation": 1,
     "presentation_rect": [
      164.0,
      26.0,
      72.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-58",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      558.0,
      109.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r #0_plaud_home"
    }
   },
   {
    "box": {
     "id": "obj-59",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      590.0,
      122.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/z2"
    }
   },
   {
    "box": {
     "id": "obj-60",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      731.5,
      590.0,
      109.5,
      22.0
     ],
     "text": "s #0_plaud_tell"
    }
   },
   {
    "box": {
     "id": "obj-61",
     "maxclass": "newobj",
     "numinlets": 7,
     "numoutlets": 7,
     "patching_rect": [
      20.0,
      530.0,
      304.5,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      "",
      "",
      "",
      ""
     ],
     "text": "route z2 /plaud/z2 /z2 loud /plaud/loud /loud"
    }
   },
   {
    "box": {
     "id": "obj-62",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      558.0,
      83.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "pack 0. 20."
    }
   },
   {
    "box": {
     "id": "obj-63",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      601.5,
      558.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "signal",
      "bang"
     ],
     "text": "line~"
    }
   },
   {
    "box": {
     "id": "obj-64",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      751.5,
      558.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "signal"
     ],
     "text": "+~ 0."
    }
   },
   {
    "box": {
     "id": "obj-65",
     "maxclass": "inlet",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      779.5,
      526.0,
      30.0,
      30.0
     ],
     "outlettype": [
      ""
     ],
     "index": 4,
     "comment": "added to z2 loud"
    }
   },
   {
    "box": {
     "id": "obj-66",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      511.5,
      530.0,
      109.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r #0_plaud_ramp"
    }
   },
   {
    "box": {
     "id": "obj-67",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      391.5,
      620.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "z3",
     "hint": "latent 3",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "z3",
       "parameter_shortname": "z3",
       "parameter_type": 0,
       "parameter_unitstyle": 1,
       "parameter_mmin": 0,
       "parameter_mmax": 1,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.502
       ]
      }
     },
     "presentation": 1,
     "presentation_rect": [
      240.0,
      26.0,
      72.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-68",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      648.0,
      109.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r #0_plaud_home"
    }
   },
   {
    "box": {
     "id": "obj-69",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      680.0,
      122.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/z3"
    }
   },
   {
    "box": {
     "id": "obj-70",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      731.5,
      680.0,
      109.5,
      22.0
     ],
     "text": "s #0_plaud_tell"
    }
   },
   {
    "box": {
     "id": "obj-71",
     "maxclass": "newobj",
     "numinlets": 4,
     "numoutlets": 4,
     "patching_rect": [
      20.0,
      620.0,
      155.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "text": "route z3 /plaud/z3 /z3"
    }
   },
   {
    "box": {
     "id": "obj-72",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      648.0,
      83.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "pack 0. 20."
    }
   },
   {
    "box": {
     "id": "obj-73",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      601.5,
      648.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "signal",
      "bang"
     ],
     "text": "line~"
    }
   },
   {
    "box": {
     "id": "obj-74",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      751.5,
      648.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "signal"
     ],
     "text": "+~ 0."
    }
   },
   {
    "box": {
     "id": "obj-75",
     "maxclass": "inlet",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      783.5,
      616.0,
      30.0,
      30.0
     ],
     "outlettype": [
      ""
     ],
     "index": 5,
     "comment": "added to z3"
    }
   },
   {
    "box": {
     "id": "obj-76",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      511.5,
      620.0,
      109.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r #0_plaud_ramp"
    }
   },
   {
    "box": {
     "id": "obj-77",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      391.5,
      710.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "z4",
     "hint": "latent 4",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "z4",
       "parameter_shortname": "z4",
       "parameter_type": 0,
       "parameter_unitstyle": 1,
       "parameter_mmin": 0,
       "parameter_mmax": 1,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.493
       ]
      }
     },
     "presentation": 1,
     "presentation_rect": [
      316.0,
      26.0,
      72.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-78",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      738.0,
      109.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r #0_plaud_home"
    }
   },
   {
    "box": {
     "id": "obj-79",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      770.0,
      122.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/z4"
    }
   },
   {
    "box": {
     "id": "obj-80",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      731.5,
      770.0,
      109.5,
      22.0
     ],
     "text": "s #0_plaud_tell"
    }
   },
   {
    "box": {
     "id": "obj-81",
     "maxclass": "newobj",
     "numinlets": 4,
     "numoutlets": 4,
     "patching_rect": [
      20.0,
      710.0,
      155.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "text": "route z4 /plaud/z4 /z4"
    }
   },
   {
    "box": {
     "id": "obj-82",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      738.0,
      83.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "pack 0. 20."
    }
   },
   {
    "box": {
     "id": "obj-83",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      601.5,
      738.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "signal",
      "bang"
     ],
     "text": "line~"
    }
   },
   {
    "box": {
     "id": "obj-84",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      751.5,
      738.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "signal"
     ],
     "text": "+~ 0."
    }
   },
   {
    "box": {
     "id": "obj-85",
     "maxclass": "inlet",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      787.5,
      706.0,
      30.0,
      30.0
     ],
     "outlettype": [
      ""
     ],
     "index": 6,
     "comment": "added to z4"
    }
   },
   {
    "box": {
     "id": "obj-86",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      511.5,
      710.0,
      109.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r #0_plaud_ramp"
    }
   },
   {
    "box": {
     "id": "obj-87",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      391.5,
      800.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "z5",
     "hint": "latent 5",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "z5",
       "parameter_shortname": "z5",
       "parameter_type": 0,
       "parameter_unitstyle": 1,
       "parameter_mmin": 0,
       "parameter_mmax": 1,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.473
       ]
      }
     },
     "presentation": 1,
     "presentation_rect": [
      392.0,
      26.0,
      72.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-88",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      828.0,
      109.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r #0_plaud_home"
    }
   },
   {
    "box": {
     "id": "obj-89",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      860.0,
      122.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/z5"
    }
   },
   {
    "box": {
     "id": "obj-90",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      731.5,
      860.0,
      109.5,
      22.0
     ],
     "text": "s #0_plaud_tell"
    }
   },
   {
    "box": {
     "id": "obj-91",
     "maxclass": "newobj",
     "numinlets": 4,
     "numoutlets": 4,
     "patching_rect": [
      20.0,
      800.0,
      155.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "text": "route z5 /plaud/z5 /z5"
    }
   },
   {
    "box": {
     "id": "obj-92",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      828.0,
      83.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "pack 0. 20."
    }
   },
   {
    "box": {
     "id": "obj-93",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      601.5,
      828.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "signal",
      "bang"
     ],
     "text": "line~"
    }
   },
   {
    "box": {
     "id": "obj-94",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      751.5,
      828.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "signal"
     ],
     "text": "+~ 0."
    }
   },
   {
    "box": {
     "id": "obj-95",
     "maxclass": "inlet",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      791.5,
      796.0,
      30.0,
      30.0
     ],
     "outlettype": [
      ""
     ],
     "index": 7,
     "comment": "added to z5"
    }
   },
   {
    "box": {
     "id": "obj-96",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      511.5,
      800.0,
      109.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r #0_plaud_ramp"
    }
   },
   {
    "box": {
     "id": "obj-97",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      391.5,
      890.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "z6",
     "hint": "latent 6",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "z6",
       "parameter_shortname": "z6",
       "parameter_type": 0,
       "parameter_unitstyle": 1,
       "parameter_mmin": 0,
       "parameter_mmax": 1,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.435
       ]
      }
     },
     "presentation": 1,
     "presentation_rect": [
      468.0,
      26.0,
      72.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-98",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      918.0,
      109.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r #0_plaud_home"
    }
   },
   {
    "box": {
     "id": "obj-99",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      950.0,
      122.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/z6"
    }
   },
   {
    "box": {
     "id": "obj-100",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      731.5,
      950.0,
      109.5,
      22.0
     ],
     "text": "s #0_plaud_tell"
    }
   },
   {
    "box": {
     "id": "obj-101",
     "maxclass": "newobj",
     "numinlets": 4,
     "numoutlets": 4,
     "patching_rect": [
      20.0,
      890.0,
      155.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "text": "route z6 /plaud/z6 /z6"
    }
   },
   {
    "box": {
     "id": "obj-102",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      918.0,
      83.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "pack 0. 20."
    }
   },
   {
    "box": {
     "id": "obj-103",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      601.5,
      918.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "signal",
      "bang"
     ],
     "text": "line~"
    }
   },
   {
    "box": {
     "id": "obj-104",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      751.5,
      918.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "signal"
     ],
     "text": "+~ 0."
    }
   },
   {
    "box": {
     "id": "obj-105",
     "maxclass": "inlet",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      795.5,
      886.0,
      30.0,
      30.0
     ],
     "outlettype": [
      ""
     ],
     "index": 8,
     "comment": "added to z6"
    }
   },
   {
    "box": {
     "id": "obj-106",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      511.5,
      890.0,
      109.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r #0_plaud_ramp"
    }
   },
   {
    "box": {
     "id": "obj-107",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      391.5,
      980.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "z7",
     "hint": "latent 7",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "z7",
       "parameter_shortname": "z7",
       "parameter_type": 0,
       "parameter_unitstyle": 1,
       "parameter_mmin": 0,
       "parameter_mmax": 1,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0.483
       ]
      }
     },
     "presentation": 1,
     "presentation_rect": [
      544.0,
      26.0,
      72.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-108",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1008.0,
      109.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r #0_plaud_home"
    }
   },
   {
    "box": {
     "id": "obj-109",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      1040.0,
      122.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/z7"
    }
   },
   {
    "box": {
     "id": "obj-110",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      731.5,
      1040.0,
      109.5,
      22.0
     ],
     "text": "s #0_plaud_tell"
    }
   },
   {
    "box": {
     "id": "obj-111",
     "maxclass": "newobj",
     "numinlets": 4,
     "numoutlets": 4,
     "patching_rect": [
      20.0,
      980.0,
      155.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "text": "route z7 /plaud/z7 /z7"
    }
   },
   {
    "box": {
     "id": "obj-112",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      1008.0,
      83.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "pack 0. 20."
    }
   },
   {
    "box": {
     "id": "obj-113",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      601.5,
      1008.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "signal",
      "bang"
     ],
     "text": "line~"
    }
   },
   {
    "box": {
     "id": "obj-114",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      751.5,
      1008.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "signal"
     ],
     "text": "+~ 0."
    }
   },
   {
    "box": {
     "id": "obj-115",
     "maxclass": "inlet",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      799.5,
      976.0,
      30.0,
      30.0
     ],
     "outlettype": [
      ""
     ],
     "index": 9,
     "comment": "added to z7"
    }
   },
   {
    "box": {
     "id": "obj-116",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      511.5,
      980.0,
      109.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r #0_plaud_ramp"
    }
   },
   {
    "box": {
     "id": "obj-117",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      391.5,
      1070.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "sines",
     "hint": "how many sines sound, strongest first",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "sines",
       "parameter_shortname": "sines",
       "parameter_type": 0,
       "parameter_unitstyle": 0,
       "parameter_mmin": 0,
       "parameter_mmax": 96,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        96
       ],
       "parameter_steps": 97
      }
     },
     "presentation": 1,
     "presentation_rect": [
      12.0,
      84.0,
      72.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-118",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1098.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r #0_plaud_start"
    }
   },
   {
    "box": {
     "id": "obj-119",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      1100.0,
      142.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/sines"
    }
   },
   {
    "box": {
     "id": "obj-120",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      731.5,
      1100.0,
      109.5,
      22.0
     ],
     "text": "s #0_plaud_tell"
    }
   },
   {
    "box": {
     "id": "obj-121",
     "maxclass": "newobj",
     "numinlets": 4,
     "numoutlets": 4,
     "patching_rect": [
      20.0,
      1070.0,
      213.5,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "text": "route sines /plaud/sines /sines"
    }
   },
   {
    "box": {
     "id": "obj-122",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      1070.0,
      57.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "round 1"
    }
   },
   {
    "box": {
     "id": "obj-123",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      541.5,
      1070.0,
      122.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set sines"
    }
   },
   {
    "box": {
     "id": "obj-124",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      731.5,
      1070.0,
      96.5,
      22.0
     ],
     "text": "s #0_plaud_nn"
    }
   },
   {
    "box": {
     "id": "obj-125",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      391.5,
      1130.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "sines_gain",
     "hint": "gain of the sines, linear",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "sines_gain",
       "parameter_shortname": "sines gain",
       "parameter_type": 0,
       "parameter_unitstyle": 1,
       "parameter_mmin": 0,
       "parameter_mmax": 2,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        1
       ]
      }
     },
     "presentation": 1,
     "presentation_rect": [
      88.0,
      84.0,
      72.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-126",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1158.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r #0_plaud_start"
    }
   },
   {
    "box": {
     "id": "obj-127",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      1160.0,
      174.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/sines_gain"
    }
   },
   {
    "box": {
     "id": "obj-128",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      731.5,
      1160.0,
      109.5,
      22.0
     ],
     "text": "s #0_plaud_tell"
    }
   },
   {
    "box": {
     "id": "obj-129",
     "maxclass": "newobj",
     "numinlets": 4,
     "numoutlets": 4,
     "patching_rect": [
      20.0,
      1130.0,
      311.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "text": "route sines_gain /plaud/sines_gain /sines_gain"
    }
   },
   {
    "box": {
     "id": "obj-130",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      541.5,
      1130.0,
      155.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set sines_gain"
    }
   },
   {
    "box": {
     "id": "obj-131",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      731.5,
      1130.0,
      96.5,
      22.0
     ],
     "text": "s #0_plaud_nn"
    }
   },
   {
    "box": {
     "id": "obj-132",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      391.5,
      1190.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "noise_bands",
     "hint": "how many noise bands sound, strongest first",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "noise_bands",
       "parameter_shortname": "noise bands",
       "parameter_type": 0,
       "parameter_unitstyle": 0,
       "parameter_mmin": 0,
       "parameter_mmax": 384,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        384
       ],
       "parameter_steps": 385
      }
     },
     "presentation": 1,
     "presentation_rect": [
      164.0,
      84.0,
      72.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-133",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1218.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r #0_plaud_start"
    }
   },
   {
    "box": {
     "id": "obj-134",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      1220.0,
      181.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/noise_bands"
    }
   },
   {
    "box": {
     "id": "obj-135",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      731.5,
      1220.0,
      109.5,
      22.0
     ],
     "text": "s #0_plaud_tell"
    }
   },
   {
    "box": {
     "id": "obj-136",
     "maxclass": "newobj",
     "numinlets": 4,
     "numoutlets": 4,
     "patching_rect": [
      20.0,
      1190.0,
      330.5,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "text": "route noise_bands /plaud/noise_bands /noise_bands"
    }
   },
   {
    "box": {
     "id": "obj-137",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      1190.0,
      57.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "round 1"
    }
   },
   {
    "box": {
     "id": "obj-138",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      541.5,
      1190.0,
      161.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set noise_bands"
    }
   },
   {
    "box": {
     "id": "obj-139",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      731.5,
      1190.0,
      96.5,
      22.0
     ],
     "text": "s #0_plaud_nn"
    }
   },
   {
    "box": {
     "id": "obj-140",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      391.5,
      1250.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "noise_gain",
     "hint": "gain of the noise bands, linear",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "noise_gain",
       "parameter_shortname": "noise gain",
       "parameter_type": 0,
       "parameter_unitstyle": 1,
       "parameter_mmin": 0,
       "parameter_mmax": 2,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        1
       ]
      }
     },
     "presentation": 1,
     "presentation_rect": [
      240.0,
      84.0,
      72.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-141",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1278.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r #0_plaud_start"
    }
   },
   {
    "box": {
     "id": "obj-142",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      1280.0,
      174.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/noise_gain"
    }
   },
   {
    "box": {
     "id": "obj-143",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      731.5,
      1280.0,
      109.5,
      22.0
     ],
     "text": "s #0_plaud_tell"
    }
   },
   {
    "box": {
     "id": "obj-144",
     "maxclass": "newobj",
     "numinlets": 4,
     "numoutlets": 4,
     "patching_rect": [
      20.0,
      1250.0,
      311.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "text": "route noise_gain /plaud/noise_gain /noise_gain"
    }
   },
   {
    "box": {
     "id": "obj-145",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      541.5,
      1250.0,
      155.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set noise_gain"
    }
   },
   {
    "box": {
     "id": "obj-146",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      731.5,
      1250.0,
      96.5,
      22.0
     ],
     "text": "s #0_plaud_nn"
    }
   },
   {
    "box": {
     "id": "obj-147",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      391.5,
      1310.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "smoothing",
     "hint": "average of latents, in frames",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "smoothing",
       "parameter_shortname": "smoothing",
       "parameter_type": 0,
       "parameter_unitstyle": 0,
       "parameter_mmin": 1,
       "parameter_mmax": 64,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        2
       ],
       "parameter_steps": 64
      }
     },
     "presentation": 1,
     "presentation_rect": [
      316.0,
      84.0,
      72.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-148",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1338.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r #0_plaud_start"
    }
   },
   {
    "box": {
     "id": "obj-149",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      1340.0,
      168.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/smoothing"
    }
   },
   {
    "box": {
     "id": "obj-150",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      731.5,
      1340.0,
      109.5,
      22.0
     ],
     "text": "s #0_plaud_tell"
    }
   },
   {
    "box": {
     "id": "obj-151",
     "maxclass": "newobj",
     "numinlets": 4,
     "numoutlets": 4,
     "patching_rect": [
      20.0,
      1310.0,
      291.5,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "text": "route smoothing /plaud/smoothing /smoothing"
    }
   },
   {
    "box": {
     "id": "obj-152",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      1310.0,
      57.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "round 1"
    }
   },
   {
    "box": {
     "id": "obj-153",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      541.5,
      1310.0,
      148.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set smoothing"
    }
   },
   {
    "box": {
     "id": "obj-154",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      731.5,
      1310.0,
      96.5,
      22.0
     ],
     "text": "s #0_plaud_nn"
    }
   },
   {
    "box": {
     "id": "obj-155",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      391.5,
      1370.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "temperature",
     "hint": "noise on the latents, 0 is none",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "temperature",
       "parameter_shortname": "temperature",
       "parameter_type": 0,
       "parameter_unitstyle": 1,
       "parameter_mmin": 0,
       "parameter_mmax": 1,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0
       ]
      }
     },
     "presentation": 1,
     "presentation_rect": [
      392.0,
      84.0,
      72.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-156",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1398.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r #0_plaud_start"
    }
   },
   {
    "box": {
     "id": "obj-157",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      1400.0,
      181.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/temperature"
    }
   },
   {
    "box": {
     "id": "obj-158",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      731.5,
      1400.0,
      109.5,
      22.0
     ],
     "text": "s #0_plaud_tell"
    }
   },
   {
    "box": {
     "id": "obj-159",
     "maxclass": "newobj",
     "numinlets": 4,
     "numoutlets": 4,
     "patching_rect": [
      20.0,
      1370.0,
      330.5,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "text": "route temperature /plaud/temperature /temperature"
    }
   },
   {
    "box": {
     "id": "obj-160",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      541.5,
      1370.0,
      161.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set temperature"
    }
   },
   {
    "box": {
     "id": "obj-161",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      731.5,
      1370.0,
      96.5,
      22.0
     ],
     "text": "s #0_plaud_nn"
    }
   },
   {
    "box": {
     "id": "obj-162",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      391.5,
      1430.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "gain",
     "hint": "of the output, linear",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "gain",
       "parameter_shortname": "gain",
       "parameter_type": 0,
       "parameter_unitstyle": 1,
       "parameter_mmin": 0,
       "parameter_mmax": 2,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        1
       ]
      }
     },
     "presentation": 1,
     "presentation_rect": [
      468.0,
      84.0,
      72.0,
      48.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-163",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1458.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r #0_plaud_start"
    }
   },
   {
    "box": {
     "id": "obj-164",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      1460.0,
      135.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/gain"
    }
   },
   {
    "box": {
     "id": "obj-165",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      731.5,
      1460.0,
      109.5,
      22.0
     ],
     "text": "s #0_plaud_tell"
    }
   },
   {
    "box": {
     "id": "obj-166",
     "maxclass": "newobj",
     "numinlets": 4,
     "numoutlets": 4,
     "patching_rect": [
      20.0,
      1430.0,
      194.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "text": "route gain /plaud/gain /gain"
    }
   },
   {
    "box": {
     "id": "obj-167",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      1430.0,
      44.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "$1 20"
    }
   },
   {
    "box": {
     "id": "obj-168",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      541.5,
      1430.0,
      109.5,
      22.0
     ],
     "text": "s #0_plaud_gain"
    }
   },
   {
    "box": {
     "id": "obj-169",
     "maxclass": "live.toggle",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      391.5,
      1490.0,
      44.0,
      16.0
     ],
     "outlettype": [
      ""
     ],
     "parameter_enable": 1,
     "varname": "freeze",
     "hint": "1 holds the sound",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "freeze",
       "parameter_shortname": "freeze",
       "parameter_type": 2,
       "parameter_unitstyle": 0,
       "parameter_mmin": 0,
       "parameter_mmax": 1,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0
       ],
       "parameter_enum": [
        "off",
        "on"
       ]
      }
     },
     "presentation": 1,
     "presentation_rect": [
      12.0,
      154.0,
      16.0,
      16.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-170",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1518.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r #0_plaud_start"
    }
   },
   {
    "box": {
     "id": "obj-171",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      1520.0,
      148.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/freeze"
    }
   },
   {
    "box": {
     "id": "obj-172",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      731.5,
      1520.0,
      109.5,
      22.0
     ],
     "text": "s #0_plaud_tell"
    }
   },
   {
    "box": {
     "id": "obj-173",
     "maxclass": "newobj",
     "numinlets": 4,
     "numoutlets": 4,
     "patching_rect": [
      20.0,
      1490.0,
      233.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "text": "route freeze /plaud/freeze /freeze"
    }
   },
   {
    "box": {
     "id": "obj-174",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      391.5,
      1514.0,
      60.0,
      20.0
     ],
     "text": "freeze",
     "presentation": 1,
     "presentation_rect": [
      32.0,
      152.0,
      60.0,
      20.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-175",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      541.5,
      1490.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set freeze"
    }
   },
   {
    "box": {
     "id": "obj-176",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      731.5,
      1490.0,
      96.5,
      22.0
     ],
     "text": "s #0_plaud_nn"
    }
   },
   {
    "box": {
     "id": "obj-177",
     "maxclass": "live.toggle",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      391.5,
      1550.0,
      44.0,
      16.0
     ],
     "outlettype": [
      ""
     ],
     "parameter_enable": 1,
     "varname": "raw",
     "hint": "1 takes and gives latents in the model's own units",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "raw",
       "parameter_shortname": "raw",
       "parameter_type": 2,
       "parameter_unitstyle": 0,
       "parameter_mmin": 0,
       "parameter_mmax": 1,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        0
       ],
       "parameter_enum": [
        "off",
        "on"
       ]
      }
     },
     "presentation": 1,
     "presentation_rect": [
      96.0,
      154.0,
      16.0,
      16.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-178",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1578.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r #0_plaud_start"
    }
   },
   {
    "box": {
     "id": "obj-179",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      1580.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/raw"
    }
   },
   {
    "box": {
     "id": "obj-180",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      731.5,
      1580.0,
      109.5,
      22.0
     ],
     "text": "s #0_plaud_tell"
    }
   },
   {
    "box": {
     "id": "obj-181",
     "maxclass": "newobj",
     "numinlets": 4,
     "numoutlets": 4,
     "patching_rect": [
      20.0,
      1550.0,
      174.5,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "text": "route raw /plaud/raw /raw"
    }
   },
   {
    "box": {
     "id": "obj-182",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      391.5,
      1574.0,
      60.0,
      20.0
     ],
     "text": "raw",
     "presentation": 1,
     "presentation_rect": [
      116.0,
      152.0,
      60.0,
      20.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-183",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      541.5,
      1550.0,
      109.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set raw"
    }
   },
   {
    "box": {
     "id": "obj-184",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      731.5,
      1550.0,
      96.5,
      22.0
     ],
     "text": "s #0_plaud_nn"
    }
   },
   {
    "box": {
     "id": "obj-185",
     "maxclass": "live.numbox",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      391.5,
      1610.0,
      44.0,
      16.0
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "ramp",
     "hint": "how long a latent takes to a new value",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "ramp",
       "parameter_shortname": "ramp",
       "parameter_type": 0,
       "parameter_unitstyle": 1,
       "parameter_mmin": 0,
       "parameter_mmax": 10000,
       "parameter_initial_enable": 1,
       "parameter_initial": [
        20
       ]
      }
     },
     "presentation": 1,
     "presentation_rect": [
      180.0,
      154.0,
      44.0,
      16.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-186",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1638.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r #0_plaud_start"
    }
   },
   {
    "box": {
     "id": "obj-187",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      471.5,
      1640.0,
      135.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/ramp"
    }
   },
   {
    "box": {
     "id": "obj-188",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      731.5,
      1640.0,
      109.5,
      22.0
     ],
     "text": "s #0_plaud_tell"
    }
   },
   {
    "box": {
     "id": "obj-189",
     "maxclass": "newobj",
     "numinlets": 4,
     "numoutlets": 4,
     "patching_rect": [
      20.0,
      1610.0,
      194.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "text": "route ramp /plaud/ramp /ramp"
    }
   },
   {
    "box": {
     "id": "obj-190",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      391.5,
      1634.0,
      60.0,
      20.0
     ],
     "text": "ramp ms",
     "presentation": 1,
     "presentation_rect": [
      228.0,
      152.0,
      60.0,
      20.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-191",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      471.5,
      1610.0,
      109.5,
      22.0
     ],
     "text": "s #0_plaud_ramp"
    }
   },
   {
    "box": {
     "id": "obj-192",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      391.5,
      230.0,
      60.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "home",
     "presentation": 1,
     "presentation_rect": [
      292.0,
      152.0,
      60.0,
      20.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-193",
     "maxclass": "preset",
     "numinlets": 1,
     "numoutlets": 5,
     "patching_rect": [
      781.5,
      110.0,
      60.0,
      20.0
     ],
     "outlettype": [
      "preset",
      "int",
      "preset",
      "int",
      ""
     ],
     "pattrstorage": "plaud_presets",
     "presentation": 1,
     "presentation_rect": [
      362.0,
      152.0,
      120.0,
      20.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-194",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1670.0,
      96.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "speedlim 1000"
    }
   },
   {
    "box": {
     "id": "obj-195",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      1700.0,
      129.0,
      22.0
     ],
     "text": "print plaud_has_no"
    }
   }
  ],
  "lines": [
   {
    "patchline": {
     "source": [
      "obj-3",
      0
     ],
     "destination": [
      "obj-4",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-4",
      0
     ],
     "destination": [
      "obj-5",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-3",
      0
     ],
     "destination": [
      "obj-6",
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
      "obj-7",
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
      "obj-9",
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
      "obj-10",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-11",
      0
     ],
     "destination": [
      "obj-9",
      0
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
      "obj-12",
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
      "obj-14",
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
      "obj-14",
      1
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
      "obj-15",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-15",
      0
     ],
     "destination": [
      "obj-16",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-15",
      0
     ],
     "destination": [
      "obj-17",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-18",
      1
     ],
     "destination": [
      "obj-19",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      1
     ],
     "destination": [
      "obj-20",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      0
     ],
     "destination": [
      "obj-21",
      0
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
      "obj-20",
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
      "obj-24",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-26",
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
      "obj-2",
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
      "obj-1",
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
      "obj-29",
      0
     ],
     "destination": [
      "obj-27",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-29",
      1
     ],
     "destination": [
      "obj-27",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-29",
      2
     ],
     "destination": [
      "obj-27",
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
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-29",
      3
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
      "obj-30",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-31",
      1
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
      "obj-31",
      2
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
      "obj-31",
      3
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
      "obj-34",
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
      "obj-34",
      1
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
      "obj-34",
      2
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
      "obj-34",
      3
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
      "obj-35",
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
      "obj-35",
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
      "obj-35",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-38",
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
      "obj-37",
      0
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
      "obj-39",
      0
     ],
     "destination": [
      "obj-40",
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
      "obj-41",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-41",
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
      "obj-41",
      1
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
      "obj-41",
      2
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
      "obj-41",
      3
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
      "obj-41",
      4
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
      "obj-41",
      5
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
      "obj-37",
      0
     ],
     "destination": [
      "obj-42",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-42",
      0
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
      "obj-43",
      0
     ],
     "destination": [
      "obj-44",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-46",
      0
     ],
     "destination": [
      "obj-42",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-45",
      0
     ],
     "destination": [
      "obj-44",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-44",
      0
     ],
     "destination": [
      "obj-8",
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
      "obj-37",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-48",
      0
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
      "obj-47",
      0
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
      "obj-49",
      0
     ],
     "destination": [
      "obj-50",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-41",
      6
     ],
     "destination": [
      "obj-51",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-51",
      0
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
      "obj-51",
      1
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
      "obj-51",
      2
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
      "obj-51",
      3
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
      "obj-51",
      4
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
      "obj-51",
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
      "obj-47",
      0
     ],
     "destination": [
      "obj-52",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-52",
      0
     ],
     "destination": [
      "obj-53",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-53",
      0
     ],
     "destination": [
      "obj-54",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-56",
      0
     ],
     "destination": [
      "obj-52",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-55",
      0
     ],
     "destination": [
      "obj-54",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-54",
      0
     ],
     "destination": [
      "obj-8",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-35",
      1
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
      "obj-58",
      0
     ],
     "destination": [
      "obj-57",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-57",
      0
     ],
     "destination": [
      "obj-59",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-59",
      0
     ],
     "destination": [
      "obj-60",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-51",
      6
     ],
     "destination": [
      "obj-61",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-61",
      0
     ],
     "destination": [
      "obj-57",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-61",
      1
     ],
     "destination": [
      "obj-57",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-61",
      2
     ],
     "destination": [
      "obj-57",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-61",
      3
     ],
     "destination": [
      "obj-57",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-61",
      4
     ],
     "destination": [
      "obj-57",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-61",
      5
     ],
     "destination": [
      "obj-57",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-57",
      0
     ],
     "destination": [
      "obj-62",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-62",
      0
     ],
     "destination": [
      "obj-63",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-63",
      0
     ],
     "destination": [
      "obj-64",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-66",
      0
     ],
     "destination": [
      "obj-62",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-65",
      0
     ],
     "destination": [
      "obj-64",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-64",
      0
     ],
     "destination": [
      "obj-8",
      2
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-35",
      2
     ],
     "destination": [
      "obj-57",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-68",
      0
     ],
     "destination": [
      "obj-67",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-67",
      0
     ],
     "destination": [
      "obj-69",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-69",
      0
     ],
     "destination": [
      "obj-70",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-61",
      6
     ],
     "destination": [
      "obj-71",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-71",
      0
     ],
     "destination": [
      "obj-67",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-71",
      1
     ],
     "destination": [
      "obj-67",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-71",
      2
     ],
     "destination": [
      "obj-67",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-67",
      0
     ],
     "destination": [
      "obj-72",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-72",
      0
     ],
     "destination": [
      "obj-73",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-73",
      0
     ],
     "destination": [
      "obj-74",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-76",
      0
     ],
     "destination": [
      "obj-72",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-75",
      0
     ],
     "destination": [
      "obj-74",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-74",
      0
     ],
     "destination": [
      "obj-8",
      3
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-35",
      3
     ],
     "destination": [
      "obj-67",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-78",
      0
     ],
     "destination": [
      "obj-77",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-77",
      0
     ],
     "destination": [
      "obj-79",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-79",
      0
     ],
     "destination": [
      "obj-80",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-71",
      3
     ],
     "destination": [
      "obj-81",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-81",
      0
     ],
     "destination": [
      "obj-77",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-81",
      1
     ],
     "destination": [
      "obj-77",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-81",
      2
     ],
     "destination": [
      "obj-77",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-77",
      0
     ],
     "destination": [
      "obj-82",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-82",
      0
     ],
     "destination": [
      "obj-83",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-83",
      0
     ],
     "destination": [
      "obj-84",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-86",
      0
     ],
     "destination": [
      "obj-82",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-85",
      0
     ],
     "destination": [
      "obj-84",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-84",
      0
     ],
     "destination": [
      "obj-8",
      4
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-35",
      4
     ],
     "destination": [
      "obj-77",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-88",
      0
     ],
     "destination": [
      "obj-87",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-87",
      0
     ],
     "destination": [
      "obj-89",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-89",
      0
     ],
     "destination": [
      "obj-90",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-81",
      3
     ],
     "destination": [
      "obj-91",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-91",
      0
     ],
     "destination": [
      "obj-87",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-91",
      1
     ],
     "destination": [
      "obj-87",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-91",
      2
     ],
     "destination": [
      "obj-87",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-87",
      0
     ],
     "destination": [
      "obj-92",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-92",
      0
     ],
     "destination": [
      "obj-93",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-93",
      0
     ],
     "destination": [
      "obj-94",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-96",
      0
     ],
     "destination": [
      "obj-92",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-95",
      0
     ],
     "destination": [
      "obj-94",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-94",
      0
     ],
     "destination": [
      "obj-8",
      5
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-35",
      5
     ],
     "destination": [
      "obj-87",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-98",
      0
     ],
     "destination": [
      "obj-97",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-97",
      0
     ],
     "destination": [
      "obj-99",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-99",
      0
     ],
     "destination": [
      "obj-100",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-91",
      3
     ],
     "destination": [
      "obj-101",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-101",
      0
     ],
     "destination": [
      "obj-97",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-101",
      1
     ],
     "destination": [
      "obj-97",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-101",
      2
     ],
     "destination": [
      "obj-97",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-97",
      0
     ],
     "destination": [
      "obj-102",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-102",
      0
     ],
     "destination": [
      "obj-103",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-103",
      0
     ],
     "destination": [
      "obj-104",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-106",
      0
     ],
     "destination": [
      "obj-102",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-105",
      0
     ],
     "destination": [
      "obj-104",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-104",
      0
     ],
     "destination": [
      "obj-8",
      6
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-35",
      6
     ],
     "destination": [
      "obj-97",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-108",
      0
     ],
     "destination": [
      "obj-107",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-107",
      0
     ],
     "destination": [
      "obj-109",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-109",
      0
     ],
     "destination": [
      "obj-110",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-101",
      3
     ],
     "destination": [
      "obj-111",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-111",
      0
     ],
     "destination": [
      "obj-107",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-111",
      1
     ],
     "destination": [
      "obj-107",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-111",
      2
     ],
     "destination": [
      "obj-107",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-107",
      0
     ],
     "destination": [
      "obj-112",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-112",
      0
     ],
     "destination": [
      "obj-113",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-113",
      0
     ],
     "destination": [
      "obj-114",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-116",
      0
     ],
     "destination": [
      "obj-112",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-115",
      0
     ],
     "destination": [
      "obj-114",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-114",
      0
     ],
     "destination": [
      "obj-8",
      7
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-35",
      7
     ],
     "destination": [
      "obj-107",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-118",
      0
     ],
     "destination": [
      "obj-117",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-117",
      0
     ],
     "destination": [
      "obj-119",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-119",
      0
     ],
     "destination": [
      "obj-120",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-111",
      3
     ],
     "destination": [
      "obj-121",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-121",
      0
     ],
     "destination": [
      "obj-117",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-121",
      1
     ],
     "destination": [
      "obj-117",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-121",
      2
     ],
     "destination": [
      "obj-117",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-117",
      0
     ],
     "destination": [
      "obj-122",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-122",
      0
     ],
     "destination": [
      "obj-123",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-123",
      0
     ],
     "destination": [
      "obj-124",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-126",
      0
     ],
     "destination": [
      "obj-125",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-125",
      0
     ],
     "destination": [
      "obj-127",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-127",
      0
     ],
     "destination": [
      "obj-128",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-121",
      3
     ],
     "destination": [
      "obj-129",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-129",
      0
     ],
     "destination": [
      "obj-125",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-129",
      1
     ],
     "destination": [
      "obj-125",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-129",
      2
     ],
     "destination": [
      "obj-125",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-125",
      0
     ],
     "destination": [
      "obj-130",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-130",
      0
     ],
     "destination": [
      "obj-131",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-133",
      0
     ],
     "destination": [
      "obj-132",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-132",
      0
     ],
     "destination": [
      "obj-134",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-134",
      0
     ],
     "destination": [
      "obj-135",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-129",
      3
     ],
     "destination": [
      "obj-136",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-136",
      0
     ],
     "destination": [
      "obj-132",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-136",
      1
     ],
     "destination": [
      "obj-132",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-136",
      2
     ],
     "destination": [
      "obj-132",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-132",
      0
     ],
     "destination": [
      "obj-137",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-137",
      0
     ],
     "destination": [
      "obj-138",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-138",
      0
     ],
     "destination": [
      "obj-139",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-141",
      0
     ],
     "destination": [
      "obj-140",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-140",
      0
     ],
     "destination": [
      "obj-142",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-142",
      0
     ],
     "destination": [
      "obj-143",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-136",
      3
     ],
     "destination": [
      "obj-144",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-144",
      0
     ],
     "destination": [
      "obj-140",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-144",
      1
     ],
     "destination": [
      "obj-140",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-144",
      2
     ],
     "destination": [
      "obj-140",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-140",
      0
     ],
     "destination": [
      "obj-145",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-145",
      0
     ],
     "destination": [
      "obj-146",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-148",
      0
     ],
     "destination": [
      "obj-147",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-147",
      0
     ],
     "destination": [
      "obj-149",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-149",
      0
     ],
     "destination": [
      "obj-150",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-144",
      3
     ],
     "destination": [
      "obj-151",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-151",
      0
     ],
     "destination": [
      "obj-147",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-151",
      1
     ],
     "destination": [
      "obj-147",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-151",
      2
     ],
     "destination": [
      "obj-147",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-147",
      0
     ],
     "destination": [
      "obj-152",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-152",
      0
     ],
     "destination": [
      "obj-153",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-153",
      0
     ],
     "destination": [
      "obj-154",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-156",
      0
     ],
     "destination": [
      "obj-155",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-155",
      0
     ],
     "destination": [
      "obj-157",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-157",
      0
     ],
     "destination": [
      "obj-158",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-151",
      3
     ],
     "destination": [
      "obj-159",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-159",
      0
     ],
     "destination": [
      "obj-155",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-159",
      1
     ],
     "destination": [
      "obj-155",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-159",
      2
     ],
     "destination": [
      "obj-155",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-155",
      0
     ],
     "destination": [
      "obj-160",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-160",
      0
     ],
     "destination": [
      "obj-161",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-163",
      0
     ],
     "destination": [
      "obj-162",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-162",
      0
     ],
     "destination": [
      "obj-164",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-164",
      0
     ],
     "destination": [
      "obj-165",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-159",
      3
     ],
     "destination": [
      "obj-166",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-166",
      0
     ],
     "destination": [
      "obj-162",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-166",
      1
     ],
     "destination": [
      "obj-162",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-166",
      2
     ],
     "destination": [
      "obj-162",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-162",
      0
     ],
     "destination": [
      "obj-167",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-167",
      0
     ],
     "destination": [
      "obj-168",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-170",
      0
     ],
     "destination": [
      "obj-169",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-169",
      0
     ],
     "destination": [
      "obj-171",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-171",
      0
     ],
     "destination": [
      "obj-172",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-166",
      3
     ],
     "destination": [
      "obj-173",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-173",
      0
     ],
     "destination": [
      "obj-169",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-173",
      1
     ],
     "destination": [
      "obj-169",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-173",
      2
     ],
     "destination": [
      "obj-169",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-169",
      0
     ],
     "destination": [
      "obj-175",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-175",
      0
     ],
     "destination": [
      "obj-176",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-178",
      0
     ],
     "destination": [
      "obj-177",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-177",
      0
     ],
     "destination": [
      "obj-179",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-179",
      0
     ],
     "destination": [
      "obj-180",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-173",
      3
     ],
     "destination": [
      "obj-181",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-181",
      0
     ],
     "destination": [
      "obj-177",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-181",
      1
     ],
     "destination": [
      "obj-177",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-181",
      2
     ],
     "destination": [
      "obj-177",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-177",
      0
     ],
     "destination": [
      "obj-183",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-183",
      0
     ],
     "destination": [
      "obj-184",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-186",
      0
     ],
     "destination": [
      "obj-185",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-185",
      0
     ],
     "destination": [
      "obj-187",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-187",
      0
     ],
     "destination": [
      "obj-188",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-181",
      3
     ],
     "destination": [
      "obj-189",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-189",
      0
     ],
     "destination": [
      "obj-185",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-189",
      1
     ],
     "destination": [
      "obj-185",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-189",
      2
     ],
     "destination": [
      "obj-185",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-185",
      0
     ],
     "destination": [
      "obj-191",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-192",
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
      "obj-194",
      0
     ],
     "destination": [
      "obj-195",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-189",
      3
     ],
     "destination": [
      "obj-194",
      0
     ]
    }
   }
  ],
  "dependency_cache": [],
  "autosave": 0
 }
}
