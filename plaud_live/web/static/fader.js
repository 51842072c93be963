// One fader: a column that is filled as far as its parameter is. It never jumps: a finger moves it from where
// it is, and nothing happens before the finger moves.

const DEAD_PX = 4; // a finger that rests is no movement
const OWN_MS = 180; // for so long after a move its own value is shown, not the engine's
const SHORT = 4; // letters of a name that has room below its fader, on a phone too
const MOST_LETTERS = 6; // of one that is written smaller there
const KEY_STEP = 0.01;
const KEY_LEAP = 0.1;
const UNITY = 0.75;
const CURVE = Math.log(2) / Math.log(1 / UNITY); // as plaud_live.control.units

export class Fader {
  /** `row` as the server sends it; `onMove(value)` is called for every value that the player gives. */
  constructor(row, onMove) {
    Object.assign(this, { row, onMove, value: null, movedAt: -Infinity, toggle: row.unit === "0 or 1" });
    this.element = document.createElement("div");
    this.element.className = "fader";
    const letters = row.label.length;
    const [small, long] = [letters > SHORT && letters <= MOST_LETTERS, letters > MOST_LETTERS];
    const kinds = { toggle: this.toggle, gain: row.unit === "fader", small, long };
    for (const [kind, is] of Object.entries(kinds)) this.element.classList.toggle(kind, is);
    this.element.innerHTML = "<output></output><div class=track><b></b><i></i></div><span></span><small></small>";
    [this.shown, this.track, this.name, this.driver] = this.element.children;
    [this.fill, this.tick] = this.track.children;
    this.name.textContent = row.label;
    this.tick.hidden = row.unit !== "fader";
    this.element.title = row.help;
    this.element.tabIndex = 0;
    this.element.setAttribute("role", this.toggle ? "switch" : "slider");
    this.element.setAttribute("aria-label", row.label);
    this.element.setAttribute("aria-valuemin", row.low);
    this.element.setAttribute("aria-valuemax", row.high);
    this.listen();
  }

  /** What the engine says that it is; shown unless the player is moving it. `driver`: what moves it, or null. */
  follow(value, driver, held) {
    if (!this.grip?.moving && performance.now() - this.movedAt > OWN_MS && value !== null) this.show(value);
    this.element.classList.toggle("driven", driver !== null);
    this.element.classList.toggle("held", held);
    const text = held ? "⚠ held" : (driver ?? "");
    if (this.driver.textContent !== text) this.driver.textContent = text;
  }

  show(value) {
    if (value === this.value) return;
    this.value = value;
    const { low, high } = this.row;
    const share = Math.min(1, Math.max(0, (value - low) / (high - low)));
    if (!this.toggle) this.fill.style.transform = `translateY(${(100 * (1 - share)).toFixed(2)}%)`;
    this.shown.textContent = this.text(value);
    this.element.setAttribute(this.toggle ? "aria-checked" : "aria-valuenow", this.toggle ? value >= 0.5 : value.toFixed(3));
  }

  text(value) {
    const { unit } = this.row;
    if (this.toggle) return value >= 0.5 ? "ON" : "OFF";
    if (unit === "count" || unit === "frames") return String(Math.round(value));
    if (unit === "fader") return value <= 0 ? "off" : decibels(value);
    return value.toFixed(2).replace(/^(-?)0\./, "$1.");
  }

  move(value) {
    const { unit } = this.row;
    const next = unit === "count" || unit === "frames" || this.toggle ? Math.round(value) : value;
    this.movedAt = performance.now();
    if (next === this.value) return;
    this.show(next);
    this.onMove(next);
  }

  listen() {
    const { element } = this;
    element.addEventListener("pointerdown", (event) => {
      if (this.grip || event.button) return;
      element.setPointerCapture(event.pointerId);
      this.grip = { id: event.pointerId, y: event.clientY, moving: false };
      element.classList.add("touched");
    });
    element.addEventListener("pointermove", (event) => {
      if (event.pointerId === this.grip?.id && !this.toggle) this.drag(event.clientY);
    });
    const release = (event) => {
      if (event.pointerId !== this.grip?.id) return;
      if (this.toggle && event.type === "pointerup") this.move(this.value >= 0.5 ? 0 : 1);
      this.grip = null;
      element.classList.remove("touched");
    };
    element.addEventListener("pointerup", release);
    element.addEventListener("pointercancel", release);
    element.addEventListener("contextmenu", (event) => event.preventDefault());
    element.addEventListener("keydown", (event) => this.key(event));
  }

  drag(y) {
    const { grip } = this;
    const { low, high } = this.row;
    if (!grip.moving) {
      if (this.value === null || Math.abs(y - grip.y) < DEAD_PX) return;
      Object.assign(grip, { moving: true, y: y + Math.sign(grip.y - y) * (Math.abs(y - grip.y) - DEAD_PX), from: this.value });
    }
    const asked = grip.from + ((grip.y - y) / this.track.clientHeight) * (high - low);
    // Beyond the ends only as far as it was: a latent may overshoot, and must not be pulled in by a touch.
    this.move(Math.min(Math.max(high, grip.from), Math.max(Math.min(low, grip.from), asked)));
  }

  key(event) {
    const { low, high } = this.row;
    const steps = { ArrowUp: KEY_STEP, ArrowRight: KEY_STEP, ArrowDown: -KEY_STEP, ArrowLeft: -KEY_STEP, PageUp: KEY_LEAP, PageDown: -KEY_LEAP };
    const step = steps[event.key];
    if (step === undefined || this.value === null) return;
    event.preventDefault();
    const least = this.row.unit === "count" || this.row.unit === "frames" || this.toggle ? 1 : 0;
    const change = Math.sign(step) * Math.max(least, Math.abs(step) * (high - low));
    this.move(Math.min(high, Math.max(low, this.value + change)));
  }
}

/** A fader position in decibels: `+6.0`, `-12`. */
function decibels(position) {
  const db = 20 * CURVE * Math.log10(position / UNITY);
  const text = Math.abs(db) < 10 ? db.toFixed(1) : db.toFixed(0);
  return db > 0.04 ? `+${text}` : text.replace(/^-0\.0$/, "0.0");
}
