import type { HistoryPoint } from '../api/client';

/** Columns as the chart library takes them: times in seconds since 1970, delays in microseconds, null where nothing is. */
export interface HistorySeries {
  readonly times: number[];
  readonly min: (number | null)[];
  readonly lowerQuartile: (number | null)[];
  readonly median: (number | null)[];
  readonly upperQuartile: (number | null)[];
  readonly max: (number | null)[];
  readonly lossRatio: (number | null)[];
}

/** A step in which nothing was measured is absent from the answer; a null between its neighbours keeps the gap a gap. */
export function seriesOf(points: readonly HistoryPoint[], stepSeconds: number): HistorySeries {
  const series: HistorySeries = { times: [], min: [], lowerQuartile: [], median: [], upperQuartile: [], max: [], lossRatio: [] };
  let before: number | undefined;
  for (const point of points) {
    const time = Date.parse(point.at) / 1_000;
    if (before !== undefined && time - before > 1.5 * stepSeconds) push(series, before + stepSeconds, undefined);
    push(series, time, point);
    before = time;
  }
  return series;
}

function push(series: HistorySeries, time: number, point: HistoryPoint | undefined): void {
  const delay = point?.roundTripDelayMicros;
  series.times.push(time);
  series.min.push(delay?.min ?? null);
  series.lowerQuartile.push(delay?.lowerQuartile ?? null);
  series.median.push(delay?.median ?? null);
  series.upperQuartile.push(delay?.upperQuartile ?? null);
  series.max.push(delay?.max ?? null);
  series.lossRatio.push(point === undefined ? null : lossOf(point));
}

function lossOf(point: HistoryPoint): number | null {
  if (point.lossRatio !== undefined) return point.lossRatio;
  return point.sent > 0 ? 1 - point.received / point.sent : null;
}

export interface HistoryNumbers {
  readonly sent: number;
  readonly received: number;
  readonly min: number | undefined;
  /** Median of the steps' medians: what the pair usually needs in this range. */
  readonly usual: number | undefined;
  readonly max: number | undefined;
  readonly newest: HistoryPoint | undefined;
}

export function numbersOf(points: readonly HistoryPoint[]): HistoryNumbers {
  let sent = 0;
  let received = 0;
  let min: number | undefined;
  let max: number | undefined;
  const medians: number[] = [];
  for (const point of points) {
    sent += point.sent;
    received += point.received;
    const delay = point.roundTripDelayMicros;
    if (delay === undefined) continue;
    min = Math.min(min ?? delay.min, delay.min);
    max = Math.max(max ?? delay.max, delay.max);
    medians.push(delay.median);
  }
  medians.sort((a, b) => a - b);
  return { sent, received, min, usual: medians[Math.floor((medians.length - 1) / 2)], max, newest: points.at(-1) };
}

/**
 * A common delay scale for both directions. One late packet must not flatten everything else: the scale ends at four
 * times the highest upper quartile, and what lies above is cut and told of in words.
 */
export function delayScale(both: readonly HistorySeries[]): { readonly low: number; readonly high: number; readonly cut: boolean } {
  let low = Infinity;
  let highest = 0;
  let quartile = 0;
  for (const series of both) {
    for (const value of series.min) if (value !== null) low = Math.min(low, value);
    for (const value of series.max) if (value !== null) highest = Math.max(highest, value);
    for (const value of series.upperQuartile) if (value !== null) quartile = Math.max(quartile, value);
  }
  if (highest === 0) return { low: 0, high: 1_000, cut: false };
  const high = Math.min(highest, 4 * Math.max(quartile, 1));
  const cut = highest > high;
  // A narrow band far from zero is shown close up; anything else from zero on, so that heights compare.
  const floor = low > 0.6 * high ? low - 0.15 * (high - low) : 0;
  return { low: Math.max(0, floor), high: high + 0.06 * (high - floor), cut };
}
