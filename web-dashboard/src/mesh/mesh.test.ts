import { expect, test } from 'vitest';
import type { StreamNode } from '../api/live-stream';
import { LiveMatrix } from './live-matrix';
import { axesOf } from './order';
import { messageOf } from './simulated-message';
import { headlineOf, summaryOf } from './summary';

const OK = 1;
const DEGRADED = 2;
const DOWN = 3;
const NOT_PROBED = 4;

function node(index: number, site = `site-${index}`, role: StreamNode['role'] = 'agent'): StreamNode {
  return { index, id: `id-${index}`, name: `n${index}`, site, role };
}

function summaryAfter(matrix: LiveMatrix, nodes: readonly StreamNode[]) {
  return summaryOf(matrix, axesOf(nodes));
}

test('a snapshot forgets what was there before', () => {
  const matrix = new LiveMatrix();
  matrix.apply(messageOf('snapshot', [[0, 1, DOWN, 200, 0]], [[0, 0]]), () => undefined);

  matrix.apply(messageOf('snapshot', [[1, 0, OK, 0, 43]]), () => undefined);

  expect(matrix.cell(0, 1)).toEqual({ state: 0, lossCode: 255, delayCode: 0 });
  expect(matrix.cell(1, 0)).toEqual({ state: OK, lossCode: 0, delayCode: 43 });
  expect(matrix.rowReportedAt(0)).toBeUndefined();
});

test('what was told in another run of the aggregator is forgotten as soon as its nodes come', () => {
  const matrix = new LiveMatrix();
  matrix.enterRun(1);
  matrix.apply(messageOf('snapshot', [[0, 1, DOWN, 200, 0]], [[0, 0]]), () => undefined);

  matrix.enterRun(1);
  expect(matrix.stateCode(0, 1)).toBe(DOWN);
  matrix.enterRun(2);

  expect(matrix.stateCode(0, 1)).toBe(0);
  expect(matrix.countOf(DOWN)).toBe(0);
});

test('a delta changes its cells and leaves the others', () => {
  const matrix = new LiveMatrix();
  const changed: string[] = [];
  matrix.apply(messageOf('snapshot', [[0, 1, OK, 0, 43], [1, 0, OK, 0, 44]]), () => undefined);

  matrix.apply(messageOf('delta', [[1, 0, DOWN, 200, 0]]), (source, destination) => changed.push(`${source} ${destination}`));

  expect(matrix.stateCode(0, 1)).toBe(OK);
  expect(matrix.stateCode(1, 0)).toBe(DOWN);
  expect(changed).toEqual(['1 0']);
});

test('a node with a high index makes room without losing a cell', () => {
  const matrix = new LiveMatrix();
  matrix.apply(messageOf('snapshot', [[3, 5, DEGRADED, 20, 1_000]], [[3, 400]]), () => undefined);

  matrix.apply(messageOf('delta', [[700, 3, OK, 0, 9]]), () => undefined);

  expect(matrix.cell(3, 5)).toEqual({ state: DEGRADED, lossCode: 20, delayCode: 1_000 });
  expect(matrix.cell(700, 3).state).toBe(OK);
  expect(matrix.rowReportedAt(3)).toBe(99_600);
  expect(matrix.rowReportedAt(699)).toBeUndefined();
});

test('a cell outside of all that was told has no data', () => {
  expect(new LiveMatrix().cell(9, 9)).toEqual({ state: 0, lossCode: 255, delayCode: 0 });
});

test('pairs nobody told of have no data, and endpoints have no rows', () => {
  const matrix = new LiveMatrix();
  matrix.apply(messageOf('snapshot', [[0, 1, OK, 0, 43], [0, 2, DOWN, 200, 0]]), () => undefined);
  matrix.apply(messageOf('delta', [[0, 2, DEGRADED, 20, 43]]), () => undefined);

  const summary = summaryAfter(matrix, [node(0), node(1), node(2, 'web', 'endpoint')]);

  expect(summary.pairs).toBe(4);
  expect(summary.perState).toMatchObject({ ok: 1, degraded: 1, down: 0, 'no-data': 2 });
});

