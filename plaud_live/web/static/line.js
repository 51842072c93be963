// The line to the instrument: one WebSocket, opened again by itself whenever it is lost.

import { decode, encode } from "./osc.js";

const FIRST_WAIT_MS = 150;
const MOST_WAIT_MS = 2000;
const WAIT_MS = 3000; // what nobody has heard is sent when somebody is back, unless it is older than this
const LOST_MS = 300; // what was sent so shortly before the last sign of life may have been lost, too
const SILENT_MS = 4000; // an open line on which nothing comes for so long is none

export class Line {
  /** `on` has a function for each command, and `osc(message)` for packets, and `lost()`. */
  constructor(on) {
    this.on = on;
    this.wait = FIRST_WAIT_MS;
    this.here = false;
    this.beat = null;
    this.aliveAt = 0; // when the beat went on
    this.sent = new Map(); // address: the last packet of what is set, and when
    this.open();
    setInterval(() => this.check(), 1000);
    // A phone that was asleep comes back with a dead line: do not wait for its end.
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.check());
    addEventListener("online", () => this.check());
  }

  get ready() {
    return this.socket.readyState === WebSocket.OPEN;
  }

  open() {
    clearTimeout(this.timer);
    const url = new URL(location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.pathname = "/";
    url.hash = "";
    const socket = (this.socket = new WebSocket(url));
    socket.binaryType = "arraybuffer";
    this.heard = performance.now();
    socket.onopen = () => {
      this.wait = FIRST_WAIT_MS;
      socket.send(JSON.stringify({ COMMAND: "SURFACE" }));
    };
    socket.onmessage = ({ data }) => {
      this.heard = performance.now();
      if (typeof data !== "string") {
        const message = decode(data);
        if (message) this.on.osc(message);
        return;
      }
      const { COMMAND, DATA } = JSON.parse(data);
      if (COMMAND === "HERE") this.look(DATA);
      if (COMMAND === "NOW" && DATA.beat !== this.beat) {
        this.beat = DATA.beat;
        this.aliveAt = performance.now();
      }
      this.on[COMMAND]?.(DATA);
    };
    socket.onclose = () => {
      if (socket !== this.socket) return;
      this.miss();
      this.timer = setTimeout(() => this.open(), this.wait);
      this.wait = Math.min(2 * this.wait, MOST_WAIT_MS);
    };
  }

  /** The engine came or went. What may have been lost meanwhile is sent again. */
  look(here) {
    if (!here) {
      this.here = false;
      return;
    }
    if (this.here) return;
    this.here = true;
    const since = Math.max(this.aliveAt - LOST_MS, performance.now() - WAIT_MS);
    for (const { packet, at } of this.sent.values()) if (at > since) this.socket.send(packet);
    this.sent.clear();
  }

  miss() {
    if (this.here) this.look(false);
    this.on.lost();
  }

  check() {
    const quiet = performance.now() - this.heard > SILENT_MS;
    if (this.ready && quiet && this.here) {
      const old = this.socket;
      old.onclose = null;
      old.close();
      this.miss();
      this.open();
    } else if (this.socket.readyState === WebSocket.CLOSED) this.open();
  }

  /** Do something once. False where there is nobody to do it. */
  send(address, ...values) {
    if (!this.ready || !this.here) return false;
    this.socket.send(encode(address, ...values));
    return true;
  }

  /** Give a parameter its value: the last one reaches the engine, even if that is just being replaced. */
  set(address, ...values) {
    const packet = encode(address, ...values);
    this.sent.set(address, { packet, at: performance.now() });
    if (this.ready) this.socket.send(packet);
  }

  /** As `set`, for a command that makes void what was set before it. */
  insist(address) {
    this.sent.clear();
    this.set(address);
  }
}
