import type { Axes, Axis } from '../mesh/order';

/** All lengths in CSS pixels. */
export interface AxisLayout {
  /** Where each place begins. */
  readonly starts: readonly number[];
  readonly cell: number;
  readonly end: number;
  /** "nodes": each place has its name; "sites": only runs of one site have theirs; "none": no room for either. */
  readonly names: 'nodes' | 'sites' | 'none';
  /** Beside the nodes' names stands a band with those of their sites: some site has several nodes. */
  readonly siteBand: boolean;
}

export interface Layout {
  readonly columns: AxisLayout;
  readonly rows: AxisLayout;
  readonly width: number;
  readonly height: number;
  /** "roomy": each cell is drawn with its figure or glyph; "dense": one pixel of an image, enlarged. */
  readonly kind: 'roomy' | 'dense';
  readonly figures: boolean;
  readonly columnNames: 'across' | 'upright' | 'none';
}

export interface Spot {
  readonly row: number;
  readonly column: number;
}

const WIDEST_CELL = 176;
const HIGHEST_CELL = 60;
const NAME_NEEDS = 11;
/** Height of a line of the smallest type. */
const SITE_NEEDS = 10;
const FIGURE_NEEDS_WIDTH = 46;
const FIGURE_NEEDS_HEIGHT = 22;
const ROOMY_NEEDS = 12;
const ACROSS_NEEDS = 84;
export const SITE_BAND = 20;
export const AXIS_TITLE = 20;

export interface Measures {
  readonly available: number;
  readonly widestName: number;
  readonly widestSite: number;
  readonly devicePixelRatio: number;
}

/** Fits the matrix into the width there is; below one pixel a cell it grows wider and its box scrolls. */
export function layoutOf(axes: Axes, measures: Measures): Layout {
  const columnCount = Math.max(1, axes.destinations.nodes.length);
  const severalPerSite = [axes.sources, axes.destinations].some((axis) => axis.groups.some((group) => group.length > 1));
  const widest = severalPerSite ? measures.widestName : Math.max(measures.widestName, measures.widestSite);
  const nameWidth = gutter(widest, measures.available);
  const band = severalPerSite ? SITE_BAND : 0;
  const named = (measures.available - AXIS_TITLE - band - nameWidth) / columnCount >= NAME_NEEDS;
  const siteBand = named && severalPerSite;
  const siteWidth = gutter(measures.widestSite, measures.available);
  const sitesNamed =
    !named && (measures.available - AXIS_TITLE - siteWidth) / Math.max(1, axes.destinations.groups.length) >= SITE_NEEDS;
  const left = AXIS_TITLE + (named ? band + nameWidth : sitesNamed ? siteWidth : 8);

  const room = Math.max(1, measures.available - left - 1);
  const gap = room / columnCount >= 9 ? (room / columnCount >= 28 ? 6 : 3) : 0;
  const gaps = gap * Math.max(0, axes.destinations.groups.length - 1);
  const raw = (room - gaps) / columnCount;
  const cellWidth = raw >= 6 ? Math.min(WIDEST_CELL, Math.floor(raw)) : Math.max(1, wholeDevicePixels(raw, measures.devicePixelRatio));
  const cellHeight = Math.min(cellWidth, HIGHEST_CELL);
  const across = cellWidth >= ACROSS_NEEDS || cellWidth >= widest + 4;
  const columnNames = named ? (across ? 'across' : 'upright') : sitesNamed ? 'upright' : 'none';
  const nameHeight = columnNames === 'across' ? 38 : columnNames === 'upright' ? Math.min(named ? nameWidth : siteWidth, 120) : 8;
  const top = AXIS_TITLE + (siteBand ? SITE_BAND : 0) + nameHeight;
  const names = named ? 'nodes' : sitesNamed ? 'sites' : 'none';

  const columns = axisLayout(axes.destinations, left, cellWidth, gap, siteBand, names);
  const rows = axisLayout(axes.sources, top, cellHeight, gap, siteBand, names);
  return {
    columns,
    rows,
    width: Math.ceil(columns.end) + 1,
    height: Math.ceil(rows.end) + 1,
    kind: cellWidth >= ROOMY_NEEDS ? 'roomy' : 'dense',
    figures: cellWidth >= FIGURE_NEEDS_WIDTH && cellHeight >= FIGURE_NEEDS_HEIGHT,
    columnNames,
  };
}

/** The place on an axis under a coordinate; undefined beside the axis and in the gaps between sites. */
export function placeAt(axis: AxisLayout, coordinate: number): number | undefined {
  let low = 0;
  let high = axis.starts.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const start = axis.starts[middle] ?? 0;
    if (coordinate < start) high = middle - 1;
    else if (coordinate >= start + axis.cell) low = middle + 1;
    else return middle;
  }
  return undefined;
}

export function spotAt(layout: Layout, x: number, y: number): Spot | undefined {
  const column = placeAt(layout.columns, x);
  const row = placeAt(layout.rows, y);
  return column === undefined || row === undefined ? undefined : { row, column };
}

/** One step of the keyboard; it stays inside. */
export function moved(spot: Spot | undefined, key: string, rows: number, columns: number): Spot | undefined {
  if (rows === 0 || columns === 0) return undefined;
  const at = spot ?? { row: 0, column: 0 };
  const within = (row: number, column: number): Spot => ({
    row: Math.min(rows - 1, Math.max(0, row)),
    column: Math.min(columns - 1, Math.max(0, column)),
  });
  switch (key) {
    case 'ArrowUp':
      return within(at.row - 1, at.column);
    case 'ArrowDown':
      return within(at.row + 1, at.column);
    case 'ArrowLeft':
      return within(at.row, at.column - 1);
    case 'ArrowRight':
      return within(at.row, at.column + 1);
    case 'Home':
      return within(at.row, 0);
    case 'End':
      return within(at.row, columns - 1);
    case 'PageUp':
      return within(0, at.column);
    case 'PageDown':
      return within(rows - 1, at.column);
    default:
      return undefined;
  }
}

function axisLayout(axis: Axis, first: number, cell: number, gap: number, siteBand: boolean, names: AxisLayout['names']): AxisLayout {
  const starts: number[] = [];
  let at = first;
  axis.groups.forEach((group, ordinal) => {
    if (ordinal > 0) at += gap;
    for (let i = 0; i < group.length; i++) {
      starts.push(at);
      at += cell;
    }
  });
  return { starts, cell, end: at, siteBand, names };
}

function gutter(widestLabel: number, available: number): number {
  return Math.min(Math.ceil(widestLabel) + 14, Math.max(64, available * 0.3));
}

function wholeDevicePixels(length: number, devicePixelRatio: number): number {
  return Math.floor(length * devicePixelRatio) / devicePixelRatio;
}
