import { cellStateOf } from '../api/stream-message';
import { cssOf } from '../theme/palette';
import { cellColour } from './colour-scale';
import { drawGlyph, drawHatch, type Box } from './glyphs';
import type { Scene } from './scene';
import { cellFigure } from './sentence';

export const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif';

/** Each cell as a box of its own with figure and glyph. */
export function paintRoomyCells(g: CanvasRenderingContext2D, scene: Scene): void {
  const { axes, layout } = scene;
  const wide = layout.columns.cell;
  const high = layout.rows.cell;
  const inset = wide >= 28 ? 1.5 : 0.5;
  const radius = wide >= 28 ? 5 : wide >= 16 ? 2 : 0;
  layout.rows.starts.forEach((y, row) => {
    const source = axes.sources.nodes[row];
    if (source === undefined) return;
    layout.columns.starts.forEach((x, column) => {
      const destination = axes.destinations.nodes[column];
      if (destination === undefined) return;
      const box: Box = { x: x + inset, y: y + inset, width: wide - 2 * inset, height: high - 2 * inset };
      if (source.index === destination.index) paintSelf(g, scene, box, radius);
      else paintCell(g, scene, source.index, destination.index, box, radius);
    });
  });
}

function paintSelf(g: CanvasRenderingContext2D, scene: Scene, box: Box, radius: number): void {
  g.fillStyle = scene.palette.self;
  fillBox(g, box, radius);
  g.strokeStyle = scene.palette.line;
  g.lineWidth = 1;
  g.beginPath();
  g.moveTo(box.x + 4, box.y + 4);
  g.lineTo(box.x + box.width - 4, box.y + box.height - 4);
  g.stroke();
}

function paintCell(g: CanvasRenderingContext2D, scene: Scene, source: number, destination: number, box: Box, radius: number): void {
  const { layout, metric, palette } = scene;
  const cell = scene.matrix.cell(source, destination);
  const state = cellStateOf(cell.state);
  const ink = palette.inks[state];
  g.fillStyle = cssOf(cellColour(cell.state, cell.lossCode, cell.delayCode, metric, palette));
  fillBox(g, box, radius);
  if (state === 'no-data') drawHatch(g, box, palette);
  const cx = box.x + box.width / 2;
  const cy = box.y + box.height / 2;
  const figure = layout.figures ? cellFigure(cell, metric) : '';
  if (figure === '') {
    drawGlyph(g, state, cx, cy, Math.min(box.width, box.height) * 0.5, ink);
    return;
  }
  const size = box.width >= 92 ? 15 : box.width >= 62 ? 13 : 11;
  g.font = `${state === 'ok' || state === 'no-data' ? 500 : 650} ${size}px ${FONT}`;
  g.textAlign = 'center';
  g.textBaseline = 'middle';
  const wide = g.measureText(figure).width;
  const beside = size * 0.72;
  const glyph = state === 'ok' || state === 'no-data' || wide + beside + 16 > box.width ? 0 : beside;
  if (state === 'no-data') {
    // The hatch must not run through the words.
    g.fillStyle = palette.fills['no-data'];
    g.fillRect(cx - wide / 2 - 4, cy - size * 0.7, wide + 8, size * 1.4);
  }
  g.fillStyle = ink;
  g.fillText(figure, cx + (glyph > 0 ? glyph / 2 + 3 : 0), cy + 0.5);
  if (glyph > 0) drawGlyph(g, state, cx - wide / 2 - 3, cy, glyph, ink);
  else if (state !== 'ok' && state !== 'no-data') drawGlyph(g, state, box.x + 9, box.y + 9, 8, ink);
}

function fillBox(g: CanvasRenderingContext2D, box: Box, radius: number): void {
  if (radius === 0) {
    g.fillRect(box.x, box.y, box.width, box.height);
    return;
  }
  g.beginPath();
  g.roundRect(box.x, box.y, box.width, box.height, radius);
  g.fill();
}
