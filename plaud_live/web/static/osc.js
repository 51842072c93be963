// OSC 1.0 packets: as much of it as a surface sends and hears (i, f and s).

const pad = (size) => (size + 4) & ~3; // a string's bytes with its zeros

/** A packet with one message. Numbers go as floats, `null` as nil. */
export function encode(address, ...values) {
  const tags = "," + values.map((v) => (typeof v === "string" ? "s" : v === null ? "N" : "f")).join("");
  const texts = [address, tags, ...values.filter((v) => typeof v === "string")].map((t) => new TextEncoder().encode(t));
  const numbers = values.filter((v) => typeof v === "number");
  const view = new DataView(new ArrayBuffer(texts.reduce((sum, t) => sum + pad(t.length), 0) + 4 * numbers.length));
  let at = 0;
  const write = (text) => {
    new Uint8Array(view.buffer).set(text, at);
    at += pad(text.length);
  };
  write(texts.shift());
  write(texts.shift());
  for (const value of values) {
    if (typeof value === "string") write(texts.shift());
    else if (value !== null) {
      view.setFloat32(at, value);
      at += 4;
    }
  }
  return view.buffer;
}

/** The message of a packet: `[address, ...values]`; null for what is none. */
export function decode(buffer) {
  const view = new DataView(buffer);
  let at = 0;
  const read = () => {
    let end = at;
    while (end < view.byteLength && view.getUint8(end)) end++;
    const text = new TextDecoder().decode(new Uint8Array(buffer, at, end - at));
    at = at + pad(end - at);
    return text;
  };
  try {
    const message = [read()];
    for (const tag of at < view.byteLength ? read().slice(1) : "") {
      if (tag === "s") message.push(read());
      else if (tag === "i" || tag === "f") {
        message.push(tag === "i" ? view.getInt32(at) : view.getFloat32(at));
        at += 4;
      } else return null;
    }
    return message[0].startsWith("/") ? message : null;
  } catch (error) {
    if (error instanceof RangeError) return null; // it ends within an argument
    throw error;
  }
}
