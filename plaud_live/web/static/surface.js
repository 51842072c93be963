// The surface: what the server shows, in its places; what fingers do, as OSC messages.

import { Fader } from "./fader.js";
import { Line } from "./line.js";
import { Pad } from "./pad.js";

const GLIDES = [0, 1, 4, 16]; // beats
const AWAY_MS = 400; // an engine that is replaced faster was not away
const SAY_MS = 6000;
const FLOOR_DB = -54;
const PAGES = ["latents", "sound", "space"]; // the last: the reverb, whatever instrument is chosen

const $ = (id) => document.getElementById(id);
const kept = JSON.parse(localStorage.getItem("plaud-live") ?? "{}");
const chosen = { instrument: null, page: "latents", glide: 4, ...kept };
let layout = { instruments: [], scenes: [], reverb: null };
let drivers = {};
let now = null;
let heardAt = 0;
let faders = [];
const pending = new Map(); // address: what is to be sent with the next frame

const keep = () => localStorage.setItem("plaud-live", JSON.stringify(chosen));
const current = () => layout.instruments.find((one) => one.name === chosen.instrument);
const address = (name) => `/plaud/inst/${chosen.instrument}/${name}`;
const inSpace = () => chosen.page === "space" && layout.reverb;

const line = new Line({
  lost: () => state("lost"),
  HERE: (here) => {
    clearTimeout(state.timer);
    if (here) state("connected");
    else state.timer = setTimeout(() => state("engine"), AWAY_MS);
  },
  LAYOUT: (data) => show(data),
  DRIVERS: (data) => (drivers = data),
  NOW: (data) => follow(data),
  SAY: (text) => say(text),
  osc: ([head, , code, text]) => head === "/plaud/fail" && say(`${text} (${code})`),
});

const pad = new Pad(
  $("pad"),
  (z) => later(address("z"), ...z),
  (name) => line.send(address("anchor"), name, chosen.glide),
);

/** `connected`, or what is missing: the line, or the engine. */
function state(what) {
  document.body.classList.toggle("away", what !== "connected");
  const words = { connected: "", lost: "connecting …", engine: "the engine is being replaced …" }[what];
  document.body.dataset.state = what;
  if (words) $("health").textContent = words;
}

/** Send with the next frame; of each address the last. */
function later(to, ...values) {
  if (!pending.size) requestAnimationFrame(flush);
  pending.set(to, values);
}

function flush() {
  for (const [to, values] of pending) line.set(to, ...values);
  pending.clear();
}

function show(data) {
  const before = current();
  const other = JSON.stringify(layout.reverb) !== JSON.stringify(data.reverb);
  layout = data;
  if (!current()) chosen.instrument = layout.instruments[0]?.name ?? null;
  const here = current();
  if (here && JSON.stringify(here) !== JSON.stringify(before)) {
    pad.set(here, here.name !== before?.name || here.model !== before.model);
    build(JSON.stringify(here.parameters) !== JSON.stringify(before?.parameters) || here.name !== before?.name);
  }
  if (here && other) build(true);
  showTabs();
  showScenes();
}

function showTabs() {
  const tabs = layout.instruments.map((one) => {
    const tab = button(one.name, () => choose(one.name), one.name === chosen.instrument);
    tab.classList.add("tab");
    tab.dataset.name = one.name;
    tab.append(document.createElement("i"));
    return tab;
  });
  const play = button("PLAY", () => line.send(address(playing() ? "stop" : "play"), chosen.glide));
  play.id = "play";
  const there = PAGES.filter((page) => page !== "space" || layout.reverb);
  const pages = there.map((page) => button(page, () => turn(page), page === chosen.page));
  pages.forEach((page) => page.classList.add("page"));
  $("tabs").replaceChildren(...(chosen.instrument ? [group(tabs, "tablist"), play, group(pages, "pages")] : []));
}

function showScenes() {
  const scenes = layout.scenes.map((name) => button(name, () => line.send("/plaud/scene/recall", name, chosen.glide)));
  const more = button("+ scene", () => line.send("/plaud/scene/save", unused("s", layout.scenes)));
  const mark = button("+ place", () => line.send(address("mark"), unused("p", current().anchors.map((a) => a.name))));
  for (const each of [more, mark]) each.classList.add("quiet");
  $("scenes").replaceChildren(...scenes, ...(chosen.instrument ? [more, mark] : []));
}

function showGlide() {
  const words = document.createElement("span");
  words.textContent = "glide";
  const choices = GLIDES.map((beats) => {
    const each = button(String(beats), () => {
      chosen.glide = beats;
      keep();
      showGlide();
    });
    each.setAttribute("role", "radio");
    each.setAttribute("aria-checked", beats === chosen.glide);
    return each;
  });
  $("glide").replaceChildren(words, ...choices);
  $("hush").querySelector("small").textContent = chosen.glide ? `over ${chosen.glide}` : "now";
}

function choose(name) {
  chosen.instrument = name;
  keep();
  pad.set(current(), true);
  build(true);
  showTabs();
  if (now) follow(now);
}

function turn(page) {
  chosen.page = page;
  keep();
  build(true);
  showTabs();
  if (now) follow(now);
}

