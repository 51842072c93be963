// The line to the instrument: one WebSocket, opened again by itself whenever it is lost.

import { decode, encode } from "./osc.js";

const FIRST_WAIT_MS = 150;
const MOST_WAIT_MS = 2000;
const URGENT_MS = 3000; // how long a panic waits for the line to come back
const SILENT_MS = 4000; // an open line on which nothing comes for so long is none

export class Line {
  /** `on` has a function for each command, and `osc(message)` for packets, `open()`, `lost()`. */
  constructor(on) {
    this.on = on;
    this.wait = FIRST_WAIT_MS;
    this.urgent = null;
    this.open();
    setInterval(() => this.look(), 1000);
    // A phone that was asleep comes back with a dead line: do not wait for its end.
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.look());
    addEventListener("online", () => this.look());
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
      const [packet, until] = this.urgent ?? [];
      this.urgent = null;
      if (packet && performance.now() < until) socket.send(packet);
      this.on.open();
    };
    socket.onmessage = ({ data }) => {
      this.heard = performance.now();
      if (typeof data !== "string") {
        const message = decode(data);
        if (message) this.on.osc(message);
        return;
      }
      const { COMMAND, DATA } = JSON.parse(data);
      this.on[COMMAND]?.(DATA);
    };
    socket.onclose = () => {
      if (socket !== this.socket) return;
      this.on.lost();
      this.timer = setTimeout(() => this.open(), this.wait);
      this.wait = Math.min(2 * this.wait, MOST_WAIT_MS);
    };
  }

  look() {
    const quiet = performance.now() - this.heard > SILENT_MS;
    if (this.ready && quiet && this.expects) this.renew();
    else if (this.socket.readyState === WebSocket.CLOSED) this.open();
  }

  renew() {
    const old = this.socket;
    old.onclose = null;
    old.close();
    this.on.lost();
    this.open();
  }

  /** Whether frames should be coming: set when the engine is there. */
  expects = false;

  send(address, ...values) {
    if (!this.ready) return false;
    this.socket.send(encode(address, ...values));
    return true;
  }

  /** As `send`, but where the line is lost it goes out as soon as it is back, if that is soon. */
  sendUrgent(address) {
    if (!this.send(address)) this.urgent = [encode(address), performance.now() + URGENT_MS];
  }
}
