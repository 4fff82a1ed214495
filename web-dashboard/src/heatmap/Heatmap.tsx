import { useEffect, useRef } from 'preact/hooks';
import { axes, matrix, revision } from '../mesh/mesh-state';
import { now, serverNow } from '../freshness/freshness-state';
import { closePair, goTo } from '../place/place-state';
import { drawHeatmap } from './heatmap-drawing';
import { boxWidth, hovered, layout, selectedSpot } from './heatmap-state';
import { moved, spotAt, type Spot } from './layout';
import { cellSentence } from './sentence';

const TOOLTIP_WIDTH = 260;

export function Heatmap() {
  const box = useRef<HTMLDivElement>(null);
  const scroll = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current === null || box.current === null) return undefined;
    return drawHeatmap(canvas.current, box.current);
  }, []);

  const { sources, destinations } = axes.value;
  const spotUnder = (event: MouseEvent): Spot | undefined => spotAt(layout.peek(), event.offsetX, event.offsetY);
  return (
    <div
      class="heatmap"
      ref={box}
      tabIndex={0}
      role="application"
      aria-label={`Matrix: ${sources.nodes.length} sources in rows, ${destinations.nodes.length} destinations in columns. Arrow keys move, Enter opens a pair, Escape closes it.`}
      aria-describedby="heatmap-cell"
      onKeyDown={onKeyDown}
      onBlur={() => (hovered.value = undefined)}
    >
      <div class="heatmap-scroll" ref={scroll}>
        <canvas
          ref={canvas}
          onMouseMove={(event) => (hovered.value = spotUnder(event))}
          onMouseLeave={() => (hovered.value = undefined)}
          onClick={(event) => openSpot(spotUnder(event))}
        />
      </div>
      <Tooltip scrolled={() => scroll.current?.scrollLeft ?? 0} />
      <CellAloud />
    </div>
  );
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { sources, destinations } = axes.peek();
  const at = hovered.peek() ?? selectedSpot.peek();
  if (event.key === 'Enter' || event.key === ' ') openSpot(at);
  else if (event.key === 'Escape') {
    hovered.value = undefined;
    closePair();
  } else {
    const next = at === undefined && event.key.startsWith('Arrow')
      ? moved(undefined, 'Home', sources.nodes.length, destinations.nodes.length)
      : moved(at, event.key, sources.nodes.length, destinations.nodes.length);
    if (next === undefined) return;
    hovered.value = next;
  }
  event.preventDefault();
}

function openSpot(spot: Spot | undefined): void {
  if (spot === undefined) return;
  const source = axes.peek().sources.nodes[spot.row];
  const destination = axes.peek().destinations.nodes[spot.column];
  if (source === undefined || destination === undefined || source.index === destination.index) return;
  goTo({ from: source.id, to: destination.id });
}

function sentenceAt(spot: Spot | undefined): string {
  void revision.value;
  if (spot === undefined) return '';
  const source = axes.value.sources.nodes[spot.row];
  const destination = axes.value.destinations.nodes[spot.column];
  if (source === undefined || destination === undefined) return '';
  const reportedAt = matrix.rowReportedAt(source.index);
  void now.value;
  const age = reportedAt === undefined ? undefined : serverNow() - reportedAt;
  return cellSentence(source, destination, matrix.cell(source.index, destination.index), age);
}

function Tooltip({ scrolled }: { scrolled: () => number }) {
  const spot = hovered.value;
  const chosen = selectedSpot.value;
  // The panel beside says all of it, and more.
  const told = chosen !== undefined && chosen.row === spot?.row && chosen.column === spot.column;
  if (spot === undefined || told) return null;
  const { columns, rows } = layout.value;
  const x = (columns.starts[spot.column] ?? 0) + columns.cell / 2 - scrolled();
  const y = (rows.starts[spot.row] ?? 0) + rows.cell;
  const left = Math.max(4, Math.min(x - TOOLTIP_WIDTH / 2, boxWidth.value - TOOLTIP_WIDTH - 4));
  return (
    <div class="tooltip" style={{ left: `${left}px`, top: `${y + 8}px`, width: `${TOOLTIP_WIDTH}px` }} aria-hidden="true">
      {sentenceAt(spot)}
    </div>
  );
}

/** Read out when the cursor moves, not at each tick: the text changes only with the spot. */
function CellAloud() {
  const spot = hovered.value;
  return (
    <p id="heatmap-cell" class="visually-hidden" aria-live="polite" key={spot === undefined ? '' : `${spot.row} ${spot.column}`}>
      {spot === undefined ? '' : sentenceAt(spot)}
    </p>
  );
}
