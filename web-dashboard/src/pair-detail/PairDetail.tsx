import { useMemo } from 'preact/hooks';
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
import { delayScale, numbersOf, seriesOf } from './history-series';
import { loadedPair, type LoadedPair } from './pair-state';

const RANGE_LABELS: readonly (readonly [RangeName, string])[] = [['15m', '15 min'], ['1h', '1 h'], ['6h', '6 h'], ['24h', '24 h']];

export function PairDetail() {
  const source = nodeById(place.value.from);
  const destination = nodeById(place.value.to);
  const loaded = loadedPair.value;
  const fits = loaded !== undefined && loaded.from === place.value.from && loaded.to === place.value.to;
  return (
    <section class="card pair-card" aria-labelledby="pair-title">
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
  const forward = useMemo(() => seriesIn(loaded.forward), [loaded]);
  const backward = useMemo(() => seriesIn(loaded.backward), [loaded]);
  const scale = useMemo(() => delayScale([forward, backward].filter((series) => series !== undefined)), [loaded]);
  const chart = (answer: Answer<PairHistory>, series: typeof forward, from: StreamNode, to: StreamNode) => (
    <div class="history">
      {answer.kind !== 'ok' || series === undefined ? (
        <p class="problem">
          No history of {from.name} → {to.name}: {answer.kind === 'failed' ? answer.why : 'not allowed'}.
        </p>
      ) : answer.value.points.length === 0 ? (
        <p class="hint">Nothing was measured from {from.name} to {to.name} in this range.</p>
      ) : (
        <>
          <HistoryChart
            name={`${from.name} → ${to.name}`}
            series={series}
            start={loaded.start}
            end={loaded.end}
            low={scale.low}
            high={scale.high}
            stepSeconds={answer.value.stepSeconds}
          />
          <Numbers history={answer.value} />
        </>
      )}
    </div>
  );
  return (
    <div class="charts" data-range={loaded.range}>
      {chart(loaded.forward, forward, source, destination)}
      {destination.role === 'agent' ? chart(loaded.backward, backward, destination, source) : null}
      {scale.cut ? <p class="hint">Peaks above {formatDelay(scale.high)} are cut; “slowest” tells how high they went.</p> : null}
    </div>
  );
}

function seriesIn(answer: Answer<PairHistory>) {
  return answer.kind === 'ok' ? seriesOf(answer.value.points, answer.value.stepSeconds) : undefined;
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
