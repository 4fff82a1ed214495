import type { Axis } from '../mesh/order';
import { AXIS_TITLE, SITE_BAND, type AxisLayout } from './layout';
import { FONT } from './paint-roomy';
import type { Scene } from './scene';

/** Names, sites and titles of both axes. */
export function paintAxes(g: CanvasRenderingContext2D, scene: Scene): void {
  const { layout, axes } = scene;
  paintTitles(g, scene);
  if (layout.columns.siteBand) {
    paintSites(g, scene, axes.destinations, layout.columns, 'columns');
    paintSites(g, scene, axes.sources, layout.rows, 'rows');
  }
  if (layout.rows.names === 'sites') paintSiteNames(g, scene);
  if (layout.rows.names !== 'nodes') return;
  paintRowNames(g, scene);
  paintColumnNames(g, scene);
}

function paintTitles(g: CanvasRenderingContext2D, { layout, palette }: Scene): void {
  const left = layout.columns.starts[0] ?? 0;
  const top = layout.rows.starts[0] ?? 0;
  g.font = `600 11px ${FONT}`;
  g.fillStyle = palette.muted;
  g.textBaseline = 'middle';
  g.textAlign = 'left';
  g.fillText('TO  →', left, AXIS_TITLE / 2);
  g.save();
  g.translate(AXIS_TITLE / 2, top);
  g.rotate(-Math.PI / 2);
  g.textAlign = 'right';
  g.fillText('←  FROM', 0, 0);
  g.restore();
}

function paintSites(g: CanvasRenderingContext2D, { palette }: Scene, axis: Axis, layout: AxisLayout, along: 'columns' | 'rows'): void {
  g.font = `600 11px ${FONT}`;
  g.textBaseline = 'middle';
  g.textAlign = 'center';
  for (const group of axis.groups) {
    const start = layout.starts[group.start] ?? 0;
    const length = group.length * layout.cell;
    g.save();
    if (along === 'columns') g.translate(start, AXIS_TITLE);
    else {
      g.translate(AXIS_TITLE, start + length);
      g.rotate(-Math.PI / 2);
    }
    g.fillStyle = palette.sunken;
    g.beginPath();
    g.roundRect(1, 1, Math.max(1, length - 2), SITE_BAND - 4, 3);
    g.fill();
    const label = fitted(g, group.site, length - 8);
    if (label !== '') {
      g.fillStyle = palette.muted;
      g.fillText(label, length / 2, SITE_BAND / 2 - 1);
    }
    g.restore();
  }
}

/** Where cells are too small for the names of nodes, each site's run has its name beside it. */
function paintSiteNames(g: CanvasRenderingContext2D, scene: Scene): void {
  const { layout, axes, palette, hovered, selected } = scene;
  const left = layout.columns.starts[0] ?? 0;
  const top = layout.rows.starts[0] ?? 0;
  const paint = (axis: Axis, along: AxisLayout, at: readonly (number | undefined)[], place: (middle: number) => void): void => {
    for (const group of axis.groups) {
      const strong = at.some((spot) => spot !== undefined && spot >= group.start && spot < group.start + group.length);
      g.save();
      g.font = `${strong ? 650 : 400} 10px ${FONT}`;
      g.fillStyle = strong ? palette.accent : palette.muted;
      g.textBaseline = 'middle';
      place((along.starts[group.start] ?? 0) + (group.length * along.cell) / 2);
      g.fillText(fitted(g, group.site, left - AXIS_TITLE - 6), 0, 0);
      g.restore();
    }
  };
  paint(axes.sources, layout.rows, [hovered?.row, selected?.row], (middle) => {
    g.translate(left - 6, middle);
    g.textAlign = 'right';
  });
  paint(axes.destinations, layout.columns, [hovered?.column, selected?.column], (middle) => {
    g.translate(middle, top - 6);
    g.rotate(-Math.PI / 2);
    g.textAlign = 'left';
  });
}

function paintRowNames(g: CanvasRenderingContext2D, scene: Scene): void {
  const { layout, axes, palette, hovered, selected } = scene;
  const left = layout.columns.starts[0] ?? 0;
  const room = left - AXIS_TITLE - (layout.rows.siteBand ? SITE_BAND : 0) - 12;
  const twoLines = !layout.rows.siteBand && layout.rows.cell >= 34;
  g.textAlign = 'right';
  g.textBaseline = 'middle';
  layout.rows.starts.forEach((y, row) => {
    const node = axes.sources.nodes[row];
    if (node === undefined) return;
    const strong = hovered?.row === row || selected?.row === row;
    const old = scene.rowIsOld(row);
    g.globalAlpha = old ? 0.5 : 1;
    g.font = `${strong ? 650 : 500} ${layout.rows.cell >= 18 ? 13 : 10}px ${FONT}`;
    g.fillStyle = strong ? palette.accent : palette.ink;
    const middle = y + layout.rows.cell / 2;
    const withSite = twoLines && namesDiffer(node);
    g.fillText(fitted(g, node.name, room), left - 10, withSite ? middle - 8 : middle);
    if (withSite) {
      g.font = `400 11px ${FONT}`;
      g.fillStyle = palette.muted;
      g.fillText(fitted(g, node.site, room), left - 10, middle + 9);
    }
    g.globalAlpha = 1;
  });
}

function paintColumnNames(g: CanvasRenderingContext2D, scene: Scene): void {
  const { layout, axes, palette, hovered, selected } = scene;
  const top = layout.rows.starts[0] ?? 0;
  const cell = layout.columns.cell;
  g.textBaseline = 'middle';
  layout.columns.starts.forEach((x, column) => {
    const node = axes.destinations.nodes[column];
    if (node === undefined) return;
    const strong = hovered?.column === column || selected?.column === column;
    g.font = `${strong ? 650 : 500} ${cell >= 18 ? 13 : 10}px ${FONT}`;
    g.fillStyle = strong ? palette.accent : palette.ink;
    const middle = x + cell / 2;
    if (layout.columnNames === 'across') {
      const twoLines = !layout.columns.siteBand && namesDiffer(node);
      g.textAlign = 'center';
      g.fillText(fitted(g, node.name, cell - 6), middle, top - (twoLines ? 28 : 16));
      if (twoLines) {
        g.font = `400 11px ${FONT}`;
        g.fillStyle = palette.muted;
        g.fillText(fitted(g, node.site, cell - 6), middle, top - 12);
      }
      return;
    }
    g.save();
    g.translate(middle, top - 6);
    g.rotate(-Math.PI / 2);
    g.textAlign = 'left';
    g.fillText(fitted(g, node.name, top - AXIS_TITLE - (layout.columns.siteBand ? SITE_BAND : 0) - 8), 0, 0);
    g.restore();
  });
}

/** A node that is called after its site, as the only one there often is, needs no second line to say so. */
function namesDiffer(node: { readonly name: string; readonly site: string }): boolean {
  return node.name !== node.site;
}

/** Cut with an ellipsis to the room there is; nothing at all where not even three letters fit. */
function fitted(g: CanvasRenderingContext2D, text: string, room: number): string {
  if (g.measureText(text).width <= room) return text;
  for (let length = text.length - 1; length >= 2; length--) {
    const cut = `${text.slice(0, length)}…`;
    if (g.measureText(cut).width <= room) return cut;
  }
  return '';
}
