import type { CellState } from '../api/stream-message';
import type { Palette } from '../theme/palette';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The sign that tells a state without colour. An ok cell has none: it is the calm ground the others stand out from. */
export function drawGlyph(g: CanvasRenderingContext2D, state: CellState, cx: number, cy: number, size: number, ink: string): void {
  const r = size / 2;
  g.fillStyle = ink;
  g.strokeStyle = ink;
  g.lineWidth = Math.max(1.25, size / 6);
  g.lineCap = 'round';
  g.beginPath();
  switch (state) {
    case 'ok':
      return;
    case 'degraded':
      g.moveTo(cx, cy - r);
      g.lineTo(cx + r, cy + r * 0.8);
      g.lineTo(cx - r, cy + r * 0.8);
      g.closePath();
      g.fill();
      return;
    case 'down':
      g.moveTo(cx - r * 0.8, cy - r * 0.8);
      g.lineTo(cx + r * 0.8, cy + r * 0.8);
      g.moveTo(cx + r * 0.8, cy - r * 0.8);
      g.lineTo(cx - r * 0.8, cy + r * 0.8);
      g.stroke();
      return;
    case 'no-data':
      g.moveTo(cx - r * 0.7, cy);
      g.lineTo(cx + r * 0.7, cy);
      g.stroke();
      return;
    case 'not-probed':
      g.arc(cx, cy, Math.max(1, r * 0.3), 0, 2 * Math.PI);
      g.fill();
      return;
    case 'behind-nat':
      g.arc(cx, cy, Math.max(1, r * 0.3), 0, 2 * Math.PI);
      g.fill();
      g.beginPath();
      g.moveTo(cx + r * 0.7, cy - r * 0.7);
      g.lineTo(cx + r * 0.7, cy + r * 0.7);
      g.stroke();
      return;
    case 'maintenance':
      g.moveTo(cx - r * 0.4, cy - r * 0.7);
      g.lineTo(cx - r * 0.4, cy + r * 0.7);
      g.moveTo(cx + r * 0.4, cy - r * 0.7);
      g.lineTo(cx + r * 0.4, cy + r * 0.7);
      g.stroke();
      return;
    case 'prober-impaired':
      g.arc(cx, cy - r * 0.35, r * 0.5, Math.PI, Math.PI * 2.35);
      g.lineTo(cx, cy + r * 0.35);
      g.stroke();
      g.beginPath();
      g.arc(cx, cy + r * 0.85, Math.max(0.8, r * 0.16), 0, 2 * Math.PI);
      g.fill();
      return;
  }
}

/** The ground of "no data": slanted lines, so that it looks empty also to those who see its grey as a colour. */
export function drawHatch(g: CanvasRenderingContext2D, box: Box, radius: number, palette: Palette): void {
  g.save();
  g.beginPath();
  g.roundRect(box.x, box.y, box.width, box.height, radius);
  g.clip();
  g.fillStyle = palette.empty;
  g.fillRect(box.x, box.y, box.width, box.height);
  g.strokeStyle = palette.fills['no-data'];
  g.lineWidth = 1.5;
  g.beginPath();
  const step = 7;
  // Along each line x + y is a multiple of the step on the whole canvas, so that neighbouring cells join into one surface.
  const bottom = box.y + box.height;
  const first = Math.floor((box.x + box.y) / step) * step - bottom;
  for (let x = first; x < box.x + box.width; x += step) {
    g.moveTo(x, box.y + box.height);
    g.lineTo(x + box.height, box.y);
  }
  g.stroke();
  g.restore();
}
