// A browser's part in a benchmark: reads the live stream of an aggregator on this host until it is ended (SIGTERM), and prints what came
// as one JSON object. usage: stream-reader.mjs HOST PORT [FILE]; the token in SENTINEL_API_TOKEN. FILE gets a line for each report of a
// source as it was told: name, when the aggregator had it, when it was decoded here (milliseconds since 1970). Exit code 1 if the stream
// ends by itself. The protocol's client side (RFC 6455) in so many lines, since a benchmark must run without the dashboard's libraries.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { pathToFileURL } from 'node:url';

const HEADER_BYTES = 28;
const SHORT_BLOCK = 10;
const LONG_BLOCK = 14;
const NO_REPORT = 0xffff_ffff;
const NOT_TOLD = 0xffff_fffe;
/** Reports of one source are at least as far apart; what the age's rounding makes of one and the same is less. */
const SAME_REPORT_MS = 100;

/** Which sources are told as having reported, from a binary message (docs/stream.md): calls visit(index, milliseconds since 1970). */
export function reports(message, visit) {
  const at = message.readDoubleLE(12);
  let block = HEADER_BYTES;
  for (let left = message.readUInt32LE(20); left > 0; left--) {
    const age = message.readUInt32LE(block + 4);
    if (age !== NO_REPORT && age !== NOT_TOLD) visit(message.readUInt16LE(block), at - age);
    block = endOf(message, block);
  }
  if (block !== message.length) throw new Error(`${message.length - block} bytes behind the last block`);
}

function endOf(message, block) {
  const forms = message.readUInt16LE(block + 2);
  const cells = message.readUInt16LE(block + 8);
  if (cells === 0) return block + SHORT_BLOCK;
  const others = message.readUInt16LE(block + 10);
  const destinations = (forms & 1) !== 0 ? 2 + message.readUInt16LE(block + LONG_BLOCK) : 2 * cells;
  const verdicts = (forms & 4) !== 0 ? 2 * cells : 4 * others;
  return block + LONG_BLOCK + destinations + verdicts + 2 * cells;
}

/** What came, and which reports are new. */
export class Seen {
  figures = { messages: 0, bytes: 0, snapshots: 0, largest_bytes: 0 };
  lines = [];
  #names = new Map();
  #newest = new Map();

  text(message) {
    this.#count(message);
    for (const { index, name } of JSON.parse(message.toString('utf8')).nodes) this.#names.set(index, name);
  }

  binary(message) {
    this.#count(message);
    if (message[1] === 1) this.figures.snapshots += 1;
    const now = Date.now();
    reports(message, (index, at) => {
      if (at - (this.#newest.get(index) ?? -Infinity) < SAME_REPORT_MS) return;
      this.#newest.set(index, at);
      this.lines.push(`${this.#names.get(index)}\t${at}\t${now}`);
    });
  }

  #count(message) {
    this.figures.messages += 1;
    this.figures.bytes += message.length;
    this.figures.largest_bytes = Math.max(this.figures.largest_bytes, message.length);
  }
}

/** Takes frames out of what comes from a socket; a fragmented message is put together. */
export class Frames {
  #chunks = [];
  #length = 0;
  #parts = [];
  #kind = 0;

  /** handlers: text(bytes), binary(bytes), ping(bytes). */
  constructor(handlers) {
    this.handlers = handlers;
  }

  push(chunk) {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    // A snapshot comes in a thousand pieces: joined once it is whole, not with each of them.
    while (this.#length >= (this.#wanted ?? 2)) {
      const waiting = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
      this.#chunks = [waiting];
      if (!this.#take(waiting)) return;
    }
  }

  #wanted;

  #take(waiting) {
    let length = waiting[1] & 127;
    let start = 2;
    if (length >= 126) {
      start = length === 126 ? 4 : 10;
      if (waiting.length < start) return this.#waitFor(start);
      length = start === 4 ? waiting.readUInt16BE(2) : Number(waiting.readBigUInt64BE(2));
    }
    if (waiting.length < start + length) return this.#waitFor(start + length);
    this.#frame(waiting[0], waiting.subarray(start, start + length));
    const rest = waiting.subarray(start + length);
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#length = rest.length;
    this.#wanted = undefined;
    return true;
  }

  #waitFor(bytes) {
    this.#wanted = bytes;
    return false;
  }

  #frame(first, payload) {
    const opcode = first & 15;
    if (opcode === 9) this.handlers.ping(payload);
    if (opcode > 2) return;
    if (opcode > 0) {
      this.#kind = opcode;
      this.#parts = [];
    }
    this.#parts.push(payload);
    if ((first & 128) === 0) return;
    const message = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts);
    this.#parts = [];
    if (this.#kind === 1) this.handlers.text(message);
    else this.handlers.binary(message);
  }
}

function read(host, port, file) {
  const token = process.env.SENTINEL_API_TOKEN ?? '';
  const seen = new Seen();
  const end = (code) => {
    if (file) writeFileSync(file, seen.lines.map((line) => `${line}\n`).join(''));
    process.stdout.write(`${JSON.stringify(seen.figures)}\n`, () => process.exit(code));
  };
  process.on('SIGTERM', () => end(0));
  process.on('SIGINT', () => end(0));
  const failed = (words) => {
    console.error(`no stream: ${words}`);
    process.exit(1);
  };
  const asked = request({
    host, port, path: '/api/v1/stream',
    headers: {
      Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': randomBytes(16).toString('base64'), ...(token && { Authorization: `Bearer ${token}` }),
    },
  });
  asked.on('response', (answer) => failed(`HTTP ${answer.statusCode}`));
  asked.on('error', (failure) => failed(failure.message));
  asked.on('upgrade', (_, socket, first) => {
    const frames = new Frames({
      text: (message) => seen.text(message),
      binary: (message) => seen.binary(message),
      // Masked with zero.
      ping: (payload) => socket.write(Buffer.concat([Buffer.from([0x8a, 0x80 | payload.length, 0, 0, 0, 0]), payload])),
    });
    socket.on('data', (more) => frames.push(more));
    socket.on('error', () => {}); // its end is told by close
    socket.on('close', () => {
      console.error('the stream was closed');
      end(1);
    });
    if (first.length > 0) frames.push(first);
  });
  asked.end();
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) read(...process.argv.slice(2));
