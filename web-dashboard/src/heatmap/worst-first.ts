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
  'behind-nat': 7,
};

/**
 * The matrix as a list: the worst pairs first, inside a state the lossier and then the slower ones. At most `limit`
 * rows, because a million table rows help nobody; `hidden` says how many are left out.
 */
export function worstFirst(matrix: LiveMatrix, axes: Axes, limit: number): { rows: PairRow[]; hidden: number } {
  let keyed: { key: number; source: StreamNode; destination: StreamNode }[] = [];
  let notWorseThan = Infinity;
  let pairs = 0;
  const keepWorst = (): void => {
    keyed.sort((a, b) => a.key - b.key);
    keyed = keyed.slice(0, limit);
    if (keyed.length === limit) notWorseThan = keyed.at(-1)?.key ?? Infinity;
  };
  for (const source of axes.sources.nodes) {
    for (const destination of axes.destinations.nodes) {
      if (source.index === destination.index) continue;
      pairs++;
      const key = badness(matrix, source.index, destination.index);
      if (key >= notWorseThan) continue;
      keyed.push({ key, source, destination });
      // Sorting a million pairs twice a second would stop the page; only those that may still be listed are kept.
      if (keyed.length > 8 * limit) keepWorst();
    }
  }
  keepWorst();
  const rows = keyed.map(({ source, destination }) => {
    const cell = matrix.cell(source.index, destination.index);
    return {
      source,
      destination,
      state: cellStateOf(cell.state),
      lossRatio: lossRatioOf(cell.lossCode),
      medianMicros: microsOfDelayCode(cell.delayCode),
    };
  });
  return { rows, hidden: pairs - rows.length };
}

/** The smaller, the worse: state before loss before delay. */
function badness(matrix: LiveMatrix, source: number, destination: number): number {
  const lossCode = matrix.lossCode(source, destination);
  const lost = lossCode > 200 ? 0 : lossCode;
  const severity = SEVERITY[cellStateOf(matrix.stateCode(source, destination))];
  return severity * 2 ** 24 + (200 - lost) * 2 ** 16 + (65_535 - matrix.delayCode(source, destination));
}
