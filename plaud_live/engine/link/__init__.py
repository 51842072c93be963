"""Talk between processes: JSON objects, one a line, over stream sockets. Standard library only.

Prompt and engine, over the socket `engine.sock` in the run folder (`Client` and `Server`):
    request {"id": 1, "do": "submit", "transaction": {...}}
    answer  {"id": 1, "ok": {...}}  or  {"id": 1, "error": "SignalError", "text": "..."}
    event   {"event": "state", "state": S}                    pushed to every prompt
            {"event": "message", "text": TEXT}
            {"event": "takes", "takes": [...]}                whenever they have changed
            {"event": "entry", "text": TEXT, "beat": B, "by": WHO, "file": PATH}

What can be asked, with its fields and what comes back; the offline twin answers all but `status` alike:
    hello                                      state version pid model device sample_rate osc_port
                                               takes
    status                                     the snapshot, now
    submit  transaction                        beat message sample state; sample: the one that was now
    undo redo panic  by?                       beat message sample state; by: prompt, loop, …
    entry   text file? files? by? began?       beat sample: an accepted entry is recorded and told to all;
                                               `file`: it is the text of this script; `files`: {name: text}
            launched?                          of the scripts that it ran; `by`: prompt, editor, …; `began`,
                                               `launched`: samples of its beginning and its launches
    web                                        nothing: the supervisor is told to open the web surface
    samples name first step values             next: values [n] or [n, d] of `fn/ID` at the beats
                                               (first + i) * step
    control_frames  instrument since           samples [f], values [f, d + 10], names, more: raw latents and
                    step? most?                controls of the voice from the engine sample `since` on; every
                                               `step`th frame, at most `most`
    encode  instrument path start end          raw [d]: the place of a span, in seconds, of a sound file
    models  instrument                         models: those that the session has kept, each with digest name
                                               parent licence minutes when path
    offer   instrument path digest?            name digest: the model that `swap()` goes to from now on; is
                                               kept with the session, and told to prompts
    midi    what on?                           devices [{name stem in out connected heard}]; or on: whether
                                               this peer is told what they send, as messages; `what`:
                                               devices or monitor; `on` null: the other than now
    heard   name                               values whose: what a live input says now, null for nothing, and
                                               what it is called by the profile of its device
    keep    beats name? by? key?               take: what the last beats have become, once it is on the disk;
                                               the same key again is the same take
    rec_start  name? bits? by? key?            take: the recording that goes on from now, or that went on
    rec_stop  by?                              take: that recording, which is ended
    tag     number tag by?                     take
    delete  number by?                         take: it lies in the bin from now on
    cut     number start stop                  take: its `path` is a file of these samples of the mix
    play_take  number start? stop? over? at?   beat sample: it is heard from there on; samples of the take,
               gain? by?                       beats, a fader's position
    stop_take  number over? by?                beat sample
    trajectory  number instrument              digest latents beat beats: frames of an instrument in a take,
                start? stop?                   kept with the session; `beat`: that of the first one
    takes                                      takes: all that there are, those in the bin too
    phones  instrument model beats channel?    text: the headphones hear an instrument with another model, ""
                                               the newest that was offered, for so long; again: no more
    train   instrument sources minutes?        job: it is taken, and done when its turn comes; `sources`:
            name? how?                         files and folders; `how`: continual, naive, replay, fresh
    fit     how t60? colorless? steps?         job: the reverb is fitted, or matched to a recording, from what
            recording? seconds? name?          plays on; `how`: fit, match
    train_stop  instrument                     job: it ends, and what it has learnt is kept
    push    name? every?                       text outcome generation verdict recompiles compile_ms backend
                                               warning: the reverb that plays is published for the plugin that
                                               watches; `every`: so is what plays next, so many seconds apart
    push_stop                                  name: what plays next is not; null if it was not before
    playing                                    path name of the reverb's configuration; offline path null
    training                                   jobs: those that wait or are being done, the first one first
    save_anchors  instrument name              path message state: the model file with the session's anchors;
                                               name null: the file that it plays

Supervisor and engine, over a socket pair (`Channel` on both ends). The engine is started as
`python -m plaud_live.engine.process --channel FD --ring FD,FD,FD --snapshot FD --tracks FD --osc-port N`,
warms up and waits:
    to the engine    {"do": "prepare", "state": S}      load the models of S, stay silent; S may be null
                     {"do": "activate", "state": S, "model": NAME, "device": TEXT}
                                                        attach to the ring, open socket and OSC port, sound;
                                                        S null: a fresh start; NAME: the session's first model
                     {"do": "device", "device": TEXT}   the sink has changed; its latency stands in the ring
                     {"do": "tell", "text": TEXT}       pass on to the prompts as an event "message"
                     {"do": "takes", "takes": [...]}    which there are
                     {"do": "written", "id": ID, "take": {...}}     an order is carried out, or not:
                                                        "error" and "text" instead of the take
                     {"do": "training", "jobs": [...]}  which there are; or with an "id" the answer to an
                                                        order: the "job", or "error" and "text"
                     {"do": "trained", ...}             instrument parent path name digest report text stopped
                     {"do": "fitted", ...}              path name parent number over: a state of a reverb
                     {"do": "pushed", "id": ID, ...}    what came of a push, as `push` answers; "outcome" also
                                                        "refused", "error", "gone": "text" says why
                     {"do": "pushing", "following": {...}}  name every generation outcome text; null
                     {"do": "quit"}                     fade out, wait until it is played, exit 0
    from the engine  {"event": "ready"}                 warm; and again after each "prepare"
                     {"event": "active", "osc_port": N} sounds; N is the port that it got
                     {"event": "state", "state": S}     after every change: what a replacement is given
                     {"event": "commit", ...}           for events.jsonl: kind by text sample beat data
                     {"event": "message", "text": TEXT} something that the performer should see
                     {"event": "writer", "order": {...}}    for the writer of takes
                     {"event": "trainer", "order": {...}}   for the queue of the trainer
                     {"event": "publisher", "order": {...}} for the publisher; or which reverb plays
                     {"event": "web"}                   a performer wants the web surface
A closed channel means that the other side is gone: children then exit.
"""

from plaud_live.engine.link.channel import Channel, Message, encode
from plaud_live.engine.link.client import Client
from plaud_live.engine.link.server import Request, Server

__all__ = ["Channel", "Client", "Message", "Request", "Server", "encode"]
