import { expect, test } from 'vitest';
import type { StreamNode } from '../api/live-stream';
import { LiveMatrix } from '../mesh/live-matrix';
import { axesOf } from '../mesh/order';
import { messageOf } from '../mesh/simulated-message';
import { PALETTES } from '../theme/palette';
import { cellColour, delayShare, LONG_MICROS, lossShare, packed, PixelColours, SHORT_MICROS } from './colour-scale';
import { cellFigure, cellSentence } from './sentence';
import { worstFirst } from './worst-first';

const node = (index: number, name: string, state: 'connected' | 'lost' | 'left' = 'connected'): StreamNode => ({
  index,
  id: `id-${index}`,
  name,
  site: name,
  role: 'agent',
  state,
});
const lyon = node(0, 'lyon');
const oslo = node(1, 'oslo');
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');
const cell = (state: number, lossCode: number, delayCode: number) => ({ state, lossCode, delayCode });

test.each([
  [cell(1, 0, 42), 'lyon → oslo: ok, 41 µs median round-trip delay, no loss; reported <1 s ago.'],
  [cell(2, 40, 42), 'lyon → oslo: degraded, 20 % lost in the newest round, 41 µs median round-trip delay; reported <1 s ago.'],
  [cell(2, 0, 1_099), 'lyon → oslo: degraded, 2.64 ms median round-trip delay, well above what this pair usually needs, no loss; reported <1 s ago.'],
  [cell(3, 200, 0), 'lyon → oslo: down, no test packet is answered; reported <1 s ago.'],
  [cell(3, 60, 42), 'lyon → oslo: down, the newest test packets are unanswered (30 % lost in the newest round); reported <1 s ago.'],
  [cell(0, 255, 0), 'lyon → oslo: no data, lyon has reported nothing about it lately; reported <1 s ago.'],
  [cell(4, 255, 0), 'lyon → oslo: not probed by design; reported <1 s ago.'],
  [cell(5, 255, 0), 'lyon → oslo: in maintenance; reported <1 s ago.'],
  [cell(6, 255, 0), 'lyon → oslo: the prober on lyon is impaired, so this says nothing about the network; reported <1 s ago.'],
  [cell(77, 255, 0), 'lyon → oslo: no data, lyon has reported nothing about it lately; reported <1 s ago.'],
])('a cell explains itself in a sentence: %j', (codes, sentence) => {
  expect(plain(cellSentence(lyon, oslo, codes, 300))).toBe(sentence);
});

test('no data of a lost agent is laid to the agent, never to the network', () => {
  expect(cellSentence(node(0, 'lyon', 'lost'), oslo, cell(0, 255, 0), undefined)).toBe('lyon → oslo: no data, agent lyon is lost.');
});

test('a node itself is not a pair', () => {
  expect(cellSentence(lyon, lyon, cell(0, 255, 0), 0)).toContain('does not measure itself');
});

test('the figure in a cell follows the chosen metric', () => {
  expect([cellFigure(cell(1, 0, 42), 'delay'), cellFigure(cell(2, 40, 42), 'loss'), cellFigure(cell(3, 200, 0), 'delay')].map(plain)).toEqual([
    '41 µs',
    '20 %',
    'down',
  ]);
  expect([cellFigure(cell(0, 255, 0), 'loss'), cellFigure(cell(4, 255, 0), 'delay')]).toEqual(['no data', '']);
});

test('the delay scale is logarithmic and ends where it says', () => {
  expect([delayShare(0), delayShare(SHORT_MICROS), delayShare(LONG_MICROS), delayShare(10 * LONG_MICROS)]).toEqual([0, 0, 1, 1]);
  expect(delayShare(1_000) - delayShare(100)).toBeCloseTo(delayShare(10_000) - delayShare(1_000), 10);
});

test('the loss scale rises all the way', () => {
  expect([lossShare(0), lossShare(1)]).toEqual([0, 1]);
  expect(lossShare(0.05)).toBeGreaterThan(4 * 0.05);
});

test('as a pixel a cell has the same colour as a box', () => {
  for (const metric of ['delay', 'loss'] as const) {
    const pixels = new PixelColours(metric, PALETTES.dark);
    for (const [state, loss, delay] of [[1, 0, 42], [1, 0, 9_000], [2, 40, 42], [3, 200, 0], [0, 255, 0], [6, 0, 0], [77, 0, 0]] as const) {
      expect(pixels.of(state, loss, delay)).toBe(packed(cellColour(state, loss, delay, metric, PALETTES.dark)));
    }
  }
});

test('the table lists the worst first and says how many it leaves out', () => {
  const nodes = Array.from({ length: 40 }, (_, index) => node(index, `n${index}`));
  const matrix = new LiveMatrix();
  const cells = nodes.flatMap((a) => nodes.filter((b) => a !== b).map((b) => [a.index, b.index, 1, 0, 10 + a.index] as const));
  matrix.apply(messageOf('snapshot', cells), () => undefined);
  matrix.apply(messageOf('delta', [[30, 2, 2, 20, 50], [31, 2, 2, 90, 50], [39, 38, 3, 200, 0], [5, 6, 0, 255, 0]]), () => undefined);

  const { rows, hidden } = worstFirst(matrix, axesOf(nodes), 10);

  expect(rows.slice(0, 4).map((row) => `${row.state} ${row.source.name} ${row.destination.name}`)).toEqual([
    'down n39 n38',
    'degraded n31 n2',
    'degraded n30 n2',
    'no-data n5 n6',
  ]);
  expect(rows.slice(4).map((row) => row.source.name)).toEqual(Array<string>(6).fill('n39'));
  expect(hidden).toBe(40 * 39 - 10);
});
