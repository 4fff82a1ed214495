import { computed, signal } from '@preact/signals';
import type { StreamListener, StreamNode } from '../api/live-stream';
import type { StreamMessage } from '../api/stream-message';
import { LiveMatrix } from './live-matrix';
import { axesOf } from './order';
import { summaryOf, type MeshSummary } from './summary';

export const matrix = new LiveMatrix();
/** undefined until the stream's first text message: "not known yet" is not "no agents". */
export const nodes = signal<readonly StreamNode[] | undefined>(undefined);
export const axes = computed(() => axesOf(nodes.value ?? []));
/** One more for each message applied to `matrix`; whoever draws it reads this first. */
export const revision = signal(0);
export const tick = signal<number | undefined>(undefined);

export const summary = computed<MeshSummary>(() => {
  void revision.value;
  return summaryOf(matrix, axes.value);
});

export function nodeById(id: string | undefined): StreamNode | undefined {
  return id === undefined ? undefined : nodes.value?.find((node) => node.id === id);
}

/** Drawers that repaint single cells register here; a snapshot tells them to repaint everything. */
type CellsChanged = (message: StreamMessage, cells: readonly number[]) => void;
const drawers = new Set<CellsChanged>();

export function onCellsChanged(drawer: CellsChanged): () => void {
  drawers.add(drawer);
  return () => drawers.delete(drawer);
}

export function applyNodes(list: readonly StreamNode[], run: number): void {
  matrix.enterRun(run);
  matrix.reserve(list.reduce((most, node) => Math.max(most, node.index + 1), 0));
  matrix.setBehindNat(new Set(list.filter((node) => node.behindNat === true).map((node) => node.index)));
  nodes.value = list;
  revision.value++;
}

/** source * 65,536 + destination fits a number exactly. */
export const CELL_KEY_BASE = 65_536;

export const applyMessage: StreamListener['message'] = (message) => {
  const cells: number[] = [];
  const remember = message.kind === 'delta' && drawers.size > 0;
  matrix.apply(message, (source, destination) => {
    if (remember) cells.push(source * CELL_KEY_BASE + destination);
  });
  for (const drawer of drawers) drawer(message, cells);
  tick.value = message.tick;
  revision.value++;
};
