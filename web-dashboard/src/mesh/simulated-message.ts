import type { StreamMessage } from '../api/stream-message';

type Row = readonly [source: number, ageMillis: number | undefined];
type Cell = readonly [source: number, destination: number, state: number, lossCode: number, delayCode: number];

/** A stream message as the reader would hand it out, for tests of what comes after the reader. */
export function messageOf(kind: StreamMessage['kind'], cells: readonly Cell[], rows: readonly Row[] = [], at = 100_000): StreamMessage {
  return {
    kind,
    run: 1,
    tick: 1,
    at,
    cellCount: cells.length,
    forEachRow: (visit) => rows.forEach((row) => visit(...row)),
    forEachCell: (visit) => cells.forEach((cell) => visit(...cell)),
  };
}
