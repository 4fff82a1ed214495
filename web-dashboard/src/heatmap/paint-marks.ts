import type { Layout, Spot } from './layout';
import type { Scene } from './scene';

/** The crosshair under the pointer and the frame around the chosen cell. */
export function paintMarks(g: CanvasRenderingContext2D, scene: Scene): void {
  const { hovered, selected, layout, palette } = scene;
  if (hovered !== undefined) {
    g.globalAlpha = 0.07;
    g.fillStyle = palette.ink;
    const left = layout.columns.starts[0] ?? 0;
    const top = layout.rows.starts[0] ?? 0;
    g.fillRect(left, layout.rows.starts[hovered.row] ?? 0, layout.columns.end - left, layout.rows.cell);
    g.fillRect(layout.columns.starts[hovered.column] ?? 0, top, layout.columns.cell, layout.rows.end - top);
    g.globalAlpha = 1;
    frame(g, layout, hovered, palette.ink, 1.5);
  }
  if (selected !== undefined) frame(g, layout, selected, palette.accent, 2.5);
}

function frame(g: CanvasRenderingContext2D, layout: Layout, spot: Spot, colour: string, width: number): void {
  const x = layout.columns.starts[spot.column];
  const y = layout.rows.starts[spot.row];
  if (x === undefined || y === undefined) return;
  g.strokeStyle = colour;
  g.lineWidth = width;
  g.beginPath();
  g.roundRect(x, y, layout.columns.cell, layout.rows.cell, layout.columns.cell >= 28 ? 6 : 1);
  g.stroke();
}
