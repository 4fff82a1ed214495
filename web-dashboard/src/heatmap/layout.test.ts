import { expect, test } from 'vitest';
import type { StreamNode } from '../api/live-stream';
import { axesOf } from '../mesh/order';
import { layoutOf, moved, placeAt, spotAt } from './layout';

function mesh(count: number, perSite = 1) {
  const nodes: StreamNode[] = Array.from({ length: count }, (_, index) => ({
    index,
    id: `id-${index}`,
    name: `node-${index}`,
    site: `site-${Math.floor(index / perSite)}`,
    role: 'agent',
  }));
  return axesOf(nodes);
}

const fit = (count: number, perSite = 1, available = 800, devicePixelRatio = 1) =>
  layoutOf(mesh(count, perSite), { available, widestName: 60, widestSite: 50, devicePixelRatio });

test('few nodes get big cells with their figure and their names', () => {
  const layout = fit(3);

  expect(layout).toMatchObject({ kind: 'roomy', figures: true, columnNames: 'across' });
  expect(layout.columns.names).toBe('nodes');
});

test.each([2, 3, 5, 9, 12, 20, 40, 60, 100, 300])('%d nodes fit into the width there is', (count) => {
  for (const available of [340, 640, 800, 1_200]) {
    const { width } = fit(count, 4, available);
    if (width > available + 2) expect(fit(count, 4, available).columns.cell).toBe(1);
  }
});

test('many nodes become pixels whose size is whole on the device, and below one pixel the box scrolls', () => {
  const layout = fit(300, 5, 800, 2);
  expect(layout).toMatchObject({ kind: 'dense', figures: false });
  expect(Number.isInteger(layout.columns.cell * 2)).toBe(true);

  const thousand = fit(1_000, 5);
  expect(thousand.columns.cell).toBe(1);
  expect(thousand.width).toBeGreaterThan(1_000);
});

test('where names of nodes do not fit, those of sites stand', () => {
  expect(fit(300, 5).columns.names).toBe('sites');
  expect(fit(1_000, 1).columns.names).toBe('none');
  expect(fit(40, 4).columns).toMatchObject({ names: 'nodes', siteBand: true });
  expect(fit(9).columns.siteBand).toBe(false);
});

test('each cell is found under its own middle and nothing in the gaps between sites', () => {
  const layout = fit(12, 3);

  layout.columns.starts.forEach((x, column) => {
    layout.rows.starts.forEach((y, row) => {
      expect(spotAt(layout, x + layout.columns.cell / 2, y + layout.rows.cell / 2)).toEqual({ row, column });
    });
  });
  const gap = (layout.columns.starts[3] ?? 0) - 1;
  expect(placeAt(layout.columns, gap)).toBeUndefined();
  expect(placeAt(layout.columns, 0)).toBeUndefined();
  expect(placeAt(layout.columns, layout.columns.end)).toBeUndefined();
});

test('the keyboard steps inside the matrix and never out of it', () => {
  expect(moved({ row: 1, column: 1 }, 'ArrowUp', 3, 3)).toEqual({ row: 0, column: 1 });
  expect(moved({ row: 0, column: 1 }, 'ArrowUp', 3, 3)).toEqual({ row: 0, column: 1 });
  expect(moved({ row: 1, column: 1 }, 'End', 3, 3)).toEqual({ row: 1, column: 2 });
  expect(moved({ row: 1, column: 1 }, 'PageDown', 3, 3)).toEqual({ row: 2, column: 1 });
  expect(moved({ row: 1, column: 1 }, 'x', 3, 3)).toBeUndefined();
  expect(moved(undefined, 'ArrowDown', 0, 0)).toBeUndefined();
});
