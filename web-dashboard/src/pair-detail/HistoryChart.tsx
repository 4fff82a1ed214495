import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { palette } from '../theme/theme-state';
import { plotData, plotOptions } from './history-plot';
import type { HistorySeries } from './history-series';

interface Properties {
  readonly name: string;
  readonly series: HistorySeries;
  readonly start: number;
  readonly end: number;
  readonly low: number;
  readonly high: number;
  readonly stepSeconds: number;
}

export function HistoryChart({ name, series, start, end, low, high, stepSeconds }: Properties) {
  const box = useRef<HTMLDivElement>(null);
  const width = useSignal(0);
  const readout = useSignal('');
  const colours = palette.value;
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const resized = new ResizeObserver(() => (width.value = element.clientWidth));
    resized.observe(element);
    width.value = element.clientWidth;
    return () => resized.disconnect();
  }, []);
  const wide = width.value;
  useEffect(() => {
    const element = box.current;
    if (element === null || wide === 0) return undefined;
    const frame = { start, end, low, high, stepSeconds, width: wide };
    const plot = new uPlot(
      plotOptions(frame, series, colours, (text) => (readout.value = text)),
      plotData(series),
      element,
    );
    element.dataset['points'] = String(series.median.filter((median) => median !== null).length);
    return () => plot.destroy();
  }, [wide, series, start, end, low, high, colours]);
  return (
    <figure class="chart">
      <figcaption>
        <span class="chart-name">{name}</span>
        <span class="chart-readout figure">{readout.value}</span>
      </figcaption>
      <div class="plot" ref={box} role="img" aria-label={`History of ${name}: median round-trip delay with bands, and loss`} />
    </figure>
  );
}
