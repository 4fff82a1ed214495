import { expect, test } from 'vitest';
import codes from './golden/delay-codes.json';
import delta from './golden/stream-delta.json';
import columns from './golden/stream-columns.json';
import everyState from './golden/stream-every-state.json';
import idle from './golden/stream-idle.json';
import dense from './golden/stream-dense.json';
import snapshot from './golden/stream-snapshot.json';
import { microsOfDelayCode } from './delay-code';
import { cellStateOf, decodeStreamMessage, lossRatioOf } from './stream-message';

function bytesOf(hex: string): ArrayBuffer {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes.buffer;
}

test.each([snapshot, delta, idle, everyState, columns, dense])('$about', ({ hex, message: expected }) => {
  const decoded = decodeStreamMessage(bytesOf(hex));

  expect(decoded.kind).toBe('message');
  if (decoded.kind !== 'message') return;
  const { kind, run, tick, at, cellCount } = decoded.message;
  const rows: unknown[] = [];
  const cells: unknown[] = [];
  decoded.message.forEachRow((source, ageMillis) => rows.push({ source, ageMillis: ageMillis ?? null }));
  decoded.message.forEachCell((source, destination, state, loss, delay) => cells.push({ source, destination, state, loss, delay }));
  expect({ kind, version: 2, run, tick, at, rows, cells }).toEqual(expected);
  expect(cellCount).toBe(cells.length);
});

test.each(codes.codes)('delay code $code is $micros µs', ({ code, micros }) => {
  expect(microsOfDelayCode(code) ?? null).toBe(micros);
});

test('delay codes rise with the delay and are never more than 0.4 % apart', () => {
  let before = microsOfDelayCode(1) ?? -1;
  for (let code = 2; code < 6_000; code++) {
    const micros = microsOfDelayCode(code) ?? -1;
    expect(micros).toBeGreaterThan(before);
    if (before >= 256) expect(micros / before).toBeLessThan(1.004);
    before = micros;
  }
});

test('every cut of a message is refused, never half believed', () => {
  for (const { hex } of [snapshot, everyState, columns, dense]) {
    const whole = bytesOf(hex);
    for (let length = 0; length < whole.byteLength; length++) {
      expect(decodeStreamMessage(whole.slice(0, length)).kind).toBe('garbage');
    }
  }
});

test('a count larger than the message is refused', () => {
  const bytes = bytesOf(delta.hex);
  for (const field of [20, 24]) {
    const more = bytes.slice(0);
    new DataView(more).setUint32(field, 0xffff_ffff, true);
    expect(decodeStreamMessage(more).kind).toBe('garbage');
  }
});

test('whatever one byte is turned into, the message is refused or its cells can be read', () => {
  for (const { hex } of [snapshot, everyState, columns, dense]) {
    const bytes = new Uint8Array(bytesOf(hex));
    for (let at = 4; at < bytes.length; at++) {
      for (const value of [0, 1, 0x7f, 0xff]) {
        const turned = bytes.slice();
        turned[at] = value;
        const decoded = decodeStreamMessage(turned.buffer);
        if (decoded.kind !== 'message') continue;
        let cells = 0;
        decoded.message.forEachRow(() => undefined);
        decoded.message.forEachCell(() => cells++);
        expect(cells).toBe(decoded.message.cellCount);
      }
    }
  }
});

test('another layout is told apart from garbage', () => {
  const bytes = bytesOf(idle.hex);
  new DataView(bytes).setUint16(2, 3, true);

  expect(decodeStreamMessage(bytes)).toEqual({ kind: 'other-layout', version: 3 });
});

test('a state nobody knows yet is no data', () => {
  expect([cellStateOf(1), cellStateOf(6), cellStateOf(7), cellStateOf(8), cellStateOf(255)]).toEqual(['ok', 'prober-impaired', 'behind-nat', 'no-data', 'no-data']);
});

test('nothing sent has no loss ratio', () => {
  expect([lossRatioOf(255), lossRatioOf(0), lossRatioOf(1), lossRatioOf(200)]).toEqual([undefined, 0, 0.005, 1]);
});
