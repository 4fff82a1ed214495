// Writes the live stream's binary messages as docs/stream.md lays them out. The page's own reader is TypeScript of its
// own; the golden files hold the two together.

const NO_REPORT = 0xffff_ffff;
const NOT_TOLD = 0xffff_fffe;

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

/** rows: { source, ageMillis }, ageMillis null: reports no more; cells: { source, destination, state, loss, delay } with codes. */
export function encode({ kind, version = 2, run, tick, at, rows, cells }) {
  const sources = new Map();
  const of = (source) => {
    if (!sources.has(source)) sources.set(source, { age: NOT_TOLD, cells: [] });
    return sources.get(source);
  };
  for (const row of rows) of(row.source).age = row.ageMillis ?? NO_REPORT;
  for (const cell of cells) of(cell.source).cells.push(cell);
  const out = [];
  u8(out, 0x4d);
  u8(out, kind === 'snapshot' ? 1 : 2);
  u16(out, version);
  u32(out, run);
  u32(out, tick);
  const time = Buffer.alloc(8);
  time.writeDoubleLE(at);
  out.push(...time);
  u32(out, sources.size);
  u32(out, cells.length);
  for (const [source, row] of [...sources].sort(([a], [b]) => a - b)) block(out, source, row);
  return Buffer.from(out);
}

function block(out, source, { age, cells }) {
  const sorted = cells.sort((a, b) => a.destination - b.destination);
  const usual = usualOf(sorted);
  const others = sorted.filter((cell) => verdictOf(cell) !== usual).length;
  const columns = others > Math.floor(sorted.length / 2);
  const bits = bitmap(sorted);
  const asBits = 2 * sorted.length > 2 + bits.length;
  u16(out, source);
  u16(out, sorted.length === 0 ? 0 : (asBits ? 1 : 0) | (columns ? 4 : 0));
  u32(out, age);
  u16(out, sorted.length);
  if (sorted.length === 0) return;
  u16(out, columns ? 0 : others);
  u8(out, usual >>> 8);
  u8(out, usual & 0xff);
  if (asBits) {
    u16(out, bits.length);
    out.push(...bits);
  } else {
    for (const cell of sorted) u16(out, cell.destination);
  }
  if (columns) {
    for (const cell of sorted) u8(out, cell.state);
    for (const cell of sorted) u8(out, cell.loss);
  } else {
    sorted.forEach((cell, place) => {
      if (verdictOf(cell) === usual) return;
      u16(out, place);
      u8(out, cell.state);
      u8(out, cell.loss);
    });
  }
  for (const cell of sorted) u16(out, cell.delay);
}

function verdictOf(cell) {
  return cell.state * 256 + cell.loss;
}

function usualOf(cells) {
  let candidate = 0;
  let votes = 0;
  for (const cell of cells) {
    if (votes === 0) candidate = verdictOf(cell);
    votes += verdictOf(cell) === candidate ? 1 : -1;
  }
  return candidate;
}

function bitmap(sorted) {
  const last = sorted.at(-1)?.destination ?? -1;
  const bits = new Uint8Array(Math.ceil((last + 1) / 8));
  for (const { destination } of sorted) bits[destination >> 3] |= 1 << (destination & 7);
  return bits;
}

function u8(out, value) {
  out.push(value & 0xff);
}

function u16(out, value) {
  out.push(value & 0xff, (value >>> 8) & 0xff);
}

function u32(out, value) {
  u16(out, value & 0xffff);
  u16(out, Math.floor(value / 65_536));
}
