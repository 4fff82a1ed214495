// Writes the live stream's binary messages as docs/stream.md lays them out. The page's own reader is TypeScript of its
// own; the golden files hold the two together.

export function delayCodeOf(micros) {
  if (micros === undefined) return 0;
  const whole = Math.round(micros);
  if (whole < 256) return whole + 1;
  const exponent = Math.floor(Math.log2(whole)) - 8;
  const mantissa = Math.round(whole / 2 ** exponent) - 256;
  return (exponent + 1) * 256 + mantissa + 1;
}

export function lossCodeOf(sent, received) {
  if (sent === 0) return 255;
  if (received === sent) return 0;
  if (received === 0) return 200;
  return Math.min(199, Math.max(1, Math.round((1 - received / sent) * 200)));
}

/** rows: { source, ageMillis }; cells: { source, destination, state, loss, delay } with codes. */
export function encode({ kind, version = 1, tick, at, rows, cells }) {
  const bytes = Buffer.alloc(24 + 8 * (rows.length + cells.length));
  bytes.writeUInt8(0x4d, 0);
  bytes.writeUInt8(kind === 'snapshot' ? 1 : 2, 1);
  bytes.writeUInt16LE(version, 2);
  bytes.writeUInt32LE(tick, 4);
  bytes.writeDoubleLE(at, 8);
  bytes.writeUInt32LE(rows.length, 16);
  bytes.writeUInt32LE(cells.length, 20);
  let to = 24;
  for (const row of rows) {
    bytes.writeUInt16LE(row.source, to);
    bytes.writeUInt32LE(row.ageMillis ?? 0xffff_ffff, to + 4);
    to += 8;
  }
  for (const cell of cells) {
    bytes.writeUInt16LE(cell.source, to);
    bytes.writeUInt16LE(cell.destination, to + 2);
    bytes.writeUInt8(cell.state, to + 4);
    bytes.writeUInt8(cell.loss, to + 5);
    bytes.writeUInt16LE(cell.delay, to + 6);
    to += 8;
  }
  return bytes;
}
