import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Answer, PairHistory } from '../api/client';
import type { StreamNode } from '../api/live-stream';
import { cellStateOf } from '../api/stream-message';
import { formatDelay } from '../format/delay';
import { formatLoss } from '../format/loss';
import { now, serverNow } from '../freshness/freshness-state';
import { Swatch } from '../heatmap/Legend';
import { cellSentence, STATE_WORDS } from '../heatmap/sentence';
import { matrix, nodeById, revision } from '../mesh/mesh-state';
import { Choice } from '../page/Choice';
import type { RangeName } from '../place/place';
import { closePair, goTo, place } from '../place/place-state';
import { HistoryChart } from './HistoryChart';
import type { PlotView } from './history-plot';
import { delayScale, numbersOf, seriesOf, type HistorySeries } from './history-series';
import { loadedPair, type LoadedPair } from './pair-state';

const RANGE_LABELS: readonly (readonly [RangeName, string])[] = [['15m', '15 min'], ['1h', '1 h'], ['6h', '6 h'], ['24h', '24 h']];

export function PairDetail() {
  const card = useRef<HTMLElement>(null);
  const { from, to } = place.value;
  const source = nodeById(from);
  const destination = nodeById(to);
  const loaded = loadedPair.value;
  const fits = loaded !== undefined && loaded.from === from && loaded.to === to;
  useEffect(() => {
    // On narrow screens the panel is below the matrix: bring it into sight.
    const top = card.current?.getBoundingClientRect().top ?? 0;
    if (top > innerHeight * 0.6) card.current?.scrollIntoView({ behavior: 'instant', block: 'start' });
  }, [from, to]);
  return (
    <section class="card pair-card" aria-labelledby="pair-title" ref={card}>
      <header class="card-head">
        <div>
          <h2 id="pair-title">Pair</h2>
          <p class="headline pair-name">
            {source?.name ?? 'unknown node'} <span class="arrow" aria-label="to">→</span> {destination?.name ?? 'unknown node'}
          </p>
        </div>
        <button type="button" class="button quiet" onClick={closePair} aria-label="Close the pair" title="Close (Escape)">✕</button>
      </header>
      {source === undefined || destination === undefined ? (
        <p class="hint">This link names a node that the aggregator does not know (any more).</p>
      ) : (
        <>
          <Directions source={source} destination={destination} />
          <div class="pair-bar">
            <Choice label="Range" value={place.value.range} options={RANGE_LABELS} onChange={(range) => goTo({ range })} />
            <ChartKey />
          </div>
          {fits ? <Charts loaded={loaded} source={source} destination={destination} /> : <p class="hint loading">Loading history…</p>}
        </>
      )}
    </section>
  );
}

function Directions({ source, destination }: { source: StreamNode; destination: StreamNode }) {
  return (
    <div class="directions">
      <Direction source={source} destination={destination} />
      <Direction source={destination} destination={source} />
    </div>
  );
}

/** How one direction is now, and why, in one sentence. */
function Direction({ source, destination }: { source: StreamNode; destination: StreamNode }) {
  void revision.value;
  void now.value;
  if (source.role !== 'agent') return null;
  const cell = matrix.cell(source.index, destination.index);
  const state = cellStateOf(cell.state);
  const reportedAt = matrix.rowReportedAt(source.index);
  const age = reportedAt === undefined ? undefined : serverNow() - reportedAt;
  return (
    <div class="direction" data-state={state}>
      <Swatch state={state} size={22} />
      <div>
        <strong class="direction-state">{STATE_WORDS[state]}</strong>
        <p>{cellSentence(source, destination, cell, age)}</p>
      </div>
    </div>
  );
}

function Charts({ loaded, source, destination }: { loaded: LoadedPair; source: StreamNode; destination: StreamNode }) {
  const { forward, backward, scale } = useMemo(() => viewsOf(loaded), [loaded]);
  return (
    <div class="charts" data-range={loaded.range}>
      <History answer={loaded.forward} view={forward} from={source} to={destination} />
      {destination.role === 'agent' ? <History answer={loaded.backward} view={backward} from={destination} to={source} /> : null}
      {scale.cut ? <p class="hint">Peaks above {formatDelay(scale.high)} are cut; “slowest” tells how high they went.</p> : null}
    </div>
  );
}

/** Both directions on one scale, so that they compare at a glance. */
function viewsOf(loaded: LoadedPair) {
  const seriesIn = (answer: Answer<PairHistory>): HistorySeries =>
    answer.kind === 'ok' ? seriesOf(answer.value.points, answer.value.stepSeconds) : seriesOf([], 0);
  const forward = seriesIn(loaded.forward);
  const backward = seriesIn(loaded.backward);
  const scale = delayScale([forward, backward]);
  const viewOf = (answer: Answer<PairHistory>, series: HistorySeries): PlotView => ({
    series,
    start: loaded.start,
    end: loaded.end,
    low: scale.low,
    high: scale.high,
    stepSeconds: answer.kind === 'ok' ? answer.value.stepSeconds : 0,
  });
  return { forward: viewOf(loaded.forward, forward), backward: viewOf(loaded.backward, backward), scale };
}

interface HistoryProperties {
  readonly answer: Answer<PairHistory>;
  readonly view: PlotView;
  readonly from: StreamNode;
  readonly to: StreamNode;
}

function History({ answer, view, from, to }: HistoryProperties) {
  switch (answer.kind) {
    case 'failed':
      return <p class="problem">No history of {from.name} → {to.name}: {answer.why}.</p>;
    case 'token-needed':
      return <p class="problem">No history of {from.name} → {to.name}: an access token is needed.</p>;
    case 'ok':
      return (
        <div class="history">
          {answer.value.points.length === 0 ? (
            <p class="hint">Nothing was measured from {from.name} to {to.name} in this range.</p>
          ) : (
            <>
              <HistoryChart name={`${from.name} → ${to.name}`} view={view} />
              <Numbers history={answer.value} />
            </>
          )}
        </div>
      );
  }
}

function Numbers({ history }: { history: PairHistory }) {
  const { sent, received, min, usual, max, newest } = numbersOf(history.points);
  const delay = (micros: number | undefined): string => (micros === undefined ? '–' : formatDelay(micros));
  return (
    <dl class="numbers">
      <div><dt>newest median</dt><dd>{delay(newest?.roundTripDelayMicros?.median)}</dd></div>
      <div><dt>usual</dt><dd>{delay(usual)}</dd></div>
      <div><dt>fastest</dt><dd>{delay(min)}</dd></div>
      <div><dt>slowest</dt><dd>{delay(max)}</dd></div>
      <div><dt>loss</dt><dd>{sent === 0 ? '–' : formatLoss(1 - received / sent)}</dd></div>
      <div><dt>answered</dt><dd>{received.toLocaleString('en')} / {sent.toLocaleString('en')}</dd></div>
    </dl>
  );
}

function ChartKey() {
  return (
    <p class="chart-key" aria-hidden="true">
      <span class="key-line" /> median <span class="key-inner" /> quartiles <span class="key-outer" /> min–max
    </p>
  );
}
