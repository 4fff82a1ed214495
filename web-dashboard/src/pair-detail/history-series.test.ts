import { expect, test } from 'vitest';
import type { HistoryPoint } from '../api/client';
import { delayScale, numbersOf, seriesOf } from './history-series';

const START = Date.parse('2026-11-21T12:00:00Z');

function point(second: number, median: number | undefined, lost = 0): HistoryPoint {
  const base = { at: new Date(START + second * 1_000).toISOString(), sent: 10, received: 10 - lost, lossRatio: lost / 10 };
  return median === undefined
    ? base
    : { ...base, roundTripDelayMicros: { min: median - 2, lowerQuartile: median - 1, median, upperQuartile: median + 1, max: median + 2 } };
}

test('a gap stays a gap: a null stands between its neighbours', () => {
  const series = seriesOf([point(0, 40), point(10, 41), point(60, 42)], 10);

  expect(series.times.map((time) => time - START / 1_000)).toEqual([0, 10, 20, 60]);
  expect(series.median).toEqual([40, 41, null, 42]);
  expect(series.lossRatio).toEqual([0, 0, null, 0]);
});

test('a step without any answer has loss but no delay', () => {
  const series = seriesOf([point(0, undefined, 10)], 10);

  expect(series.median).toEqual([null]);
  expect(series.lossRatio).toEqual([1]);
});

test('loss is worked out from the counts where the answer leaves it out', () => {
  const { lossRatio: _, ...counts } = point(0, 40, 5);

  expect(seriesOf([counts], 10).lossRatio).toEqual([0.5]);
});

test('the numbers cover the whole range', () => {
  const numbers = numbersOf([point(0, 40), point(10, 44, 3), point(20, 41), point(30, undefined, 10)]);

  expect(numbers).toMatchObject({ sent: 40, received: 27, min: 38, usual: 41, max: 46 });
  expect(numbersOf([])).toMatchObject({ sent: 0, usual: undefined, newest: undefined });
});

test('one late packet does not flatten the chart', () => {
  const late = point(10, 40);
  late.roundTripDelayMicros = { min: 39, lowerQuartile: 40, median: 40, upperQuartile: 41, max: 90_000 };
  const scale = delayScale([seriesOf([point(0, 40), late], 10)]);

  expect(scale.cut).toBe(true);
  expect(scale.high).toBeLessThan(200);
});

test('both directions share one scale', () => {
  const scale = delayScale([seriesOf([point(0, 40)], 10), seriesOf([point(0, 400)], 10)]);

  expect(scale).toMatchObject({ low: 0, cut: false });
  expect(scale.high).toBeGreaterThan(402);
});
