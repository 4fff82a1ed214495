import { beforeEach, expect, test } from 'vitest';
import { backOffMillis, FIRST_DELAY_MILLIS, LONGEST_DELAY_MILLIS } from './back-off';
import idle from './golden/stream-idle.json';
import snapshot from './golden/stream-snapshot.json';
import { LiveStream, type Resume, type StreamSocket, type Surroundings } from './live-stream';

/** A browser in which time passes only when the test says so. */
class SimulatedBrowser implements Surroundings {
  readonly sockets: (StreamSocket & { closed: boolean })[] = [];
  private time = 0;
  private timers: { at: number; run: () => void }[] = [];

  readonly resumes: (Resume | undefined)[] = [];

  openSocket(resume: Resume | undefined): StreamSocket {
    this.resumes.push(resume);
    const socket = { onopen: null, onmessage: null, onclose: null, closed: false, close: () => void (socket.closed = true) };
    this.sockets.push(socket);
    return socket;
  }

  after(millis: number, run: () => void): () => void {
    const timer = { at: this.time + millis, run };
    this.timers.push(timer);
    return () => (this.timers = this.timers.filter((other) => other !== timer));
  }

  now = (): number => this.time;
  random = (): number => 1;

  pass(millis: number): void {
    const end = this.time + millis;
    for (;;) {
      const next = this.timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.time = next.at;
      next.run();
    }
    this.time = end;
  }

  get newest(): StreamSocket & { closed: boolean } {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error('no socket was opened');
    return socket;
  }
}

let browser: SimulatedBrowser;
let told: string[];
let stream: LiveStream;

beforeEach(() => {
  browser = new SimulatedBrowser();
  told = [];
  stream = new LiveStream(browser, {
    nodes: (nodes, run) => told.push(`nodes ${nodes.length} of run ${run}`),
    message: (message) => told.push(message.kind),
    broken: (why, retryMillis) => told.push(`broken (${why}), again in ${retryMillis} ms`),
    outdated: (version) => told.push(`outdated ${version}`),
  });
  stream.open();
});

const bytesOf = (hex: string): ArrayBuffer => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)).buffer;
const message = (): ArrayBuffer => bytesOf(snapshot.hex);

/** An empty delta. */
function delta(run: number, tick: number): ArrayBuffer {
  const bytes = bytesOf(idle.hex);
  new DataView(bytes).setUint32(4, run, true);
  new DataView(bytes).setUint32(8, tick, true);
  return bytes;
}

test('what the server says is handed on', () => {
  browser.newest.onmessage?.('{"type":"nodes","run":7,"nodes":[]}');
  browser.newest.onmessage?.(message());

  expect(told).toEqual(['nodes 0 of run 7', 'snapshot']);
});

test('a connection that falls silent is given up after three seconds and opened again', () => {
  browser.newest.onmessage?.(message());
  browser.pass(3_000);
  expect(browser.newest.closed).toBe(false);

  browser.pass(500);

  expect(told).toEqual(['snapshot', 'broken (the stream fell silent), again in 500 ms']);
  expect(browser.sockets[0]?.closed).toBe(true);
  browser.pass(500);
  expect(browser.sockets).toHaveLength(2);
});

test('waits grow to a bound and begin afresh after the first good message', () => {
  const waits: number[] = [];
  for (let i = 0; i < 8; i++) {
    browser.newest.onclose?.(1006);
    waits.push(Number(/again in (\d+)/.exec(told.at(-1) ?? '')?.[1]));
    browser.pass(waits.at(-1) ?? 0);
  }
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000]);

  browser.newest.onmessage?.(message());
  browser.newest.onclose?.(1006);

  expect(told.at(-1)).toContain('again in 500 ms');
});

test('a late word of a connection that was given up changes nothing', () => {
  const old = browser.newest;
  const say = old.onmessage;
  old.onclose?.(1013);
  browser.pass(500);
  told.length = 0;

  say?.(message());

  expect(told).toEqual([]);
});

test('whoever comes back to the page does not wait for the back-off', () => {
  browser.newest.onclose?.(1006);

  stream.retryNow();

  expect(browser.sockets).toHaveLength(2);
  browser.pass(FIRST_DELAY_MILLIS);
  expect(browser.sockets).toHaveLength(2);
});

test('garbage ends the connection, another layout ends the stream', () => {
  browser.newest.onmessage?.(new ArrayBuffer(3));
  expect(told.at(-1)).toContain('made no sense');
  browser.pass(500);

  const other = message();
  new DataView(other).setUint16(2, 9, true);
  browser.newest.onmessage?.(other);
  browser.pass(60_000);

  expect(told.at(-1)).toBe('outdated 9');
  expect(browser.sockets).toHaveLength(2);
});

test('whoever comes back names the last message and goes on with the delta after it', () => {
  const { run, tick } = snapshot.message;
  browser.newest.onmessage?.(message());
  browser.newest.onmessage?.(delta(run, tick + 1));
  browser.newest.onclose?.(1006);
  browser.pass(500);

  browser.newest.onmessage?.(delta(run, tick + 2));

  expect(browser.resumes).toEqual([undefined, { run, tick: tick + 1 }]);
  expect(told.at(-1)).toBe('delta');
});

test.each([['a tick is missing', 0, 2], ['it is another run', 1, 1]])('a delta is not believed if %s, and the next connection begins afresh', (_, otherRun, step) => {
  browser.newest.onmessage?.(message());

  browser.newest.onmessage?.(delta(snapshot.message.run + otherRun, snapshot.message.tick + step));
  expect(told.at(-1)).toContain('deltas were missing');
  browser.pass(500);

  expect(browser.resumes.at(-1)).toBeUndefined();
});

test.each([
  [1013, 'this browser read too slowly'],
  [4013, 'the aggregator has no room for another subscription'],
  [1006, 'the connection closed'],
])('an end with code %i is told as it is', (code, why) => {
  browser.newest.onclose?.(code);

  expect(told).toEqual([`broken (${why}), again in 500 ms`]);
});

test('half of each wait is random', () => {
  expect([backOffMillis(0, 0), backOffMillis(0, 1), backOffMillis(99, 0), backOffMillis(99, 1)]).toEqual([
    FIRST_DELAY_MILLIS / 2,
    FIRST_DELAY_MILLIS,
    LONGEST_DELAY_MILLIS / 2,
    LONGEST_DELAY_MILLIS,
  ]);
});
