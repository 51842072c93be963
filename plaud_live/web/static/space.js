// The map's geometry: a plane through the latent space on which the anchors lie furthest apart, and the way back.
//
// A place on the plane means a place in the whole space: on the plane itself, plus how far the anchors near it
// lie off the plane (inverse distance weighting after Shepard, 1968). So the map passes through every anchor:
// where its dot is, it is. What a player's place is off that surface stays with it, less with each step away.

const SHEPARD_POWER = 3;
const MEMORY = 0.35; // playable units on the plane, after which 1/e of the own offset is left
const SMALLEST = 0.5;
const MARGIN = 0.08;

const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0);

export class Space {
  /** `layout` as the server sends it for an instrument. */
  constructor({ plane, anchors, parameters, latents }) {
    this.plane = plane;
    this.least = parameters.slice(0, latents).map((row) => row.least);
    this.most = parameters.slice(0, latents).map((row) => row.most);
    this.anchors = anchors.map(({ name, z }) => {
      const at = this.project(z);
      const flat = this.onPlane(at);
      return { name, z, at, off: z.map((x, i) => x - flat[i]) };
    });
    const xs = this.anchors.map((a) => a.at[0]);
    const ys = this.anchors.map((a) => a.at[1]);
    this.box = { x: range(xs), y: range(ys) };
  }

  /** A place [d] on the plane, [2]. */
  project(z) {
    const from = z.map((x, i) => x - this.plane.centre[i]);
    return this.plane.axes.map((axis) => dot(axis, from));
  }

  onPlane([x, y]) {
    const [a, b] = this.plane.axes;
    return this.plane.centre.map((c, i) => c + a[i] * x + b[i] * y);
  }

  /** The place [d] that a point of the map means. */
  place(at) {
    const z = this.onPlane(at);
    const weights = this.anchors.map((a) => 1 / (Math.hypot(a.at[0] - at[0], a.at[1] - at[1]) ** SHEPARD_POWER + 1e-9));
    const sum = weights.reduce((all, w) => all + w, 0);
    this.anchors.forEach((a, k) => a.off.forEach((x, i) => (z[i] += (weights[k] / sum) * x)));
    return z;
  }

  /** A walk over the map that begins at `z` without a jump: a function from points of the map to places. */
  walk(z) {
    const from = this.project(z);
    const there = this.place(from);
    const own = z.map((x, i) => x - there[i]);
    return (at) => {
      const left = Math.exp(-Math.hypot(at[0] - from[0], at[1] - from[1]) / MEMORY);
      return this.place(at).map((x, i) => Math.min(this.most[i], Math.max(this.least[i], x + left * own[i])));
    };
  }

  /** Names of the anchors with their distances, the nearest in the whole space first; 1 is a range in each latent. */
  near(z) {
    const far = (a) => Math.hypot(...a.z.map((x, i) => x - z[i])) / Math.sqrt(z.length);
    return this.anchors.map((a) => ({ name: a.name, far: far(a) })).sort((a, b) => a.far - b.far);
  }
}

function range(values) {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const half = Math.max((high - low) / 2, SMALLEST) * (1 + 2 * MARGIN);
  return [(low + high) / 2 - half, (low + high) / 2 + half];
}
