import type { components } from './openapi';
import { backOffMillis } from './back-off';
import { decodeStreamMessage, type StreamMessage } from './stream-message';

export type StreamNode = components['schemas']['StreamNode'];

/** The server sends at least once a second; silence for longer than this means a broken stream (docs/stream.md). */
export const SILENCE_MILLIS = 3_000;
const WATCH_EVERY_MILLIS = 500;

/** By the code of closing (docs/stream.md). */
const WHY_CLOSED: ReadonlyMap<number, string> = new Map([
  [1013, 'this browser read too slowly'],
  [4013, 'the aggregator has no room for another subscription'],
]);

/** What the stream needs from the browser; tests hand in their own. */
export interface Surroundings {
  /** `resume`: where the last connection left off. */
  openSocket(resume: Resume | undefined): StreamSocket;
  after(millis: number, run: () => void): () => void;
  now(): number;
  random(): number;
}

/** The last message that was handed on, by its header. */
export interface Resume {
  readonly run: number;
  readonly tick: number;
}

export interface StreamSocket {
  onopen: (() => void) | null;
  onmessage: ((data: unknown) => void) | null;
  onclose: ((code: number) => void) | null;
  close(): void;
}

export interface StreamListener {
  /** `run`: of the aggregator; in another one the indexes mean other nodes. */
  nodes(nodes: readonly StreamNode[], run: number): void;
  message(message: StreamMessage): void;
  /** The connection ended; another attempt follows after `retryMillis`. */
  broken(why: string, retryMillis: number): void;
  /** The server speaks a layout this page does not know: only a fresh page helps. */
  outdated(version: number): void;
}

/**
 * Keeps one WebSocket to the aggregator, for as long as the page is open. Every end of a connection, also a silent one,
 * leads to a new attempt with bounded back-off; a new connection begins with what was missed, if the server still has
 * that, or with a snapshot, so nothing is lost by it.
 */
export class LiveStream {
  private socket: StreamSocket | undefined;
  private cancelRetry: (() => void) | undefined;
  private cancelWatch: (() => void) | undefined;
  private failures = 0;
  private resume: Resume | undefined;
  private heardAt = 0;
  private closed = false;

  constructor(
    private readonly surroundings: Surroundings,
    private readonly listener: StreamListener,
  ) {}

  open(): void {
    this.cancelRetry?.();
    this.cancelRetry = undefined;
    if (this.closed || this.socket !== undefined) return;
    const socket = this.surroundings.openSocket(this.resume);
    this.socket = socket;
    this.heardAt = this.surroundings.now();
    socket.onopen = () => {
      this.heardAt = this.surroundings.now();
    };
    socket.onmessage = (data) => this.heard(socket, data);
    socket.onclose = (code) => this.ended(socket, WHY_CLOSED.get(code) ?? 'the connection closed');
    this.watch(socket);
  }

  /** Someone came back to the page: do not let them wait for the back-off. */
  retryNow(): void {
    if (this.cancelRetry !== undefined) this.open();
  }

  close(): void {
    this.closed = true;
    this.cancelRetry?.();
    this.cancelWatch?.();
    this.socket?.close();
    this.socket = undefined;
  }

  private heard(socket: StreamSocket, data: unknown): void {
    if (socket !== this.socket) return;
    this.heardAt = this.surroundings.now();
    if (typeof data === 'string') {
      const told = nodesOf(data);
      if (told === undefined) this.ended(socket, 'a text message made no sense');
      else this.listener.nodes(told.nodes, told.run);
      return;
    }
    const decoded = data instanceof ArrayBuffer ? decodeStreamMessage(data) : { kind: 'garbage' as const, why: 'not binary' };
    switch (decoded.kind) {
      case 'message':
        if (!this.follows(decoded.message)) {
          this.resume = undefined;
          this.ended(socket, 'deltas were missing');
          return;
        }
        this.failures = 0;
        this.resume = { run: decoded.message.run, tick: decoded.message.tick };
        this.listener.message(decoded.message);
        return;
      case 'other-layout':
        this.listener.outdated(decoded.version);
        this.close();
        return;
      case 'garbage':
        this.resume = undefined;
        this.ended(socket, `a message made no sense (${decoded.why})`);
        return;
    }
  }

  /** A delta means something only to whoever has the tick before it. */
  private follows(message: StreamMessage): boolean {
    if (message.kind === 'snapshot') return true;
    return this.resume !== undefined && this.resume.run === message.run && (this.resume.tick + 1) % 2 ** 32 === message.tick;
  }

  private watch(socket: StreamSocket): void {
    this.cancelWatch?.();
    this.cancelWatch = this.surroundings.after(WATCH_EVERY_MILLIS, () => {
      if (socket !== this.socket) return;
      if (this.surroundings.now() - this.heardAt > SILENCE_MILLIS) this.ended(socket, 'the stream fell silent');
      else this.watch(socket);
    });
  }

  private ended(socket: StreamSocket, why: string): void {
    if (socket !== this.socket) return;
    this.socket = undefined;
    this.cancelWatch?.();
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    const retryMillis = backOffMillis(this.failures++, this.surroundings.random());
    this.cancelRetry = this.surroundings.after(retryMillis, () => this.open());
    this.listener.broken(why, retryMillis);
  }
}

function nodesOf(text: string): components['schemas']['StreamNodes'] | undefined {
  try {
    const { type, run, nodes } = JSON.parse(text) as Partial<components['schemas']['StreamNodes']>;
    return type === 'nodes' && typeof run === 'number' && Array.isArray(nodes) ? { type, run, nodes } : undefined;
  } catch {
    return undefined;
  }
}

export function browserSurroundings(): Surroundings {
  return {
    openSocket(resume) {
      const url = new URL('api/v1/stream', document.baseURI);
      if (resume !== undefined) url.search = `?run=${resume.run}&after=${resume.tick}`;
      url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
      const webSocket = new WebSocket(url);
      webSocket.binaryType = 'arraybuffer';
      const socket: StreamSocket = { onopen: null, onmessage: null, onclose: null, close: () => webSocket.close() };
      webSocket.onopen = () => socket.onopen?.();
      webSocket.onmessage = (event: MessageEvent<unknown>) => socket.onmessage?.(event.data);
      webSocket.onclose = (event) => socket.onclose?.(event.code);
      return socket;
    },
    after(millis, run) {
      const timer = setTimeout(run, millis);
      return () => clearTimeout(timer);
    },
    now: () => performance.now(),
    random: Math.random,
  };
}
