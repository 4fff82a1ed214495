import { count } from '../format/count';
import { formatAgo, formatClock, formatUtc } from '../format/time';
import { asOf, freshness } from '../freshness/freshness-state';
import { Swatch } from '../heatmap/Legend';
import { STATES_IN_WORDS_ORDER, STATE_WORDS } from '../heatmap/sentence';
import { axes, summary } from '../mesh/mesh-state';
import { ThemeButton } from '../theme/ThemeButton';

export function Header() {
  return (
    <header class="page-head">
      <h1>
        <Mark />
        Sentinel Mesh
      </h1>
      <MeshSummary />
      <div class="head-end">
        <StreamStatus />
        <ThemeButton />
      </div>
    </header>
  );
}

function MeshSummary() {
  const { pairs, perState } = summary.value;
  const agentCount = axes.value.sources.nodes.length;
  if (agentCount === 0) return <div class="mesh-summary" />;
  const shown = STATES_IN_WORDS_ORDER.filter((state) => perState[state] > 0);
  return (
    <div class="mesh-summary">
      <span class="figure">{count(agentCount, 'agent')}</span>
      <span class="figure">{count(pairs, 'pair')}</span>
      {shown.map((state) => (
        <span key={state} class="state-count figure" data-state={state}>
          <Swatch state={state} size={14} /> {perState[state].toLocaleString('en')} {STATE_WORDS[state]}
        </span>
      ))}
    </div>
  );
}

function StreamStatus() {
  const state = freshness.value;
  const time = asOf.value;
  const title = time === undefined ? '' : `${formatClock(time)}, ${formatUtc(time)}`;
  return (
    <p class={`stream-status ${state.kind}`} data-stream={state.kind} title={title} role="status">
      <span class="stream-dot" aria-hidden="true" />
      {state.kind === 'waiting' ? 'connecting…' : null}
      {state.kind === 'live' ? <>live <span class="as-of figure" aria-hidden="true">as of {formatAgo(state.ageMillis)}</span></> : null}
      {state.kind === 'silent' ? <>not live</> : null}
      {state.kind === 'silent' && time !== undefined ? (
        <span class="as-of figure" aria-hidden="true">as of {formatAgo(state.ageMillis)}</span>
      ) : null}
    </p>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 24 24" width="26" height="26" aria-hidden="true" class="mark">
      <rect x="9" y="2" width="6" height="6" rx="1.6" />
      <rect x="16" y="2" width="6" height="6" rx="1.6" />
      <rect x="2" y="9" width="6" height="6" rx="1.6" />
      <rect x="16" y="9" width="6" height="6" rx="1.6" class="mark-spot" />
      <rect x="2" y="16" width="6" height="6" rx="1.6" />
      <rect x="9" y="16" width="6" height="6" rx="1.6" />
    </svg>
  );
}
