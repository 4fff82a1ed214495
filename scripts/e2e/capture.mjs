// What tcpdump saw of TCP: each direction of each connection as the bytes that its receiver read.
import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';

const GLOBAL_HEADER = 24;
const PACKET_HEADER = 16;
const ETHERNET = 1;
const BUFFER_KIB = 32_768;
/** The kernel hands a block of packets over when it is full, or after tcpdump's timeout of 1 s: what is in a block at the end is lost. */
const LAST_BLOCK_MS = 1_250;

export class TcpCapture {
  #child;
  #chunks = [];
  #told = '';
  #ended;

  /** Begins to listen on loopback; returns when tcpdump does. */
  static async start(ports) {
    const capture = new TcpCapture();
    const filter = `tcp and (${ports.map((port) => `port ${port}`).join(' or ')})`;
    capture.#child = spawn('tcpdump', ['-i', 'lo', '-n', '-U', '-s', '0', '-B', String(BUFFER_KIB), '-w', '-', filter], { stdio: ['ignore', 'pipe', 'pipe'] });
    capture.#child.stdout.on('data', (chunk) => capture.#chunks.push(chunk));
    capture.#ended = new Promise((resolve) => capture.#child.once('close', resolve));
    await new Promise((resolve, reject) => {
      capture.#child.stderr.on('data', (chunk) => {
        capture.#told += chunk;
        if (capture.#told.includes('listening on')) resolve();
      });
      capture.#ended.then(() => reject(new Error(`tcpdump ended: ${capture.#told}`)));
    });
    return capture;
  }

  /** Ends it: {streams: [{from, to, bytes}], dropped: packets that the kernel could not hand over}. */
  async stop() {
    await pause(LAST_BLOCK_MS);
    this.#child.kill('SIGINT');
    await this.#ended;
    const dropped = Number(/(\d+) packets dropped by kernel/.exec(this.#told)?.[1] ?? 0);
    return { streams: streams(Buffer.concat(this.#chunks)), dropped };
  }

  kill() {
    this.#child.kill('SIGKILL');
  }
}

function streams(file) {
  if (file.length < GLOBAL_HEADER) return [];
  const little = file.readUInt32LE(0) === 0xa1b2c3d4 || file.readUInt32LE(0) === 0xa1b23c4d;
  const word = (at) => (little ? file.readUInt32LE(at) : file.readUInt32BE(at));
  if (word(20) !== ETHERNET) throw new Error(`link type ${word(20)} of the capture is not known here`);
  const found = new Map();
  for (let at = GLOBAL_HEADER; at + PACKET_HEADER <= file.length;) {
    const length = word(at + 8);
    take(file.subarray(at + PACKET_HEADER, at + PACKET_HEADER + length), found);
    at += PACKET_HEADER + length;
  }
  return [...found.values()].filter(({ parts }) => parts.length > 0).map(({ from, to, parts }) => ({ from, to, bytes: joined(parts) }));
}

/** One Ethernet frame of IPv4: its TCP payload goes to the stream it belongs to. A connection that uses ports again is another stream. */
function take(frame, found) {
  if (frame.length < 54 || frame.readUInt16BE(12) !== 0x0800) return;
  const tcp = 14 + (frame[14] & 15) * 4;
  const data = tcp + (frame[tcp + 12] >> 4) * 4;
  const end = 14 + frame.readUInt16BE(16);
  const from = `${frame.subarray(26, 30).join('.')}:${frame.readUInt16BE(tcp)}`;
  const to = `${frame.subarray(30, 34).join('.')}:${frame.readUInt16BE(tcp + 2)}`;
  const sequence = frame.readUInt32BE(tcp + 4);
  const key = `${from} ${to}`;
  if (frame[tcp + 13] & 2) { // SYN
    if (found.has(key)) found.set(`${key} ${found.size}`, found.get(key));
    found.set(key, { from, to, first: sequence + 1, parts: [] });
  }
  if (end <= data) return;
  if (!found.has(key)) found.set(key, { from, to, first: sequence, parts: [] });
  const stream = found.get(key);
  stream.parts.push({ offset: (sequence - stream.first) >>> 0, bytes: frame.subarray(data, end) });
}

/** In the order of their sequence numbers; what was sent twice counts once. */
function joined(parts) {
  const kept = [];
  let next = 0;
  for (const { offset, bytes } of parts.sort((one, other) => one.offset - other.offset)) {
    if (offset + bytes.length <= next) continue;
    kept.push(offset < next ? bytes.subarray(next - offset) : bytes);
    next = offset + bytes.length;
  }
  return Buffer.concat(kept);
}

const HANDSHAKE = 22;
const APPLICATION = 23;
const RECORD_TYPES = new Map([[20, 'change cipher spec'], [21, 'alert'], [HANDSHAKE, 'handshake'], [APPLICATION, 'application data']]);
/** RFC 8446, 5.2: 2^14 + 256. */
const LONGEST_RECORD = 16_640;

/**
 * What in the stream is not TLS 1.3 (RFC 8446), or undefined. Of its handshake only the hellos are readable: a second one follows a
 * HelloRetryRequest. From then on everything is application data to the eye.
 */
export function notTls({ bytes }) {
  let handshakes = 0;
  let encrypted = false;
  for (let at = 0; at + 5 <= bytes.length;) {
    const type = bytes[at];
    const length = bytes.readUInt16BE(at + 3);
    if (!RECORD_TYPES.has(type) || bytes[at + 1] !== 3 || length > LONGEST_RECORD) {
      return `byte ${at} begins no record: ${JSON.stringify(bytes.subarray(at, at + 40).toString('latin1'))}`;
    }
    if (at === 0 && type !== HANDSHAKE && type !== 21) return `begins with ${RECORD_TYPES.get(type)}`;
    if (type === HANDSHAKE) handshakes++;
    if (type === HANDSHAKE && (encrypted || handshakes > 2)) return `a handshake record in the clear at byte ${at}`;
    encrypted ||= type === APPLICATION;
    at += 5 + length;
  }
  return undefined;
}
