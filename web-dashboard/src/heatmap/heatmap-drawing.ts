import { effect } from '@preact/signals';
import type { StreamMessage } from '../api/stream-message';
import { rowIsOld } from '../freshness/freshness';
import { now, serverNow } from '../freshness/freshness-state';
import { axes, CELL_KEY_BASE, matrix, onCellsChanged, revision, tick } from '../mesh/mesh-state';
import { place } from '../place/place-state';
import { palette } from '../theme/theme-state';
import { boxWidth, hovered, layout, selectedSpot } from './heatmap-state';
import { paintAxes } from './paint-axes';
import { DenseImage } from './paint-dense';
import { paintMarks } from './paint-marks';
import { paintRoomyCells } from './paint-roomy';
import type { Scene } from './scene';

/** More changed cells than this and a full repaint is cheaper than finding each one's place. */
const TOUCHED_LIMIT = 200_000;

/** Keeps a canvas equal to the mesh's state: at most one repaint a frame, whatever changed. Returns how to stop. */
export function drawHeatmap(canvas: HTMLCanvasElement, box: HTMLElement): () => void {
  const dense = new DenseImage();
  let touched: number[] | undefined;
  let frame = 0;

  const paint = (): void => {
    frame = 0;
    const begun = performance.now();
    const g = canvas.getContext('2d');
    if (g === null) return;
    const scene = currentScene();
    const ratio = window.devicePixelRatio;
    const { width, height } = scene.layout;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.clearRect(0, 0, width, height);
    if (scene.layout.kind === 'dense') dense.paint(g, scene, touched);
    else paintRoomyCells(g, scene);
    touched = [];
    paintAxes(g, scene);
    paintMarks(g, scene);
    // What a browser check or a curious engineer wants to know of the drawing, which has no DOM of its own.
    box.dataset['revision'] = String(revision.peek());
    box.dataset['tick'] = String(tick.peek() ?? '');
    box.dataset['paintMillis'] = (performance.now() - begun).toFixed(1);
  };
  const schedule = (): void => {
    if (frame === 0) frame = requestAnimationFrame(paint);
  };

  const stopListening = onCellsChanged((message: StreamMessage, cells: readonly number[]) => {
    if (message.kind === 'snapshot' || touched === undefined || touched.length + cells.length > TOUCHED_LIMIT) {
      touched = undefined;
      return;
    }
    const { sources, destinations } = axes.peek();
    for (const key of cells) {
      const row = sources.placeOf.get(Math.floor(key / CELL_KEY_BASE));
      const column = destinations.placeOf.get(key % CELL_KEY_BASE);
      if (row !== undefined && column !== undefined) touched.push(row * destinations.nodes.length + column);
    }
  });
  const stopEffect = effect(() => {
    void [revision.value, axes.value, layout.value, palette.value, place.value.metric, hovered.value, selectedSpot.value];
    void now.value;
    schedule();
  });
  const resized = new ResizeObserver(() => (boxWidth.value = box.clientWidth));
  resized.observe(box);
  boxWidth.value = box.clientWidth;

  return () => {
    stopListening();
    stopEffect();
    resized.disconnect();
    cancelAnimationFrame(frame);
  };
}

function currentScene(): Scene {
  const { sources } = axes.peek();
  const time = serverNow();
  return {
    axes: axes.peek(),
    layout: layout.peek(),
    matrix,
    palette: palette.peek(),
    metric: place.peek().metric,
    hovered: hovered.peek(),
    selected: selectedSpot.peek(),
    rowIsOld: (row) => {
      const source = sources.nodes[row];
      return source === undefined || rowIsOld(matrix.rowReportedAt(source.index), time);
    },
  };
}
