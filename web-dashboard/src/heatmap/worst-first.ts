import { microsOfDelayCode } from '../api/delay-code';
import type { StreamNode } from '../api/live-stream';
import { cellStateOf, lossRatioOf, type CellState } from '../api/stream-message';
import type { LiveMatrix } from '../mesh/live-matrix';
import type { Axes } from '../mesh/order';

export interface PairRow {
  readonly source: StreamNode;
  readonly destination: StreamNode;
  readonly state: CellState;
  readonly lossRatio: number | undefined;
  readonly medianMicros: number | undefined;
}

const SEVERITY: Readonly<Record<CellState, number>> = {
  down: 0,
  degraded: 1,
  'no-data': 2,
  'prober-impaired': 3,
  maintenance: 4,
  ok: 5,
  'not-probed': 6,
};

/**
 * The matrix as a list: the worst pairs first, inside a state the lossier and then the slower ones. At most `limit`
 * rows, because a million table rows help nobody; `hidden` says how many are left out.
 */
export function worstFirst(matrix: LiveMatrix, axes: Axes, limit: number): { rows: PairRow[]; hidden: number } {
  const keyed: { key: number; source: StreamNode; destination: StreamNode }[] = [];
  for (const source of axes.sources.nodes) {
    for (const destination of axes.destinations.nodes) {
      if (source.index === destination.index) continue;
      const cell = matrix.cell(source.index, destination.index);
      const loss = cell.lossCode > 200 ? 0 : cell.lossCode;
      keyed.push({ key: SEVERITY[cellStateOf(cell.state)] * 2 ** 24 + (200 - loss) * 2 ** 16 + (65_535 - cell.delayCode), source, destination });
    }
  }
  keyed.sort((a, b) => a.key - b.key);
  const rows = keyed.slice(0, limit).map(({ source, destination }) => {
    const cell = matrix.cell(source.index, destination.index);
    return {
      source,
      destination,
      state: cellStateOf(cell.state),
      lossRatio: lossRatioOf(cell.lossCode),
      medianMicros: microsOfDelayCode(cell.delayCode),
    };
  });
  return { rows, hidden: keyed.length - rows.length };
}
