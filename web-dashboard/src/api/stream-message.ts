/** The binary messages of the live stream, exactly as docs/stream.md lays them out. */
import { checkBlocks, visitRows, visitCells } from './row-blocks';

export const LAYOUT_VERSION = 2;
const MAGIC = 0x4d;
export const HEADER_BYTES = 28;
export const NOTHING_SENT = 255;

/** In the order of the codes on the wire. */
export const CELL_STATES = ['no-data', 'ok', 'degraded', 'down', 'not-probed', 'maintenance', 'prober-impaired', 'behind-nat'] as const;
export type CellState = (typeof CELL_STATES)[number];

/** Entries stay packed: a snapshot of a thousand nodes has a million of them. */
export interface StreamMessage {
  readonly kind: 'snapshot' | 'delta';
  /** Of the aggregator: ticks of another run mean nothing in this one. */
  readonly run: number;
  readonly tick: number;
  /** The aggregator's clock, milliseconds since 1970 UTC. */
  readonly at: number;
  readonly cellCount: number;
  forEachRow(visit: (source: number, ageMillis: number | undefined) => void): void;
  forEachCell(visit: (source: number, destination: number, state: number, lossCode: number, delayCode: number) => void): void;
}

export type Decoded =
  | { readonly kind: 'message'; readonly message: StreamMessage }
  | { readonly kind: 'other-layout'; readonly version: number }
  | { readonly kind: 'garbage'; readonly why: string };

/** Looks at every length before anything of the message is believed; what the cells say is read when they are visited. */
export function decodeStreamMessage(bytes: ArrayBuffer): Decoded {
  if (bytes.byteLength < 4) return garbage(`${bytes.byteLength} bytes are less than a header`);
  const view = new DataView(bytes);
  if (view.getUint8(0) !== MAGIC) return garbage(`first byte is ${view.getUint8(0)}, not ${MAGIC}`);
  const version = view.getUint16(2, true);
  if (version !== LAYOUT_VERSION) return { kind: 'other-layout', version };
  if (bytes.byteLength < HEADER_BYTES) return garbage(`${bytes.byteLength} bytes are less than a header`);
  const kindCode = view.getUint8(1);
  if (kindCode !== 1 && kindCode !== 2) return garbage(`kind ${kindCode} is neither snapshot nor delta`);
  const blockCount = view.getUint32(20, true);
  const cellCount = view.getUint32(24, true);
  const wrong = checkBlocks(view, HEADER_BYTES, blockCount, cellCount);
  if (wrong !== undefined) return garbage(wrong);
  return {
    kind: 'message',
    message: {
      kind: kindCode === 1 ? 'snapshot' : 'delta',
      run: view.getUint32(4, true),
      tick: view.getUint32(8, true),
      at: view.getFloat64(12, true),
      cellCount,
      forEachRow: (visit) => visitRows(view, HEADER_BYTES, blockCount, visit),
      forEachCell: (visit) => visitCells(view, HEADER_BYTES, blockCount, visit),
    },
  };
}

/** A state this page does not know yet is shown as no data: never as good, never as bad. */
export function cellStateOf(code: number): CellState {
  return CELL_STATES[code] ?? 'no-data';
}

/** undefined: nothing was sent. */
export function lossRatioOf(lossCode: number): number | undefined {
  return lossCode === NOTHING_SENT ? undefined : Math.min(lossCode, 200) / 200;
}

function garbage(why: string): Decoded {
  return { kind: 'garbage', why };
}
