// The line to the instrument: one WebSocket, opened again by itself whenever it is lost.

import { decode, encode } from "./osc.js";

const FIRST_WAIT_MS = 150;
const MOST_WAIT_MS = 2000;
const URGENT_MS = 3000; // how long a panic waits for the line or the engine to come back
const LOST_MS = 150; // what was sent so shortly before an engine was missed may not have reached it
const SILENT_MS = 4000; // an open line on which nothing comes for so long is none

export class Line {
  /** `on` has a function for each command, and `osc(message)` for packets, and `lost()`. */
  constructor(on) {
    this.on = on;
    this.wait = FIRST_WAIT_MS;
    this.here = false;
    this.lostAt = 0;
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
      this.on[COMMAND]?.(DATA);
    };
    socket.onclose = () => {
      if (socket !== this.socket) return;
      this.miss();
      this.timer = setTimeout(() => this.open(), this.wait);
      this.wait = Math.min(2 * this.wait, MOST_WAIT_MS);
    };
  }

  /** The engine came or went. What it may have missed is sent again, and a panic that waits. */
  look(here) {
    if (!here) {
      this.here = false;
      this.lostAt = performance.now();
      return;
    }
    const back = !this.here;
    this.here = true;
    if (!back) return;
    const { packet, until } = this.urgent ?? {};
    this.urgent = null;
    if (packet && performance.now() < until) this.socket.send(packet);
    else for (const { packet, at } of this.sent.values()) if (at > this.lostAt - LOST_MS) this.socket.send(packet);
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

  /** As `send`, but where nobody is there it goes out as soon as somebody is, if that is soon. */
  sendUrgent(address) {
    this.sent.clear();
    if (!this.send(address)) this.urgent = { packet: encode(address), until: performance.now() + URGENT_MS };
  }
}
