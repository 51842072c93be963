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
   720.0,
   640.0
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
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      200.0,
      20.0,
      155.0,
      22.0
     ],
     "text": "udpsend 127.0.0.1 9100"
    }
   },
   {
    "box": {
     "id": "obj-1",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      20.0,
      122.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-2",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      620.0,
      20.0,
      109.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "udpreceive 9101"
    }
   },
   {
    "box": {
     "id": "obj-3",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      770.0,
      20.0,
      116.0,
      22.0
     ],
     "text": "s plaud_drone_in"
    }
   },
   {
    "box": {
     "id": "obj-4",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      72.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/notify 1 \"param beat meter error\" 9101"
    }
   },
   {
    "box": {
     "id": "obj-5",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      72.0,
      77.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "loadmess 1"
    }
   },
   {
    "box": {
     "id": "obj-6",
     "maxclass": "toggle",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      110.0,
      72.0,
      22.0,
      22.0
     ],
     "outlettype": [
      "int"
     ],
     "presentation": 1,
     "presentation_rect": [
      330.0,
      9.0,
      22.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-7",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      140.0,
      72.0,
      83.5,
      22.0
     ],
     "outlettype": [
      "bang"
     ],
     "text": "metro 20000"
    }
   },
   {
    "box": {
     "id": "obj-8",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      72.0,
      60.0,
      20.0
     ],
     "text": "hear",
     "presentation": 1,
     "presentation_rect": [
      354.0,
      10.0,
      44.0,
      20.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-9",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      72.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-10",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      170.0,
      104.0,
      300.0,
      20.0
     ],
     "text": "plaud-live: drone plays default",
     "presentation": 1,
     "presentation_rect": [
      16.0,
      10.0,
      300.0,
      20.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-11",
     "maxclass": "slider",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      104.0,
      140.0,
      18.0
     ],
     "outlettype": [
      ""
     ],
     "floatoutput": 1,
     "size": 1.0,
     "orientation": 1,
     "ignoreclick": 1,
     "presentation": 1,
     "presentation_rect": [
      540.0,
      12.0,
      160.0,
      16.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-12",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      920.0,
      104.0,
      168.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /plaud/meter/drone"
    }
   },
   {
    "box": {
     "id": "obj-13",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      1180.0,
      104.0,
      90.0,
      22.0
     ],
     "outlettype": [
      "float",
      "float"
     ],
     "text": "unpack 0. 0."
    }
   },
   {
    "box": {
     "id": "obj-14",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      790.0,
      104.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_in"
    }
   },
   {
    "box": {
     "id": "obj-15",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      136.0,
      70.0,
      22.0
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "ignoreclick": 1,
     "presentation": 1,
     "presentation_rect": [
      400.0,
      9.0,
      70.0,
      22.0
     ],
     "parameter_enable": 0
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
      136.0,
      60.0,
      20.0
     ],
     "text": "beat",
     "presentation": 1,
     "presentation_rect": [
      472.0,
      10.0,
      60.0,
      20.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-17",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      920.0,
      136.0,
      200.5,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /plaud/clock/beat.reply"
    }
   },
   {
    "box": {
     "id": "obj-18",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      1180.0,
      136.0,
      90.0,
      22.0
     ],
     "outlettype": [
      "float",
      "float"
     ],
     "text": "unpack 0. 0."
    }
   },
   {
    "box": {
     "id": "obj-19",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      790.0,
      136.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_in"
    }
   },
   {
    "box": {
     "id": "obj-20",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      168.0,
      600.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "",
     "presentation": 1,
     "presentation_rect": [
      16.0,
      40.0,
      684.0,
      22.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-21",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      920.0,
      168.0,
      122.5,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /plaud/fail"
    }
   },
   {
    "box": {
     "id": "obj-22",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1180.0,
      168.0,
      83.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-23",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      790.0,
      168.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_in"
    }
   },
   {
    "box": {
     "id": "obj-24",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      920.0,
      200.0,
      122.5,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /plaud/ping"
    }
   },
   {
    "box": {
     "id": "obj-25",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1180.0,
      200.0,
      135.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/pong"
    }
   },
   {
    "box": {
     "id": "obj-26",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      790.0,
      200.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_in"
    }
   },
   {
    "box": {
     "id": "obj-27",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      200.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-28",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      232.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "play",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      16.0,
      76.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-29",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      232.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-30",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      232.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-31",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      232.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/play $1"
    }
   },
   {
    "box": {
     "id": "obj-32",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      232.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-33",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      264.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "stop",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      128.0,
      76.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-34",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      264.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-35",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      264.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-36",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      264.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/stop $1"
    }
   },
   {
    "box": {
     "id": "obj-37",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      264.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-38",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      296.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "undo",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      240.0,
      76.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-39",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      296.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/undo"
    }
   },
   {
    "box": {
     "id": "obj-40",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      296.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-41",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      328.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "redo",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      352.0,
      76.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-42",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      328.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/redo"
    }
   },
   {
    "box": {
     "id": "obj-43",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      328.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-44",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      360.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "hush",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      464.0,
      76.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-45",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      360.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/hush 8.0"
    }
   },
   {
    "box": {
     "id": "obj-46",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      360.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-47",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      392.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "panic",
     "bgcolor": [
      0.78,
      0.1,
      0.1,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      576.0,
      76.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-48",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      392.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/panic"
    }
   },
   {
    "box": {
     "id": "obj-49",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      392.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-50",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      920.0,
      424.0,
      181.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /plaud/inst/drone/z0"
    }
   },
   {
    "box": {
     "id": "obj-51",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1180.0,
      424.0,
      83.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-52",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      790.0,
      424.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_in"
    }
   },
   {
    "box": {
     "id": "obj-53",
     "maxclass": "slider",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      424.0,
      140.0,
      18.0
     ],
     "outlettype": [
      ""
     ],
     "orientation": 1,
     "relative": 1,
     "floatoutput": 1,
     "min": 0.0,
     "size": 1.0,
     "presentation": 1,
     "presentation_rect": [
      16.0,
      114.0,
      190.0,
      18.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-54",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      170.0,
      424.0,
      60.0,
      22.0
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 0.0,
     "maximum": 1.0,
     "numdecimalplaces": 3,
     "presentation": 1,
     "presentation_rect": [
      212.0,
      112.0,
      56.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-55",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      424.0,
      90.0,
      20.0
     ],
     "text": "z0 bright",
     "presentation": 1,
     "presentation_rect": [
      272.0,
      113.0,
      88.0,
      20.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-56",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      424.0,
      194.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/inst/drone/z0"
    }
   },
   {
    "box": {
     "id": "obj-57",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      424.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-58",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      920.0,
      456.0,
      181.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /plaud/inst/drone/z1"
    }
   },
   {
    "box": {
     "id": "obj-59",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1180.0,
      456.0,
      83.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-60",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      790.0,
      456.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_in"
    }
   },
   {
    "box": {
     "id": "obj-61",
     "maxclass": "slider",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      456.0,
      140.0,
      18.0
     ],
     "outlettype": [
      ""
     ],
     "orientation": 1,
     "relative": 1,
     "floatoutput": 1,
     "min": 0.0,
     "size": 1.0,
     "presentation": 1,
     "presentation_rect": [
      16.0,
      140.0,
      190.0,
      18.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-62",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      170.0,
      456.0,
      60.0,
      22.0
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 0.0,
     "maximum": 1.0,
     "numdecimalplaces": 3,
     "presentation": 1,
     "presentation_rect": [
      212.0,
      138.0,
      56.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-63",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      456.0,
      90.0,
      20.0
     ],
     "text": "z1 noisy",
     "presentation": 1,
     "presentation_rect": [
      272.0,
      139.0,
      88.0,
      20.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-64",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      456.0,
      194.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/inst/drone/z1"
    }
   },
   {
    "box": {
     "id": "obj-65",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      456.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-66",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      920.0,
      488.0,
      181.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /plaud/inst/drone/z2"
    }
   },
   {
    "box": {
     "id": "obj-67",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1180.0,
      488.0,
      83.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-68",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      790.0,
      488.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_in"
    }
   },
   {
    "box": {
     "id": "obj-69",
     "maxclass": "slider",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      488.0,
      140.0,
      18.0
     ],
     "outlettype": [
      ""
     ],
     "orientation": 1,
     "relative": 1,
     "floatoutput": 1,
     "min": 0.0,
     "size": 1.0,
     "presentation": 1,
     "presentation_rect": [
      16.0,
      166.0,
      190.0,
      18.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-70",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      170.0,
      488.0,
      60.0,
      22.0
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 0.0,
     "maximum": 1.0,
     "numdecimalplaces": 3,
     "presentation": 1,
     "presentation_rect": [
      212.0,
      164.0,
      56.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-71",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      488.0,
      90.0,
      20.0
     ],
     "text": "z2 loud",
     "presentation": 1,
     "presentation_rect": [
      272.0,
      165.0,
      88.0,
      20.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-72",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      488.0,
      194.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/inst/drone/z2"
    }
   },
   {
    "box": {
     "id": "obj-73",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      488.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-74",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      920.0,
      520.0,
      181.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /plaud/inst/drone/z3"
    }
   },
   {
    "box": {
     "id": "obj-75",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1180.0,
      520.0,
      83.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-76",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      790.0,
      520.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_in"
    }
   },
   {
    "box": {
     "id": "obj-77",
     "maxclass": "slider",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      520.0,
      140.0,
      18.0
     ],
     "outlettype": [
      ""
     ],
     "orientation": 1,
     "relative": 1,
     "floatoutput": 1,
     "min": 0.0,
     "size": 1.0,
     "presentation": 1,
     "presentation_rect": [
      16.0,
      192.0,
      190.0,
      18.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-78",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      170.0,
      520.0,
      60.0,
      22.0
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 0.0,
     "maximum": 1.0,
     "numdecimalplaces": 3,
     "presentation": 1,
     "presentation_rect": [
      212.0,
      190.0,
      56.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-79",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      520.0,
      90.0,
      20.0
     ],
     "text": "z3",
     "presentation": 1,
     "presentation_rect": [
      272.0,
      191.0,
      88.0,
      20.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-80",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      520.0,
      194.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/inst/drone/z3"
    }
   },
   {
    "box": {
     "id": "obj-81",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      520.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-82",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      920.0,
      552.0,
      181.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /plaud/inst/drone/z4"
    }
   },
   {
    "box": {
     "id": "obj-83",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1180.0,
      552.0,
      83.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-84",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      790.0,
      552.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_in"
    }
   },
   {
    "box": {
     "id": "obj-85",
     "maxclass": "slider",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      552.0,
      140.0,
      18.0
     ],
     "outlettype": [
      ""
     ],
     "orientation": 1,
     "relative": 1,
     "floatoutput": 1,
     "min": 0.0,
     "size": 1.0,
     "presentation": 1,
     "presentation_rect": [
      16.0,
      218.0,
      190.0,
      18.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-86",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      170.0,
      552.0,
      60.0,
      22.0
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 0.0,
     "maximum": 1.0,
     "numdecimalplaces": 3,
     "presentation": 1,
     "presentation_rect": [
      212.0,
      216.0,
      56.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-87",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      552.0,
      90.0,
      20.0
     ],
     "text": "z4",
     "presentation": 1,
     "presentation_rect": [
      272.0,
      217.0,
      88.0,
      20.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-88",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      552.0,
      194.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/inst/drone/z4"
    }
   },
   {
    "box": {
     "id": "obj-89",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      552.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-90",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      920.0,
      584.0,
      181.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /plaud/inst/drone/z5"
    }
   },
   {
    "box": {
     "id": "obj-91",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1180.0,
      584.0,
      83.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-92",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      790.0,
      584.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_in"
    }
   },
   {
    "box": {
     "id": "obj-93",
     "maxclass": "slider",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      584.0,
      140.0,
      18.0
     ],
     "outlettype": [
      ""
     ],
     "orientation": 1,
     "relative": 1,
     "floatoutput": 1,
     "min": 0.0,
     "size": 1.0,
     "presentation": 1,
     "presentation_rect": [
      16.0,
      244.0,
      190.0,
      18.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-94",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      170.0,
      584.0,
      60.0,
      22.0
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 0.0,
     "maximum": 1.0,
     "numdecimalplaces": 3,
     "presentation": 1,
     "presentation_rect": [
      212.0,
      242.0,
      56.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-95",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      584.0,
      90.0,
      20.0
     ],
     "text": "z5",
     "presentation": 1,
     "presentation_rect": [
      272.0,
      243.0,
      88.0,
      20.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-96",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      584.0,
      194.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/inst/drone/z5"
    }
   },
   {
    "box": {
     "id": "obj-97",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      584.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-98",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      920.0,
      616.0,
      181.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /plaud/inst/drone/z6"
    }
   },
   {
    "box": {
     "id": "obj-99",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1180.0,
      616.0,
      83.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-100",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      790.0,
      616.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_in"
    }
   },
   {
    "box": {
     "id": "obj-101",
     "maxclass": "slider",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      616.0,
      140.0,
      18.0
     ],
     "outlettype": [
      ""
     ],
     "orientation": 1,
     "relative": 1,
     "floatoutput": 1,
     "min": 0.0,
     "size": 1.0,
     "presentation": 1,
     "presentation_rect": [
      16.0,
      270.0,
      190.0,
      18.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-102",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      170.0,
      616.0,
      60.0,
      22.0
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 0.0,
     "maximum": 1.0,
     "numdecimalplaces": 3,
     "presentation": 1,
     "presentation_rect": [
      212.0,
      268.0,
      56.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-103",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      616.0,
      90.0,
      20.0
     ],
     "text": "z6",
     "presentation": 1,
     "presentation_rect": [
      272.0,
      269.0,
      88.0,
      20.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-104",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      616.0,
      194.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/inst/drone/z6"
    }
   },
   {
    "box": {
     "id": "obj-105",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      616.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-106",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      920.0,
      648.0,
      181.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /plaud/inst/drone/z7"
    }
   },
   {
    "box": {
     "id": "obj-107",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1180.0,
      648.0,
      83.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-108",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      790.0,
      648.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_in"
    }
   },
   {
    "box": {
     "id": "obj-109",
     "maxclass": "slider",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      648.0,
      140.0,
      18.0
     ],
     "outlettype": [
      ""
     ],
     "orientation": 1,
     "relative": 1,
     "floatoutput": 1,
     "min": 0.0,
     "size": 1.0,
     "presentation": 1,
     "presentation_rect": [
      16.0,
      296.0,
      190.0,
      18.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-110",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      170.0,
      648.0,
      60.0,
      22.0
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 0.0,
     "maximum": 1.0,
     "numdecimalplaces": 3,
     "presentation": 1,
     "presentation_rect": [
      212.0,
      294.0,
      56.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-111",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      648.0,
      90.0,
      20.0
     ],
     "text": "z7",
     "presentation": 1,
     "presentation_rect": [
      272.0,
      295.0,
      88.0,
      20.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-112",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      648.0,
      194.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/inst/drone/z7"
    }
   },
   {
    "box": {
     "id": "obj-113",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      648.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-114",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      920.0,
      680.0,
      194.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /plaud/inst/drone/gain"
    }
   },
   {
    "box": {
     "id": "obj-115",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1180.0,
      680.0,
      83.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-116",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      790.0,
      680.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_in"
    }
   },
   {
    "box": {
     "id": "obj-117",
     "maxclass": "slider",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      680.0,
      140.0,
      18.0
     ],
     "outlettype": [
      ""
     ],
     "orientation": 1,
     "relative": 1,
     "floatoutput": 1,
     "min": 0.0,
     "size": 1.0,
     "presentation": 1,
     "presentation_rect": [
      361.0,
      114.0,
      190.0,
      18.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-118",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      170.0,
      680.0,
      60.0,
      22.0
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 0.0,
     "maximum": 1.0,
     "numdecimalplaces": 3,
     "presentation": 1,
     "presentation_rect": [
      557.0,
      112.0,
      56.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-119",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      680.0,
      90.0,
      20.0
     ],
     "text": "gain",
     "presentation": 1,
     "presentation_rect": [
      617.0,
      113.0,
      88.0,
      20.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-120",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      680.0,
      207.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/inst/drone/gain"
    }
   },
   {
    "box": {
     "id": "obj-121",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      680.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-122",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      920.0,
      712.0,
      187.5,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /plaud/inst/drone/pan"
    }
   },
   {
    "box": {
     "id": "obj-123",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1180.0,
      712.0,
      83.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-124",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      790.0,
      712.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_in"
    }
   },
   {
    "box": {
     "id": "obj-125",
     "maxclass": "slider",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      712.0,
      140.0,
      18.0
     ],
     "outlettype": [
      ""
     ],
     "orientation": 1,
     "relative": 1,
     "floatoutput": 1,
     "min": 0.0,
     "size": 1.0,
     "presentation": 1,
     "presentation_rect": [
      361.0,
      140.0,
      190.0,
      18.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-126",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      170.0,
      712.0,
      60.0,
      22.0
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 0.0,
     "maximum": 1.0,
     "numdecimalplaces": 3,
     "presentation": 1,
     "presentation_rect": [
      557.0,
      138.0,
      56.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-127",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      712.0,
      90.0,
      20.0
     ],
     "text": "pan",
     "presentation": 1,
     "presentation_rect": [
      617.0,
      139.0,
      88.0,
      20.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-128",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      712.0,
      200.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/inst/drone/pan"
    }
   },
   {
    "box": {
     "id": "obj-129",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      712.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-130",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      920.0,
      744.0,
      226.5,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /plaud/inst/drone/sine_gain"
    }
   },
   {
    "box": {
     "id": "obj-131",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1180.0,
      744.0,
      83.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-132",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      790.0,
      744.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_in"
    }
   },
   {
    "box": {
     "id": "obj-133",
     "maxclass": "slider",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      744.0,
      140.0,
      18.0
     ],
     "outlettype": [
      ""
     ],
     "orientation": 1,
     "relative": 1,
     "floatoutput": 1,
     "min": 0.0,
     "size": 1.0,
     "presentation": 1,
     "presentation_rect": [
      361.0,
      166.0,
      190.0,
      18.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-134",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      170.0,
      744.0,
      60.0,
      22.0
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 0.0,
     "maximum": 1.0,
     "numdecimalplaces": 3,
     "presentation": 1,
     "presentation_rect": [
      557.0,
      164.0,
      56.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-135",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      744.0,
      90.0,
      20.0
     ],
     "text": "sine gain",
     "presentation": 1,
     "presentation_rect": [
      617.0,
      165.0,
      88.0,
      20.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-136",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      744.0,
      239.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/inst/drone/sine_gain"
    }
   },
   {
    "box": {
     "id": "obj-137",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      744.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-138",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      920.0,
      776.0,
      200.5,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /plaud/inst/drone/sines"
    }
   },
   {
    "box": {
     "id": "obj-139",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1180.0,
      776.0,
      83.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-140",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      790.0,
      776.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_in"
    }
   },
   {
    "box": {
     "id": "obj-141",
     "maxclass": "slider",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      776.0,
      140.0,
      18.0
     ],
     "outlettype": [
      ""
     ],
     "orientation": 1,
     "relative": 1,
     "floatoutput": 0,
     "min": 0.0,
     "size": 97.0,
     "presentation": 1,
     "presentation_rect": [
      361.0,
      192.0,
      190.0,
      18.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-142",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      170.0,
      776.0,
      60.0,
      22.0
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 0.0,
     "maximum": 96.0,
     "numdecimalplaces": 0,
     "presentation": 1,
     "presentation_rect": [
      557.0,
      190.0,
      56.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-143",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      776.0,
      90.0,
      20.0
     ],
     "text": "sines",
     "presentation": 1,
     "presentation_rect": [
      617.0,
      191.0,
      88.0,
      20.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-144",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      776.0,
      213.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/inst/drone/sines"
    }
   },
   {
    "box": {
     "id": "obj-145",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      776.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-146",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      920.0,
      808.0,
      233.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /plaud/inst/drone/noise_gain"
    }
   },
   {
    "box": {
     "id": "obj-147",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1180.0,
      808.0,
      83.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-148",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      790.0,
      808.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_in"
    }
   },
   {
    "box": {
     "id": "obj-149",
     "maxclass": "slider",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      808.0,
      140.0,
      18.0
     ],
     "outlettype": [
      ""
     ],
     "orientation": 1,
     "relative": 1,
     "floatoutput": 1,
     "min": 0.0,
     "size": 1.0,
     "presentation": 1,
     "presentation_rect": [
      361.0,
      218.0,
      190.0,
      18.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-150",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      170.0,
      808.0,
      60.0,
      22.0
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 0.0,
     "maximum": 1.0,
     "numdecimalplaces": 3,
     "presentation": 1,
     "presentation_rect": [
      557.0,
      216.0,
      56.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-151",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      808.0,
      90.0,
      20.0
     ],
     "text": "noise gain",
     "presentation": 1,
     "presentation_rect": [
      617.0,
      217.0,
      88.0,
      20.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-152",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      808.0,
      246.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/inst/drone/noise_gain"
    }
   },
   {
    "box": {
     "id": "obj-153",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      808.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-154",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      920.0,
      840.0,
      239.5,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /plaud/inst/drone/noise_bands"
    }
   },
   {
    "box": {
     "id": "obj-155",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1180.0,
      840.0,
      83.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-156",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      790.0,
      840.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_in"
    }
   },
   {
    "box": {
     "id": "obj-157",
     "maxclass": "slider",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      840.0,
      140.0,
      18.0
     ],
     "outlettype": [
      ""
     ],
     "orientation": 1,
     "relative": 1,
     "floatoutput": 0,
     "min": 0.0,
     "size": 385.0,
     "presentation": 1,
     "presentation_rect": [
      361.0,
      244.0,
      190.0,
      18.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-158",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      170.0,
      840.0,
      60.0,
      22.0
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 0.0,
     "maximum": 384.0,
     "numdecimalplaces": 0,
     "presentation": 1,
     "presentation_rect": [
      557.0,
      242.0,
      56.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-159",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      840.0,
      90.0,
      20.0
     ],
     "text": "noise bands",
     "presentation": 1,
     "presentation_rect": [
      617.0,
      243.0,
      88.0,
      20.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-160",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      840.0,
      252.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/inst/drone/noise_bands"
    }
   },
   {
    "box": {
     "id": "obj-161",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      840.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-162",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      920.0,
      872.0,
      239.5,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /plaud/inst/drone/temperature"
    }
   },
   {
    "box": {
     "id": "obj-163",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1180.0,
      872.0,
      83.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-164",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      790.0,
      872.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_in"
    }
   },
   {
    "box": {
     "id": "obj-165",
     "maxclass": "slider",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      872.0,
      140.0,
      18.0
     ],
     "outlettype": [
      ""
     ],
     "orientation": 1,
     "relative": 1,
     "floatoutput": 1,
     "min": 0.0,
     "size": 1.0,
     "presentation": 1,
     "presentation_rect": [
      361.0,
      270.0,
      190.0,
      18.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-166",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      170.0,
      872.0,
      60.0,
      22.0
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 0.0,
     "maximum": 1.0,
     "numdecimalplaces": 3,
     "presentation": 1,
     "presentation_rect": [
      557.0,
      268.0,
      56.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-167",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      872.0,
      90.0,
      20.0
     ],
     "text": "temperature",
     "presentation": 1,
     "presentation_rect": [
      617.0,
      269.0,
      88.0,
      20.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-168",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      872.0,
      252.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/inst/drone/temperature"
    }
   },
   {
    "box": {
     "id": "obj-169",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      872.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-170",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      920.0,
      904.0,
      226.5,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /plaud/inst/drone/smoothing"
    }
   },
   {
    "box": {
     "id": "obj-171",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1180.0,
      904.0,
      83.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-172",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      790.0,
      904.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_in"
    }
   },
   {
    "box": {
     "id": "obj-173",
     "maxclass": "slider",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      904.0,
      140.0,
      18.0
     ],
     "outlettype": [
      ""
     ],
     "orientation": 1,
     "relative": 1,
     "floatoutput": 0,
     "min": 1.0,
     "size": 64.0,
     "presentation": 1,
     "presentation_rect": [
      361.0,
      296.0,
      190.0,
      18.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-174",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      170.0,
      904.0,
      60.0,
      22.0
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 1.0,
     "maximum": 64.0,
     "numdecimalplaces": 0,
     "presentation": 1,
     "presentation_rect": [
      557.0,
      294.0,
      56.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-175",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      904.0,
      90.0,
      20.0
     ],
     "text": "smoothing",
     "presentation": 1,
     "presentation_rect": [
      617.0,
      295.0,
      88.0,
      20.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-176",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      904.0,
      239.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/inst/drone/smoothing"
    }
   },
   {
    "box": {
     "id": "obj-177",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      904.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-178",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      920.0,
      936.0,
      207.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /plaud/inst/drone/freeze"
    }
   },
   {
    "box": {
     "id": "obj-179",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1180.0,
      936.0,
      83.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-180",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      790.0,
      936.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_in"
    }
   },
   {
    "box": {
     "id": "obj-181",
     "maxclass": "toggle",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      936.0,
      22.0,
      22.0
     ],
     "outlettype": [
      "int"
     ],
     "presentation": 1,
     "presentation_rect": [
      361.0,
      320.0,
      22.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-182",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      936.0,
      90.0,
      20.0
     ],
     "text": "freeze",
     "presentation": 1,
     "presentation_rect": [
      387.0,
      321.0,
      88.0,
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
      340.0,
      936.0,
      220.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/inst/drone/freeze"
    }
   },
   {
    "box": {
     "id": "obj-184",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      936.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-185",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      920.0,
      968.0,
      155.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /plaud/clock/bpm"
    }
   },
   {
    "box": {
     "id": "obj-186",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1180.0,
      968.0,
      83.5,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-187",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      790.0,
      968.0,
      116.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_in"
    }
   },
   {
    "box": {
     "id": "obj-188",
     "maxclass": "slider",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      968.0,
      140.0,
      18.0
     ],
     "outlettype": [
      ""
     ],
     "orientation": 1,
     "relative": 1,
     "floatoutput": 1,
     "min": 40.0,
     "size": 160.0,
     "presentation": 1,
     "presentation_rect": [
      361.0,
      348.0,
      190.0,
      18.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-189",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      170.0,
      968.0,
      60.0,
      22.0
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 40.0,
     "maximum": 200.0,
     "numdecimalplaces": 3,
     "presentation": 1,
     "presentation_rect": [
      557.0,
      346.0,
      56.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-190",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      240.0,
      968.0,
      90.0,
      20.0
     ],
     "text": "bpm",
     "presentation": 1,
     "presentation_rect": [
      617.0,
      347.0,
      88.0,
      20.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-191",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      968.0,
      168.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /plaud/clock/bpm"
    }
   },
   {
    "box": {
     "id": "obj-192",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      968.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-193",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      120.0,
      1000.0,
      60.0,
      22.0
     ],
     "outlettype": [
      "",
      "bang"
     ],
     "minimum": 0.0,
     "presentation": 1,
     "presentation_rect": [
      16.0,
      386.0,
      56.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-194",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      200.0,
      1000.0,
      129.0,
      22.0
     ],
     "text": "s plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-195",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      1000.0,
      90.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "loadmess 4.0"
    }
   },
   {
    "box": {
     "id": "obj-196",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      340.0,
      1000.0,
      240.0,
      20.0
     ],
     "text": "beats to get to an anchor or a scene",
     "presentation": 1,
     "presentation_rect": [
      76.0,
      387.0,
      300.0,
      20.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-197",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1032.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "fifths",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      16.0,
      416.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-198",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1032.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-199",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1032.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-200",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1032.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/anchor fifths $1"
    }
   },
   {
    "box": {
     "id": "obj-201",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1032.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-202",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1064.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "lunar",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      128.0,
      416.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-203",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1064.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-204",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1064.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-205",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1064.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/anchor lunar $1"
    }
   },
   {
    "box": {
     "id": "obj-206",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1064.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-207",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1096.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "rewind",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      240.0,
      416.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-208",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1096.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-209",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1096.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-210",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1096.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/anchor rewind $1"
    }
   },
   {
    "box": {
     "id": "obj-211",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1096.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-212",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1128.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "boom",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      352.0,
      416.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-213",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1128.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-214",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1128.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-215",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1128.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/anchor boom $1"
    }
   },
   {
    "box": {
     "id": "obj-216",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1128.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-217",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1160.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "bell",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      464.0,
      416.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-218",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1160.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-219",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1160.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-220",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1160.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/anchor bell $1"
    }
   },
   {
    "box": {
     "id": "obj-221",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1160.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-222",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1192.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "flageolet",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      576.0,
      416.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-223",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1192.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-224",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1192.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-225",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1192.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/anchor flageolet $1"
    }
   },
   {
    "box": {
     "id": "obj-226",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1192.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-227",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1224.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "hum",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      16.0,
      442.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-228",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1224.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-229",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1224.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-230",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1224.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/anchor hum $1"
    }
   },
   {
    "box": {
     "id": "obj-231",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1224.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-232",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1256.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "cymbal",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      128.0,
      442.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-233",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1256.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-234",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1256.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-235",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1256.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/anchor cymbal $1"
    }
   },
   {
    "box": {
     "id": "obj-236",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1256.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-237",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1288.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "piano",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      240.0,
      442.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-238",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1288.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-239",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1288.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-240",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1288.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/anchor piano $1"
    }
   },
   {
    "box": {
     "id": "obj-241",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1288.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-242",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1320.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "bottleneck",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      352.0,
      442.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-243",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1320.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-244",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1320.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-245",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1320.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/anchor bottleneck $1"
    }
   },
   {
    "box": {
     "id": "obj-246",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1320.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-247",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1352.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "swoosh",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      464.0,
      442.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-248",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1352.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-249",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1352.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-250",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1352.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/anchor swoosh $1"
    }
   },
   {
    "box": {
     "id": "obj-251",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1352.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-252",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1384.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "chime",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      576.0,
      442.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-253",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1384.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-254",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1384.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-255",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1384.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/anchor chime $1"
    }
   },
   {
    "box": {
     "id": "obj-256",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1384.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-257",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1416.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "haunted",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      16.0,
      468.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-258",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1416.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-259",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1416.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-260",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1416.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/anchor haunted $1"
    }
   },
   {
    "box": {
     "id": "obj-261",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1416.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-262",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1448.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "woosh",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      128.0,
      468.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-263",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1448.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-264",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1448.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-265",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1448.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/anchor woosh $1"
    }
   },
   {
    "box": {
     "id": "obj-266",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1448.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-267",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1480.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "guitar",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      240.0,
      468.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-268",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1480.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-269",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1480.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-270",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1480.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/anchor guitar $1"
    }
   },
   {
    "box": {
     "id": "obj-271",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1480.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-272",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1512.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "hiss",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      352.0,
      468.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-273",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1512.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-274",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1512.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-275",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1512.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/anchor hiss $1"
    }
   },
   {
    "box": {
     "id": "obj-276",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1512.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-277",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1544.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "vox",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      464.0,
      468.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-278",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1544.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-279",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1544.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-280",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1544.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/anchor vox $1"
    }
   },
   {
    "box": {
     "id": "obj-281",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1544.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-282",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1576.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "tabla",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      576.0,
      468.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-283",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1576.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-284",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1576.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-285",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1576.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/anchor tabla $1"
    }
   },
   {
    "box": {
     "id": "obj-286",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1576.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-287",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1608.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "glass",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      16.0,
      494.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-288",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1608.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-289",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1608.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-290",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1608.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/anchor glass $1"
    }
   },
   {
    "box": {
     "id": "obj-291",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1608.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-292",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1640.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "splash",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      128.0,
      494.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-293",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1640.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-294",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1640.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-295",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1640.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/anchor splash $1"
    }
   },
   {
    "box": {
     "id": "obj-296",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1640.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-297",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1672.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "snares",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      240.0,
      494.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-298",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1672.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-299",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1672.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-300",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1672.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/anchor snares $1"
    }
   },
   {
    "box": {
     "id": "obj-301",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1672.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-302",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1704.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "drone",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      352.0,
      494.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-303",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1704.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-304",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1704.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-305",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1704.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/anchor drone $1"
    }
   },
   {
    "box": {
     "id": "obj-306",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1704.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-307",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1736.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "choir",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      464.0,
      494.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-308",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1736.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-309",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1736.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-310",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1736.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/anchor choir $1"
    }
   },
   {
    "box": {
     "id": "obj-311",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1736.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-312",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1768.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "wood",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      576.0,
      494.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-313",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1768.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-314",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1768.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-315",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1768.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/anchor wood $1"
    }
   },
   {
    "box": {
     "id": "obj-316",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1768.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-317",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1800.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "coins",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      16.0,
      520.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-318",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1800.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-319",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1800.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-320",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1800.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/anchor coins $1"
    }
   },
   {
    "box": {
     "id": "obj-321",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1800.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-322",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1832.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "hat",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      128.0,
      520.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-323",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1832.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-324",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1832.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-325",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1832.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/anchor hat $1"
    }
   },
   {
    "box": {
     "id": "obj-326",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1832.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-327",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1864.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "bayan",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      240.0,
      520.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-328",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1864.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-329",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1864.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-330",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1864.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/anchor bayan $1"
    }
   },
   {
    "box": {
     "id": "obj-331",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1864.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-332",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1896.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "rim",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      352.0,
      520.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-333",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1896.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-334",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1896.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-335",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1896.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/anchor rim $1"
    }
   },
   {
    "box": {
     "id": "obj-336",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1896.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-337",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1928.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "ghe",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      464.0,
      520.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-338",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1928.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-339",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1928.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-340",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1928.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/inst/drone/anchor ghe $1"
    }
   },
   {
    "box": {
     "id": "obj-341",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1928.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-342",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1960.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "s1",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      16.0,
      558.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-343",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1960.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-344",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1960.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-345",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1960.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/scene/recall s1 $1"
    }
   },
   {
    "box": {
     "id": "obj-346",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1960.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-347",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      1992.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "s2",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      128.0,
      558.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-348",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      1992.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-349",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      1992.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-350",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      1992.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/scene/recall s2 $1"
    }
   },
   {
    "box": {
     "id": "obj-351",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      1992.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-352",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      2024.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "s3",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      240.0,
      558.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-353",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      2024.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-354",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      2024.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-355",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      2024.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/scene/recall s3 $1"
    }
   },
   {
    "box": {
     "id": "obj-356",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      2024.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-357",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      2056.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "s4",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      352.0,
      558.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-358",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      2056.0,
      44.5,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "f 4.0"
    }
   },
   {
    "box": {
     "id": "obj-359",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      2056.0,
      129.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r plaud_drone_over"
    }
   },
   {
    "box": {
     "id": "obj-360",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      2056.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/scene/recall s4 $1"
    }
   },
   {
    "box": {
     "id": "obj-361",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      2056.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-362",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      2088.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "save s1",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      16.0,
      588.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-363",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      2088.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/scene/save s1"
    }
   },
   {
    "box": {
     "id": "obj-364",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      2088.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-365",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      2120.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "save s2",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      128.0,
      588.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-366",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      2120.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/scene/save s2"
    }
   },
   {
    "box": {
     "id": "obj-367",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      2120.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-368",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      2152.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "save s3",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      240.0,
      588.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-369",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      2152.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/scene/save s3"
    }
   },
   {
    "box": {
     "id": "obj-370",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      2152.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   },
   {
    "box": {
     "id": "obj-371",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      2184.0,
      100.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "int"
     ],
     "text": "save s4",
     "bgcolor": [
      0.25,
      0.25,
      0.28,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "presentation": 1,
     "presentation_rect": [
      352.0,
      588.0,
      104.0,
      22.0
     ],
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-372",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      2184.0,
      280.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/plaud/scene/save s4"
    }
   },
   {
    "box": {
     "id": "obj-373",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      2184.0,
      122.5,
      22.0
     ],
     "text": "s plaud_drone_out"
    }
   }
  ],
  "lines": [
   {
    "patchline": {
     "source": [
      "obj-1",
      0
     ],
     "destination": [
      "obj-0",
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
      "obj-3",
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
      "obj-7",
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
      "obj-9",
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
      "obj-12",
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
      "obj-13",
      0
     ],
     "destination": [
      "obj-11",
      0
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
      "obj-17",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-17",
      0
     ],
     "destination": [
      "obj-18",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-18",
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
      "obj-23",
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
      "obj-26",
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
      "obj-24",
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
      "obj-29",
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
      "obj-33",
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
      "obj-34",
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
      "obj-38",
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
      "obj-41",
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
      "obj-44",
      0
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
      "obj-45",
      0
     ],
     "destination": [
      "obj-46",
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
      "obj-48",
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
      "obj-49",
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
      "obj-50",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-50",
      0
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
      "obj-51",
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
      "obj-51",
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
      "obj-54",
      0
     ],
     "destination": [
      "obj-56",
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
      "obj-57",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-60",
      0
     ],
     "destination": [
      "obj-58",
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
      "obj-59",
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
      "obj-62",
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
      "obj-61",
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
      "obj-64",
      0
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
      "obj-65",
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
      "obj-66",
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
      "obj-67",
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
      "obj-67",
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
      "obj-70",
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
      "obj-76",
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
      "obj-74",
      0
     ],
     "destination": [
      "obj-75",
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
      "obj-78",
      0
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
      "obj-77",
      0
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
      "obj-78",
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
      "obj-80",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-80",
      0
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
      "obj-84",
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
      "obj-85",
      0
     ],
     "destination": [
      "obj-86",
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
      "obj-85",
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
      "obj-86",
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
      "obj-88",
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
      "obj-89",
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
      "obj-90",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-90",
      0
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
      "obj-91",
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
      "obj-91",
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
      "obj-94",
      0
     ],
     "destination": [
      "obj-96",
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
      "obj-97",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-100",
      0
     ],
     "destination": [
      "obj-98",
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
      "obj-99",
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
      "obj-102",
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
      "obj-101",
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
      "obj-104",
      0
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
      "obj-105",
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
      "obj-106",
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
      "obj-107",
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
      "obj-107",
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
      "obj-110",
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
      "obj-116",
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
      "obj-114",
      0
     ],
     "destination": [
      "obj-115",
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
      "obj-118",
      0
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
      "obj-117",
      0
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
      "obj-118",
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
      "obj-120",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-120",
      0
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
      "obj-124",
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
      "obj-125",
      0
     ],
     "destination": [
      "obj-126",
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
      "obj-125",
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
      "obj-126",
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
      "obj-128",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-128",
      0
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
      "obj-132",
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
      "obj-134",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-131",
      0
     ],
     "destination": [
      "obj-133",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-131",
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
      "obj-137",
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
      "obj-142",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-139",
      0
     ],
     "destination": [
      "obj-141",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-139",
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
      "obj-145",
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
      "obj-146",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-146",
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
      "obj-147",
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
      "obj-150",
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
      "obj-156",
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
      "obj-154",
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
      "obj-155",
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
      "obj-158",
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
      "obj-164",
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
      "obj-163",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-165",
      0
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
      "obj-163",
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
      "obj-163",
      0
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
      "obj-168",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-168",
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
      "obj-172",
      0
     ],
     "destination": [
      "obj-170",
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
      "obj-171",
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
      "obj-174",
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
      "obj-173",
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
      "obj-174",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-174",
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
      "obj-176",
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
      "obj-180",
      0
     ],
     "destination": [
      "obj-178",
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
      "obj-187",
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
      "obj-186",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-188",
      0
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
      "obj-186",
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
      "obj-186",
      0
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
      "obj-191",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-191",
      0
     ],
     "destination": [
      "obj-192",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-195",
      0
     ],
     "destination": [
      "obj-193",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-193",
      0
     ],
     "destination": [
      "obj-194",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-199",
      0
     ],
     "destination": [
      "obj-198",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-197",
      0
     ],
     "destination": [
      "obj-198",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-198",
      0
     ],
     "destination": [
      "obj-200",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-200",
      0
     ],
     "destination": [
      "obj-201",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-204",
      0
     ],
     "destination": [
      "obj-203",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-202",
      0
     ],
     "destination": [
      "obj-203",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-203",
      0
     ],
     "destination": [
      "obj-205",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-205",
      0
     ],
     "destination": [
      "obj-206",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-209",
      0
     ],
     "destination": [
      "obj-208",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-207",
      0
     ],
     "destination": [
      "obj-208",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-208",
      0
     ],
     "destination": [
      "obj-210",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-210",
      0
     ],
     "destination": [
      "obj-211",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-214",
      0
     ],
     "destination": [
      "obj-213",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-212",
      0
     ],
     "destination": [
      "obj-213",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-213",
      0
     ],
     "destination": [
      "obj-215",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-215",
      0
     ],
     "destination": [
      "obj-216",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-219",
      0
     ],
     "destination": [
      "obj-218",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-217",
      0
     ],
     "destination": [
      "obj-218",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-218",
      0
     ],
     "destination": [
      "obj-220",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-220",
      0
     ],
     "destination": [
      "obj-221",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-224",
      0
     ],
     "destination": [
      "obj-223",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-222",
      0
     ],
     "destination": [
      "obj-223",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-223",
      0
     ],
     "destination": [
      "obj-225",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-225",
      0
     ],
     "destination": [
      "obj-226",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-229",
      0
     ],
     "destination": [
      "obj-228",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-227",
      0
     ],
     "destination": [
      "obj-228",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-228",
      0
     ],
     "destination": [
      "obj-230",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-230",
      0
     ],
     "destination": [
      "obj-231",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-234",
      0
     ],
     "destination": [
      "obj-233",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-232",
      0
     ],
     "destination": [
      "obj-233",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-233",
      0
     ],
     "destination": [
      "obj-235",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-235",
      0
     ],
     "destination": [
      "obj-236",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-239",
      0
     ],
     "destination": [
      "obj-238",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-237",
      0
     ],
     "destination": [
      "obj-238",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-238",
      0
     ],
     "destination": [
      "obj-240",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-240",
      0
     ],
     "destination": [
      "obj-241",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-244",
      0
     ],
     "destination": [
      "obj-243",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-242",
      0
     ],
     "destination": [
      "obj-243",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-243",
      0
     ],
     "destination": [
      "obj-245",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-245",
      0
     ],
     "destination": [
      "obj-246",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-249",
      0
     ],
     "destination": [
      "obj-248",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-247",
      0
     ],
     "destination": [
      "obj-248",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-248",
      0
     ],
     "destination": [
      "obj-250",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-250",
      0
     ],
     "destination": [
      "obj-251",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-254",
      0
     ],
     "destination": [
      "obj-253",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-252",
      0
     ],
     "destination": [
      "obj-253",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-253",
      0
     ],
     "destination": [
      "obj-255",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-255",
      0
     ],
     "destination": [
      "obj-256",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-259",
      0
     ],
     "destination": [
      "obj-258",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-257",
      0
     ],
     "destination": [
      "obj-258",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-258",
      0
     ],
     "destination": [
      "obj-260",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-260",
      0
     ],
     "destination": [
      "obj-261",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-264",
      0
     ],
     "destination": [
      "obj-263",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-262",
      0
     ],
     "destination": [
      "obj-263",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-263",
      0
     ],
     "destination": [
      "obj-265",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-265",
      0
     ],
     "destination": [
      "obj-266",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-269",
      0
     ],
     "destination": [
      "obj-268",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-267",
      0
     ],
     "destination": [
      "obj-268",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-268",
      0
     ],
     "destination": [
      "obj-270",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-270",
      0
     ],
     "destination": [
      "obj-271",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-274",
      0
     ],
     "destination": [
      "obj-273",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-272",
      0
     ],
     "destination": [
      "obj-273",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-273",
      0
     ],
     "destination": [
      "obj-275",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-275",
      0
     ],
     "destination": [
      "obj-276",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-279",
      0
     ],
     "destination": [
      "obj-278",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-277",
      0
     ],
     "destination": [
      "obj-278",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-278",
      0
     ],
     "destination": [
      "obj-280",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-280",
      0
     ],
     "destination": [
      "obj-281",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-284",
      0
     ],
     "destination": [
      "obj-283",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-282",
      0
     ],
     "destination": [
      "obj-283",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-283",
      0
     ],
     "destination": [
      "obj-285",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-285",
      0
     ],
     "destination": [
      "obj-286",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-289",
      0
     ],
     "destination": [
      "obj-288",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-287",
      0
     ],
     "destination": [
      "obj-288",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-288",
      0
     ],
     "destination": [
      "obj-290",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-290",
      0
     ],
     "destination": [
      "obj-291",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-294",
      0
     ],
     "destination": [
      "obj-293",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-292",
      0
     ],
     "destination": [
      "obj-293",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-293",
      0
     ],
     "destination": [
      "obj-295",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-295",
      0
     ],
     "destination": [
      "obj-296",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-299",
      0
     ],
     "destination": [
      "obj-298",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-297",
      0
     ],
     "destination": [
      "obj-298",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-298",
      0
     ],
     "destination": [
      "obj-300",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-300",
      0
     ],
     "destination": [
      "obj-301",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-304",
      0
     ],
     "destination": [
      "obj-303",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-302",
      0
     ],
     "destination": [
      "obj-303",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-303",
      0
     ],
     "destination": [
      "obj-305",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-305",
      0
     ],
     "destination": [
      "obj-306",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-309",
      0
     ],
     "destination": [
      "obj-308",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-307",
      0
     ],
     "destination": [
      "obj-308",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-308",
      0
     ],
     "destination": [
      "obj-310",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-310",
      0
     ],
     "destination": [
      "obj-311",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-314",
      0
     ],
     "destination": [
      "obj-313",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-312",
      0
     ],
     "destination": [
      "obj-313",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-313",
      0
     ],
     "destination": [
      "obj-315",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-315",
      0
     ],
     "destination": [
      "obj-316",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-319",
      0
     ],
     "destination": [
      "obj-318",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-317",
      0
     ],
     "destination": [
      "obj-318",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-318",
      0
     ],
     "destination": [
      "obj-320",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-320",
      0
     ],
     "destination": [
      "obj-321",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-324",
      0
     ],
     "destination": [
      "obj-323",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-322",
      0
     ],
     "destination": [
      "obj-323",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-323",
      0
     ],
     "destination": [
      "obj-325",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-325",
      0
     ],
     "destination": [
      "obj-326",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-329",
      0
     ],
     "destination": [
      "obj-328",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-327",
      0
     ],
     "destination": [
      "obj-328",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-328",
      0
     ],
     "destination": [
      "obj-330",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-330",
      0
     ],
     "destination": [
      "obj-331",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-334",
      0
     ],
     "destination": [
      "obj-333",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-332",
      0
     ],
     "destination": [
      "obj-333",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-333",
      0
     ],
     "destination": [
      "obj-335",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-335",
      0
     ],
     "destination": [
      "obj-336",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-339",
      0
     ],
     "destination": [
      "obj-338",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-337",
      0
     ],
     "destination": [
      "obj-338",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-338",
      0
     ],
     "destination": [
      "obj-340",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-340",
      0
     ],
     "destination": [
      "obj-341",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-344",
      0
     ],
     "destination": [
      "obj-343",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-342",
      0
     ],
     "destination": [
      "obj-343",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-343",
      0
     ],
     "destination": [
      "obj-345",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-345",
      0
     ],
     "destination": [
      "obj-346",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-349",
      0
     ],
     "destination": [
      "obj-348",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-347",
      0
     ],
     "destination": [
      "obj-348",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-348",
      0
     ],
     "destination": [
      "obj-350",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-350",
      0
     ],
     "destination": [
      "obj-351",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-354",
      0
     ],
     "destination": [
      "obj-353",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-352",
      0
     ],
     "destination": [
      "obj-353",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-353",
      0
     ],
     "destination": [
      "obj-355",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-355",
      0
     ],
     "destination": [
      "obj-356",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-359",
      0
     ],
     "destination": [
      "obj-358",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-357",
      0
     ],
     "destination": [
      "obj-358",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-358",
      0
     ],
     "destination": [
      "obj-360",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-360",
      0
     ],
     "destination": [
      "obj-361",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-362",
      0
     ],
     "destination": [
      "obj-363",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-363",
      0
     ],
     "destination": [
      "obj-364",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-365",
      0
     ],
     "destination": [
      "obj-366",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-366",
      0
     ],
     "destination": [
      "obj-367",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-368",
      0
     ],
     "destination": [
      "obj-369",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-369",
      0
     ],
     "destination": [
      "obj-370",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-371",
      0
     ],
     "destination": [
      "obj-372",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-372",
      0
     ],
     "destination": [
      "obj-373",
      0
     ]
    }
   }
  ],
  "dependency_cache": [],
  "autosave": 0
 }
}