/** The faders of the page; the gain is on both. */
function build(anew) {
  if (!anew) return;
  const rows = (inSpace() || current()).parameters.map((row, place) => ({ row, place }));
  const latent = ({ place }) => place < current().latents;
  const here = (each) => inSpace() || each.row.name === "gain" || latent(each) === (chosen.page !== "sound");
  const wanted = rows.filter(here);
  wanted.sort((a, b) => (a.row.name === "gain") - (b.row.name === "gain"));
  faders = wanted.map(({ row, place }) => {
    const to = inSpace() ? `/plaud/verb/${row.name}` : address(row.name);
    return { place, row, fader: new Fader(row, (value) => later(to, value)) };
  });
  const meter = document.createElement("div");
  meter.className = "meter";
  meter.append(document.createElement("b"), document.createElement("i"));
  faders.find(({ row }) => row.name === "gain")?.fader.track.append(meter);
  $("faders").replaceChildren(...faders.map(({ fader }) => fader.element));
  $("faders").style.setProperty("--count", faders.length);
}

const playing = () => now?.instruments[chosen.instrument]?.playing;

function follow(data) {
  now = data;
  heardAt = performance.now();
  if (document.body.dataset.state === "connected") {
    const late = data.late ? ` · late ${data.late}` : "";
    $("health").textContent = `cpu ${Math.round(100 * data.cpu_avg)}% · xr ${data.xruns}${late}`;
  }
  $("bpm").textContent = data.bpm.toFixed(1);
  level($("master"), data, true);
  for (const tab of document.querySelectorAll(".tab")) {
    const one = data.instruments[tab.dataset.name];
    if (!one) continue;
    tab.classList.toggle("silent", !one.playing);
    tab.querySelector("i").style.transform = `scaleX(${onScale(decibels(one.peak)).toFixed(3)})`;
  }
  const one = data.instruments[chosen.instrument];
  const here = current();
  if (!one || !here || one.values.length !== here.parameters.length) return;
  pad.follow(one.values.slice(0, here.latents));
  const moving = drivers[chosen.instrument] ?? {};
  const from = (inSpace() && data.reverb) || one;
  const moved = from === one ? moving : (drivers.verb ?? {});
  for (const { place, row, fader } of faders) {
    fader.follow(from.values[place], moved[row.name] ?? null, from.held.includes(row.name));
  }
  if ($("driver").textContent !== (moving.z ?? "")) $("driver").textContent = moving.z ?? "";
  const meter = $("faders").querySelector(".meter");
  if (meter) level(meter, from === one ? one : { peak: from.peak, rms: from.peak });
  const play = $("play");
  if (play) {
    play.textContent = one.playing ? "STOP" : "PLAY";
    play.classList.toggle("on", one.playing);
  }
}

const decibels = (amplitude) => (amplitude > 0 ? 20 * Math.log10(amplitude) : -Infinity);
const onScale = (db) => Math.min(1, Math.max(0, (db - FLOOR_DB) / (3 - FLOOR_DB)));

function level(meter, { peak, rms }, words = false) {
  const db = decibels(peak);
  meter.style.setProperty("--rms", onScale(decibels(rms)).toFixed(3));
  meter.style.setProperty("--peak", onScale(db).toFixed(3));
  meter.classList.toggle("hot", db > -1);
  if (words) meter.querySelector("output").textContent = db > -90 ? `${db.toFixed(0)} dB` : "silent";
}

function beat() {
  requestAnimationFrame(beat);
  if (!now || document.hidden) return;
  const ahead = Math.min(0.5, (performance.now() - heardAt) / 1000);
  const at = now.beat + (ahead * now.bpm) / 60;
  const text = at.toFixed(1);
  if ($("count").textContent === text) return;
  $("count").textContent = text;
  [...$("beat").querySelectorAll("i")].forEach((dot, i) => dot.classList.toggle("on", Math.floor(at) % 4 === i));
}

function say(text) {
  clearTimeout(say.timer);
  $("say").textContent = text;
  $("say").hidden = false;
  say.timer = setTimeout(() => ($("say").hidden = true), SAY_MS);
}

function button(text, action, selected = false) {
  const made = document.createElement("button");
  made.textContent = text;
  made.classList.toggle("selected", selected);
  if (selected) made.setAttribute("aria-current", "true");
  made.addEventListener("click", action);
  return made;
}

function group(children, name) {
  const made = document.createElement("div");
  made.className = name;
  made.append(...children);
  return made;
}

function unused(letter, names) {
  let number = 1;
  while (names.includes(letter + number)) number++;
  return letter + number;
}

// These act when the finger comes down, not when it leaves.
function press(id, action) {
  $(id).addEventListener("pointerdown", (event) => {
    event.preventDefault();
    action();
    $(id).classList.add("pressed");
    setTimeout(() => $(id).classList.remove("pressed"), 250);
  });
  $(id).addEventListener("keydown", (event) => ["Enter", " "].includes(event.key) && !event.repeat && action());
}

press("panic", () => line.insist("/plaud/panic"));
press("hush", () => line.send("/plaud/hush", chosen.glide));
press("undo", () => line.send("/plaud/undo"));
addEventListener("contextmenu", (event) => event.preventDefault());
document.addEventListener("visibilitychange", wake);

/** Keep a phone's screen on, where that is allowed. */
function wake() {
  if (document.visibilityState === "visible") navigator.wakeLock?.request("screen").catch(() => {});
}

showGlide();
wake();
beat();