test('a pair that a reporting source does not name is not probed by design', () => {
  const matrix = new LiveMatrix();
  const three = [node(0), node(1), node(2)];
  matrix.apply(messageOf('snapshot', [[0, 1, OK, 0, 43]], [[0, 100]]), () => undefined);

  expect(matrix.stateCode(0, 2)).toBe(NOT_PROBED);
  expect(matrix.stateCode(1, 2)).toBe(0);
  expect(summaryAfter(matrix, three).perState).toMatchObject({ ok: 1, 'not-probed': 1, 'no-data': 4 });
});

test('a pair towards a node behind NAT has a state of its own, and takes no good news away', () => {
  const matrix = new LiveMatrix();
  const three = [node(0), node(1), node(2)];
  matrix.apply(messageOf('snapshot', [[0, 1, OK, 0, 43], [1, 0, OK, 0, 43], [2, 0, OK, 0, 43], [2, 1, OK, 0, 43]], [[0, 100], [1, 100], [2, 100]]), () => undefined);
  matrix.setBehindNat(new Set([2]));

  expect(matrix.stateCode(0, 2)).toBe(7);
  expect(matrix.stateCode(2, 0)).toBe(OK);
  expect(summaryAfter(matrix, three).perState).toMatchObject({ ok: 4, 'not-probed': 0, 'behind-nat': 2, 'no-data': 0 });
  expect(headlineOf(summaryAfter(matrix, three))).toBe('All 4 probed pairs ok');
});

test('a row that begins to report changes its pairs without a cell', () => {
  const matrix = new LiveMatrix();
  const changed: string[] = [];
  matrix.apply(messageOf('snapshot', [[0, 1, OK, 0, 43]]), () => undefined);

  matrix.apply(messageOf('delta', [], [[0, 100]]), (source, destination) => changed.push(`${source} ${destination}`));
  expect(changed).toContain('0 2');
  expect(changed).not.toContain('0 1');

  changed.length = 0;
  matrix.apply(messageOf('delta', [], [[0, 100]]), (source, destination) => changed.push(`${source} ${destination}`));
  expect(changed).toEqual([]);
});

test('a cell that is taken back is not probed any more and counts as such', () => {
  const matrix = new LiveMatrix();
  const two = [node(0), node(1)];
  matrix.apply(messageOf('snapshot', [[0, 1, DOWN, 200, 0], [1, 0, OK, 0, 43]], [[0, 100], [1, 100]]), () => undefined);

  matrix.apply(messageOf('delta', [[0, 1, NOT_PROBED, 255, 0]]), () => undefined);

  expect(matrix.stateCode(0, 1)).toBe(NOT_PROBED);
  expect(summaryAfter(matrix, two).perState).toMatchObject({ ok: 1, down: 0, 'not-probed': 1, 'no-data': 0 });
  expect(headlineOf(summaryAfter(matrix, two))).toBe('The only probed pair is ok');
});

test('the headline has the worst news first and no good news while part of the mesh is not seen', () => {
  const matrix = new LiveMatrix();
  const three = [node(0), node(1), node(2)];
  expect(headlineOf(summaryAfter(matrix, []))).toBe('No pairs to measure yet');
  matrix.apply(messageOf('snapshot', [[0, 1, OK, 0, 1], [0, 2, DEGRADED, 2, 1], [1, 0, DOWN, 200, 0], [1, 2, OK, 0, 1]]), () => undefined);
  expect(headlineOf(summaryAfter(matrix, three))).toBe('1 down, 1 degraded, 2 without data of 6 pairs');

  const all = three.flatMap((a) => three.filter((b) => a !== b).map((b) => [a.index, b.index, OK, 0, 9] as const));
  matrix.apply(messageOf('snapshot', all), () => undefined);
  expect(headlineOf(summaryAfter(matrix, three))).toBe('All 6 pairs ok');
});

test('axes are grouped by site, numbers in names count as numbers', () => {
  const { sources, destinations } = axesOf([node(0, 'site-10'), node(1, 'site-2'), node(2, 'site-10'), node(3, 'web', 'endpoint')]);

  expect(destinations.nodes.map((each) => each.index)).toEqual([1, 0, 2, 3]);
  expect(destinations.groups).toEqual([
    { site: 'site-2', start: 0, length: 1 },
    { site: 'site-10', start: 1, length: 2 },
    { site: 'web', start: 3, length: 1 },
  ]);
  expect(sources.nodes.map((each) => each.index)).toEqual([1, 0, 2]);
  expect(sources.placeOf.get(2)).toBe(2);
});
