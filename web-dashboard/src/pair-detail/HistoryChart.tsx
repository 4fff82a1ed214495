import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { palette } from '../theme/theme-state';
import { plotData, plotOptions, type PlotView } from './history-plot';

export function HistoryChart({ name, view }: { name: string; view: PlotView }) {
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
  const plot = useRef<uPlot | undefined>(undefined);
  const newest = useRef(view);
  newest.current = view;
  useEffect(() => {
    const element = box.current;
    if (element === null || wide === 0) return undefined;
    const options = plotOptions(wide, () => newest.current, colours, (text) => (readout.value = text));
    const made = new uPlot(options, plotData(newest.current.series), element);
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = undefined;
    };
  }, [wide, colours]);
  useEffect(() => {
    plot.current?.setData(plotData(view.series));
    if (box.current !== null) box.current.dataset['points'] = String(view.series.times.length);
  }, [view]);
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
