import { CELL_STATES, cellStateOf, type CellState } from '../api/stream-message';
import { count } from '../format/count';
import type { LiveMatrix } from './live-matrix';
import type { Axes } from './order';

export interface MeshSummary {
  readonly pairs: number;
  readonly perState: Readonly<Record<CellState, number>>;
}

export function summaryOf(matrix: LiveMatrix, axes: Axes): MeshSummary {
  const perCode = new Array<number>(CELL_STATES.length).fill(0);
  let pairs = 0;
  for (const source of axes.sources.nodes) {
    for (const destination of axes.destinations.nodes) {
      if (source.index === destination.index) continue;
      const code = matrix.stateCode(source.index, destination.index);
      const known = code < perCode.length ? code : 0;
      perCode[known] = (perCode[known] ?? 0) + 1;
      pairs++;
    }
  }
  const perState = Object.fromEntries(CELL_STATES.map((state) => [state, 0])) as Record<CellState, number>;
  perCode.forEach((n, code) => (perState[cellStateOf(code)] += n));
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
  if (perState.ok === pairs) return pairs === 1 ? 'The only pair is ok' : `All ${count(pairs, 'pair')} ok`;
  return `${perState.ok.toLocaleString('en')} of ${count(pairs, 'pair')} ok`;
}
