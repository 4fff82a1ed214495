import uPlot from 'uplot';
import { formatDelay } from '../format/delay';
import { formatLoss } from '../format/loss';
import { formatClock } from '../format/time';
import { lossShare } from '../heatmap/colour-scale';
import { FONT } from '../heatmap/paint-roomy';
import { cssOf, mix, rgbOf, type Palette } from '../theme/palette';
import type { HistorySeries } from './history-series';

/** What the plot shows at the moment; it changes each round while the plot stays. */
export interface PlotView {
  readonly series: HistorySeries;
  readonly start: number;
  readonly end: number;
  readonly low: number;
  readonly high: number;
  readonly stepSeconds: number;
}

export const PLOT_HEIGHT = 210;
const STRIP_HEIGHT = 9;
const STRIP_GAP = 8;
const SYNC_KEY = 'pair';

/** Median as a line, quartiles and min to max as bands around it, loss as a strip below on the same time axis. */
export function plotOptions(width: number, view: () => PlotView, palette: Palette, readout: (text: string) => void): uPlot.Options {
  const line = palette.accent;
  const axis = { stroke: palette.muted, font: `11px ${FONT}`, ticks: { show: false }, grid: { stroke: palette.line, width: 1 } };
  const hidden = { stroke: 'transparent', width: 0, points: { show: false } };
  return {
    width,
    height: PLOT_HEIGHT,
    padding: [8, 10, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: SYNC_KEY, setSeries: false }, drag: { setScale: false }, points: { show: false }, y: false },
    scales: {
      x: { time: true, range: () => [view().start, view().end] },
      y: { range: () => [view().low, view().high] },
    },
    axes: [
      { ...axis, gap: STRIP_GAP + STRIP_HEIGHT + 6, size: 40, space: 70, values: timeLabels },
      { ...axis, size: 62, gap: 6, space: 34, values: (_, splits) => splits.map((micros) => delayLabel(micros)) },
    ],
    series: [
      {},
      { ...hidden, label: 'max' },
      { ...hidden, label: 'min' },
      { ...hidden, label: 'upper quartile' },
      { ...hidden, label: 'lower quartile' },
      { label: 'median', stroke: line, width: 1.75, spanGaps: false, points: { show: true, size: 4, fill: line, width: 0, filter: lonely } },
    ],
    bands: [
      { series: [1, 2], fill: faded(line, 0.2) },
      { series: [3, 4], fill: faded(line, 0.3) },
    ],
    hooks: {
      draw: [(plot) => drawLossStrip(plot, view(), palette)],
      setCursor: [(plot) => readout(readoutAt(plot, view().series))],
    },
  };
}

export function plotData(series: HistorySeries): uPlot.AlignedData {
  return [series.times, series.max, series.min, series.upperQuartile, series.lowerQuartile, series.median];
}

/** Points without a neighbour make no line; they get a dot. */
const lonely: uPlot.Series.Points.Filter = (plot, seriesIndex) => {
  const values = plot.data[seriesIndex] ?? [];
  const there = (i: number): boolean => values[i] !== null && values[i] !== undefined;
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) if (there(i) && !there(i - 1) && !there(i + 1)) found.push(i);
  return found;
};

function drawLossStrip(plot: uPlot, { series, stepSeconds }: PlotView, palette: Palette): void {
  const g = plot.ctx;
  const ratio = devicePixelRatio;
  const top = plot.bbox.top + plot.bbox.height + STRIP_GAP * ratio;
  const high = STRIP_HEIGHT * ratio;
  const right = plot.bbox.left + plot.bbox.width;
  g.save();
  g.fillStyle = palette.muted;
  g.font = `${11 * ratio}px ${FONT}`;
  g.textAlign = 'right';
  g.textBaseline = 'middle';
  g.fillText('loss', plot.bbox.left - 8 * ratio, top + high / 2);
  series.lossRatio.forEach((lossRatio, i) => {
    if (lossRatio === null) return;
    const time = series.times[i] ?? 0;
    const from = Math.max(plot.bbox.left, plot.valToPos(time, 'x', true));
    const to = Math.min(right, plot.valToPos(time + stepSeconds, 'x', true));
    if (to <= from) return;
    g.fillStyle = lossColour(lossRatio, palette);
    // Never narrower than a pixel: one lossy round in 24 hours must be seen.
    const wide = Math.max(lossRatio > 0 ? 1.5 * ratio : 1, to - from + 0.5);
    const height = lossRatio === 0 ? high * 0.34 : high * (0.55 + 0.45 * lossShare(lossRatio));
    g.fillRect(from, top + high - height, wide, height);
  });
  g.restore();
}

export function lossColour(lossRatio: number, palette: Palette): string {
  if (lossRatio === 0) return palette.okLong;
  if (lossRatio >= 1) return palette.fills.down;
  return cssOf(mix(rgbOf(palette.lossLittle), rgbOf(palette.lossMuch), lossShare(lossRatio)));
}

function readoutAt(plot: uPlot, series: HistorySeries): string {
  const i = plot.cursor.idx;
  if (i === null || i === undefined) return '';
  const time = series.times[i];
  const lossRatio = series.lossRatio[i];
  if (time === undefined || lossRatio === undefined || lossRatio === null) return '';
  const median = series.median[i];
  const min = series.min[i];
  const max = series.max[i];
  const delay =
    median === null || median === undefined || min === null || min === undefined || max === null || max === undefined
      ? 'no answer'
      : `median ${formatDelay(median)} (${formatDelay(min)} to ${formatDelay(max)})`;
  return `${formatClock(time * 1_000)} · ${delay} · loss ${formatLoss(lossRatio)}`;
}

function timeLabels(_: uPlot, splits: number[]): string[] {
  return splits.map((time) => new Date(time * 1_000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hour12: false }));
}

/** Axis figures are round; "50.0 ms" would only be noise. */
function delayLabel(micros: number): string {
  return micros === 0 ? '0' : formatDelay(micros).replace(/\.0+(?=\D)/, '').replace(/(\.\d*?)0+(?=\D)/, '$1');
}

function faded(hex: string, share: number): string {
  const [red, green, blue] = rgbOf(hex);
  return `rgb(${red} ${green} ${blue} / ${share})`;
}
