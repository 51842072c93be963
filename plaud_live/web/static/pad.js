// The pad: the map of the latent space, with its anchors, where the sound is and where it has been. A finger
// moves the sound from where it is, as on a trackpad; a tap on an anchor goes there.

import { Space } from "./space.js";

const DEAD_PX = 6;
const TAP_MS = 400;
const REACH_PX = 34;
const TRAIL_MS = 9000;
const OWN_MS = 200;
const SMALL = 0.8; // a name that fits nowhere is tried smaller
const SIDES = [[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [1, -1], [-1, 1], [-1, -1]]; // of a dot: right, up

export class Pad {
  /** `onMove(z)` for every place that the player gives, `onAnchor(name)` for a tap. */
  constructor(element, onMove, onAnchor) {
    Object.assign(this, { element, onMove, onAnchor, space: null, z: null, trail: [], movedAt: -Infinity });
    this.canvas = element.querySelector("canvas");
    this.words = element.querySelector("#near");
    this.paint = this.canvas.getContext("2d");
    new ResizeObserver(() => this.resize()).observe(element);
    this.listen();
  }

  /** Show another instrument, or other anchors. */
  set(instrument, fresh) {
    this.space = new Space(instrument);
    if (fresh) Object.assign(this, { z: null, trail: [], grip: null });
    this.labels = null;
    this.ask();
  }

  /** Where the sound is, [d]. */
  follow(z) {
    if (z.some((x) => x === null) || !this.space) return;
    const at = this.space.project(z);
    const time = performance.now();
    const last = this.trail.at(-1);
    if (!last || Math.hypot(at[0] - last.at[0], at[1] - last.at[1]) > 0.002) this.trail.push({ at, time });
    while (this.trail.length && time - this.trail[0].time > TRAIL_MS) this.trail.shift();
    this.actual = at;
    if (!this.grip?.moving && time - this.movedAt > OWN_MS) this.z = z;
    this.ask();
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.element;
    const dense = Math.min(3, devicePixelRatio || 1);
    Object.assign(this.canvas, { width: Math.round(width * dense), height: Math.round(height * dense) });
    Object.assign(this, { width, height, dense, labels: null });
    this.size = Math.max(13, Math.min(20, Math.min(width, height) / 26));
    this.ask();
  }

  ask() {
    this.asked ??= requestAnimationFrame(() => {
      this.asked = null;
      if (this.space && this.width) this.draw();
    });
  }

  toScreen([x, y]) {
    const { box } = this.space;
    const edge = this.size * 1.6;
    const across = (x - box.x[0]) / (box.x[1] - box.x[0]);
    const up = (y - box.y[0]) / (box.y[1] - box.y[0]);
    return [edge + across * (this.width - 2 * edge), this.height - edge - up * (this.height - 2 * edge)];
  }

  /** How far on the map a finger moves that moves [dx, dy] pixels. */
  byFinger(dx, dy) {
    const { box } = this.space;
    const edge = this.size * 1.6;
    return [(dx * (box.x[1] - box.x[0])) / (this.width - 2 * edge), (-dy * (box.y[1] - box.y[0])) / (this.height - 2 * edge)];
  }

  draw() {
    const { paint, space } = this;
    paint.setTransform(this.dense, 0, 0, this.dense, 0, 0);
    paint.clearRect(0, 0, this.width, this.height);
    this.drawTrail();
    const near = this.z ? space.near(this.z).slice(0, 3) : [];
    this.drawAnchors(near);
    if (this.z) this.drawNow();
    const text = near.map(({ name, far }) => `${name} ${far.toFixed(2).replace(/^0/, "")}`).join("  ");
    if (this.words.textContent !== text) this.words.textContent = text;
  }

  drawTrail() {
    const { paint } = this;
    const now = performance.now();
    paint.lineCap = "butt";
    for (let i = 1; i < this.trail.length; i++) {
      const [a, b] = [this.trail[i - 1], this.trail[i]];
      if (b.time - a.time > 1500) continue;
      const youth = Math.max(0, 1 - (now - b.time) / TRAIL_MS);
      paint.strokeStyle = `rgba(255, 184, 77, ${0.06 + 0.6 * youth ** 2})`;
      paint.lineWidth = 1 + 4 * youth;
      paint.beginPath();
      paint.moveTo(...this.toScreen(a.at));
      paint.lineTo(...this.toScreen(b.at));
      paint.stroke();
    }
  }

  drawAnchors(near) {
    const { paint } = this;
    this.labels ??= this.placeLabels();
    const nearest = near[0]?.name;
    for (const { name, dot, text } of this.labels) {
      const chosen = name === nearest;
      paint.fillStyle = chosen ? "#ffffff" : "#8fb6c9";
      paint.beginPath();
      paint.arc(...dot, chosen ? 6 : 4, 0, 7);
      paint.fill();
      if (!text) continue;
      paint.font = `${chosen ? 700 : 500} ${text.high}px system-ui, sans-serif`;
      paint.textBaseline = "middle";
      paint.strokeStyle = "#14171b";
      paint.lineWidth = 4;
      paint.strokeText(name, text.x, text.y);
      paint.fillStyle = chosen ? "#ffffff" : "#b9c7d0";
      paint.fillText(name, text.x, text.y);
    }
  }

  /** Each name beside its dot, where no other is; a dot whose name fits nowhere goes without. */
  placeLabels() {
    const { paint, size } = this;
    paint.font = `700 ${size}px system-ui, sans-serif`;
    const dots = this.space.anchors.map((a) => this.toScreen(a.at));
    const taken = dots.map(([x, y]) => [x - 5, y - 5, x + 5, y + 5]);
    return this.space.anchors.map(({ name }, i) => {
      const [x, y] = dots[i];
      const width = paint.measureText(name).width;
      for (const scale of [1, SMALL]) {
        const high = size * scale;
        for (const [side, up] of SIDES) {
          const left = x + side * (10 + width * scale * 0.5) - width * scale * 0.5;
          const middle = y - up * high * (side ? 0.6 : 0.95);
          const box = [left - 2, middle - high * 0.45, left + width * scale + 2, middle + high * 0.45];
          const inside = box[0] >= 2 && box[2] <= this.width - 2 && box[1] >= 2 && box[3] <= this.height - size * 1.6;
          if (inside && !taken.some((other, k) => k !== i && overlap(box, other))) {
            taken.push(box);
            return { name, dot: dots[i], text: { x: left, y: middle, high } };
          }
        }
      }
      return { name, dot: dots[i], text: null };
    });
  }

  drawNow() {
    const { paint } = this;
    const [x, y] = this.toScreen(this.space.project(this.z));
    const radius = this.grip?.moving ? 22 : 15;
    if (this.actual && this.grip?.moving) {
      paint.fillStyle = "rgba(255, 184, 77, 0.9)";
      paint.beginPath();
      paint.arc(...this.toScreen(this.actual), 5, 0, 7);
      paint.fill();
    }
    paint.strokeStyle = "rgba(255, 255, 255, 0.09)";
    paint.lineWidth = 1;
    paint.beginPath();
    paint.moveTo(0, y);
    paint.lineTo(this.width, y);
    paint.moveTo(x, 0);
    paint.lineTo(x, this.height);
    paint.stroke();
    paint.strokeStyle = "#ffb84d";
    paint.lineWidth = 4;
    paint.beginPath();
    paint.arc(x, y, radius, 0, 7);
    paint.stroke();
    paint.fillStyle = "#fff";
    paint.beginPath();
    paint.arc(x, y, 4, 0, 7);
    paint.fill();
  }

  listen() {
    const { element } = this;
    element.addEventListener("pointerdown", (event) => {
      if (this.grip || event.button || !this.z) return;
      element.setPointerCapture(event.pointerId);
      this.grip = { id: event.pointerId, x: event.clientX, y: event.clientY, time: event.timeStamp, moving: false };
    });
    element.addEventListener("pointermove", (event) => {
      if (event.pointerId === this.grip?.id) this.drag(event.clientX, event.clientY);
    });
    const release = (event) => {
      if (event.pointerId !== this.grip?.id) return;
      const { moving, time } = this.grip;
      this.grip = null;
      this.ask();
      if (!moving && event.type === "pointerup" && event.timeStamp - time < TAP_MS) this.tap(event.clientX, event.clientY);
    };
    element.addEventListener("pointerup", release);
    element.addEventListener("pointercancel", release);
    element.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  drag(x, y) {
    const { grip, space } = this;
    if (!grip.moving) {
      if (Math.hypot(x - grip.x, y - grip.y) < DEAD_PX) return;
      Object.assign(grip, { moving: true, x, y, from: space.project(this.z), walk: space.walk(this.z) });
    }
    const [across, up] = this.byFinger(x - grip.x, y - grip.y);
    const within = (value, [low, high], start) => Math.min(Math.max(high, start), Math.max(Math.min(low, start), value));
    const at = [within(grip.from[0] + across, space.box.x, grip.from[0]), within(grip.from[1] + up, space.box.y, grip.from[1])];
    this.z = grip.walk(at);
    this.movedAt = performance.now();
    this.onMove(this.z);
    this.ask();
  }

  tap(x, y) {
    const { left, top } = this.element.getBoundingClientRect();
    const reached = this.space.anchors
      .map((a) => ({ name: a.name, at: this.toScreen(a.at) }))
      .map(({ name, at }) => ({ name, far: Math.hypot(at[0] + left - x, at[1] + top - y) }))
      .filter(({ far }) => far < REACH_PX)
      .sort((a, b) => a.far - b.far)[0];
    if (reached) this.onAnchor(reached.name);
  }
}

function overlap(a, b) {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}
