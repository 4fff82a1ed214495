/** The binary messages of the live stream, exactly as docs/stream.md lays them out. */

export const LAYOUT_VERSION = 1;
const MAGIC = 0x4d;
const HEADER_BYTES = 24;
const ENTRY_BYTES = 8;
const NO_AGE = 0xffff_ffff;
export const NOTHING_SENT = 255;

/** In the order of the codes on the wire. */
export const CELL_STATES = ['no-data', 'ok', 'degraded', 'down', 'not-probed', 'maintenance', 'prober-impaired', 'behind-nat'] as const;
export type CellState = (typeof CELL_STATES)[number];

/** Entries stay packed: a snapshot of a thousand nodes has a million of them. */
export interface StreamMessage {
  readonly kind: 'snapshot' | 'delta';
  readonly tick: number;
  /** The aggregator's clock, milliseconds since 1970 UTC. */
  readonly at: number;
  readonly rowCount: number;
  readonly cellCount: number;
  forEachRow(visit: (source: number, ageMillis: number | undefined) => void): void;
  forEachCell(visit: (source: number, destination: number, state: number, lossCode: number, delayCode: number) => void): void;
}

export type Decoded =
  | { readonly kind: 'message'; readonly message: StreamMessage }
  | { readonly kind: 'other-layout'; readonly version: number }
  | { readonly kind: 'garbage'; readonly why: string };

export function decodeStreamMessage(bytes: ArrayBuffer): Decoded {
  if (bytes.byteLength < HEADER_BYTES) return garbage(`${bytes.byteLength} bytes are less than a header`);
  const view = new DataView(bytes);
  if (view.getUint8(0) !== MAGIC) return garbage(`first byte is ${view.getUint8(0)}, not ${MAGIC}`);
  const version = view.getUint16(2, true);
  if (version !== LAYOUT_VERSION) return { kind: 'other-layout', version };
  const kindCode = view.getUint8(1);
  if (kindCode !== 1 && kindCode !== 2) return garbage(`kind ${kindCode} is neither snapshot nor delta`);
  const rowCount = view.getUint32(16, true);
  const cellCount = view.getUint32(20, true);
  const expected = HEADER_BYTES + ENTRY_BYTES * (rowCount + cellCount);
  if (bytes.byteLength !== expected) return garbage(`${bytes.byteLength} bytes where the header announces ${expected}`);
  const cellsAt = HEADER_BYTES + ENTRY_BYTES * rowCount;
  return {
    kind: 'message',
    message: {
      kind: kindCode === 1 ? 'snapshot' : 'delta',
      tick: view.getUint32(4, true),
      at: view.getFloat64(8, true),
      rowCount,
      cellCount,
      forEachRow(visit) {
        for (let i = 0, at = HEADER_BYTES; i < rowCount; i++, at += ENTRY_BYTES) {
          const age = view.getUint32(at + 4, true);
          visit(view.getUint16(at, true), age === NO_AGE ? undefined : age);
        }
      },
      forEachCell(visit) {
        for (let i = 0, at = cellsAt; i < cellCount; i++, at += ENTRY_BYTES) {
          visit(
            view.getUint16(at, true),
            view.getUint16(at + 2, true),
            view.getUint8(at + 4),
            view.getUint8(at + 5),
            view.getUint16(at + 6, true),
          );
        }
      },
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
