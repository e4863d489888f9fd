// Jupyter's binary websocket messages ("v1.kernel.websocket.jupyter.org"): a count, as many
// offsets, all little-endian 64 bit, then the parts: channel, four JSON parts, buffers.

export const PROTOCOL = "v1.kernel.websocket.jupyter.org";

const JSON_PARTS = ["header", "parent_header", "metadata", "content"];
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The bytes of an ArrayBuffer or of a view, without a copy. */
const bytesOf = (buffer) =>
  ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);

/** One message as an ArrayBuffer. */
export function encode({ channel, buffers = [], ...message }) {
  const parts = [
    encoder.encode(channel),
    ...JSON_PARTS.map((name) => encoder.encode(JSON.stringify(message[name] ?? {}))),
    ...buffers.map(bytesOf),
  ];
  const places = [8 * (parts.length + 2)];
  for (const part of parts) places.push(places.at(-1) + part.byteLength);
  const whole = new Uint8Array(places.at(-1));
  const view = new DataView(whole.buffer);
  view.setBigUint64(0, BigInt(places.length), true);
  places.forEach((place, index) => view.setBigUint64(8 * (index + 1), BigInt(place), true));
  parts.forEach((part, index) => whole.set(part, places[index]));
  return whole.buffer;
}

/**
 * The message in an ArrayBuffer; its buffers are DataViews into the same memory.
 * Throws a RangeError when the bytes are not such a message.
 */
export function decode(data) {
  const view = new DataView(data);
  const count = Number(view.getBigUint64(0, true));
  if (count < JSON_PARTS.length + 2 || 8 * (count + 1) > data.byteLength)
    throw new RangeError(`a message of ${data.byteLength} bytes cannot have ${count} offsets`);
  const place = (index) => Number(view.getBigUint64(8 * (index + 1), true));
  const part = (index) => new DataView(data, place(index), place(index + 1) - place(index));
  const message = { channel: decoder.decode(part(0)), buffers: [] };
  JSON_PARTS.forEach((name, index) => (message[name] = JSON.parse(decoder.decode(part(index + 1)))));
  for (let index = JSON_PARTS.length + 1; index < count - 1; index += 1) message.buffers.push(part(index));
  return message;
}
