import { CELL_STATES, type CellState } from '../api/stream-message';
import { count } from '../format/count';
import type { LiveMatrix } from './live-matrix';
import type { Axes } from './order';

export interface MeshSummary {
  readonly pairs: number;
  readonly perState: Readonly<Record<CellState, number>>;
}

/** Counted row by row, not cell by cell: pairs without a cell are not probed where their source reports, and have no data where not. */
export function summaryOf(matrix: LiveMatrix, axes: Axes): MeshSummary {
  const { sources, destinations } = axes;
  const selves = sources.nodes.filter((node) => destinations.placeOf.has(node.index)).length;
  const pairs = sources.nodes.length * destinations.nodes.length - selves;
  const perState = Object.fromEntries(CELL_STATES.map((state) => [state, 0])) as Record<CellState, number>;
  let told = 0;
  CELL_STATES.forEach((state, code) => {
    if (state === 'no-data' || state === 'not-probed' || state === 'behind-nat') return;
    perState[state] = matrix.countOf(code);
    told += perState[state];
  });
  const unreached = destinations.nodes.filter((node) => matrix.isBehindNat(node.index)).length;
  for (const { index } of sources.nodes) {
    if (matrix.rowReportedAt(index) === undefined) continue;
    const others = destinations.nodes.length - (destinations.placeOf.has(index) ? 1 : 0);
    const untold = Math.max(0, others - matrix.cellsOf(index));
    // The aggregator tells of no cell towards a node behind NAT, so all of those are among the untold.
    const unreachable = Math.min(untold, unreached - (matrix.isBehindNat(index) ? 1 : 0));
    perState['behind-nat'] += unreachable;
    perState['not-probed'] += untold - unreachable;
  }
  perState['no-data'] = Math.max(0, pairs - told - perState['not-probed'] - perState['behind-nat']);
  return { pairs, perState };
}

/** The one line above the matrix: worst news first, and no good news while part of the mesh is not seen. */
export function headlineOf(summary: MeshSummary): string {
  const { pairs, perState } = summary;
  const bad = [
    perState.down > 0 ? `${perState.down.toLocaleString('en')} down` : '',
    perState.degraded > 0 ? `${perState.degraded.toLocaleString('en')} degraded` : '',
    perState['no-data'] > 0 ? `${perState['no-data'].toLocaleString('en')} without data` : '',
  ].filter((part) => part !== '');
  if (pairs === 0) return 'No pairs to measure yet';
  if (bad.length > 0) return `${bad.join(', ')} of ${count(pairs, 'pair')}`;
  const probed = pairs - perState['not-probed'] - perState['behind-nat'];
  if (probed === 0) return 'No pair is probed';
  if (probed < pairs && perState.ok === probed) {
    return probed === 1 ? 'The only probed pair is ok' : `All ${count(probed, 'probed pair')} ok`;
  }
  if (perState.ok === pairs) return pairs === 1 ? 'The only pair is ok' : `All ${count(pairs, 'pair')} ok`;
  return `${perState.ok.toLocaleString('en')} of ${count(pairs, 'pair')} ok`;
}
