// Damage to an agent's spool, done where docs/spool.md says the bytes are, so that it is known what must be missing afterwards.
import { closeSync, openSync, readdirSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const SEGMENT_HEADER = 264;
const RECORD_HEADER = 80;
const RECORD_MARK = 0x724d53d1;
const STATE_MARK = 0x31624d53;
const STATE_SLOTS = [0, 4096];
const DROP_REASONS = 5;

/** Rows that are settled, by the newer of the two copies of the books. */
function settled(folder) {
  const state = readFileSync(join(folder, 'state'));
  return Math.max(0, ...STATE_SLOTS.filter((at) => state.length >= at + 256 && state.readUInt32LE(at) === STATE_MARK).map((at) => {
    const rows = (offset) => Number(state.readBigUInt64LE(at + offset));
    return rows(24) + Array.from({ length: DROP_REASONS }, (_, reason) => rows(40 + reason * 16)).reduce((sum, each) => sum + each, 0);
  }));
}

/** Rows on disk, oldest first: {file, offset, length (with its header), number}. */
function records(folder) {
  const found = [];
  for (const name of readdirSync(folder).filter((each) => each.startsWith('segment-')).sort()) {
    const file = join(folder, name);
    const bytes = readFileSync(file);
    for (let at = SEGMENT_HEADER; at + RECORD_HEADER <= bytes.length;) {
      if (bytes.readUInt32LE(at) !== RECORD_MARK) {
        at++;
        continue;
      }
      const length = RECORD_HEADER + bytes.readUInt32LE(at + 8);
      if (at + length > bytes.length) break;
      if (bytes.readUInt32LE(at + 12) === 0) found.push({ file, offset: at, length, number: Number(bytes.readBigUInt64LE(at + 16)), end: bytes.length });
      at += length;
    }
  }
  return found;
}

/**
 * Turns one bit in the payload of a row that waits, but not of the newest: what follows tells that it is missing. The row's number, or
 * undefined if too few wait.
 */
export function flip(folder, random) {
  const from = settled(folder);
  const waiting = records(folder).filter(({ number }) => number > from);
  if (waiting.length < 2) return undefined;
  const { file, offset, length, number } = waiting[random(waiting.length - 1)];
  const at = offset + RECORD_HEADER + random(length - RECORD_HEADER);
  const byte = readFileSync(file)[at] ^ (1 << random(8));
  const open = openSync(file, 'r+');
  writeSync(open, Buffer.of(byte), 0, 1, at);
  closeSync(open);
  return number;
}

/** Tears the newest row in two, as a crash in the middle of a write does, if it waits. Its number, or undefined. */
export function tear(folder, random) {
  const newest = records(folder).at(-1);
  if (newest === undefined || newest.number <= settled(folder) || newest.offset + newest.length !== newest.end) return undefined;
  truncateSync(newest.file, newest.offset + 1 + random(newest.length - 1));
  return newest.number;
}
