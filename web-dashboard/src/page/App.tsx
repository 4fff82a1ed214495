import { agents, agentsFailure, refreshAgents } from '../agents/agents-state';
import { AgentsCard } from '../agents/AgentsCard';
import { EmptyMesh } from '../agents/EmptyMesh';
import { formatAge, formatClock } from '../format/time';
import { asOf, freshness } from '../freshness/freshness-state';
import { HeatmapCard } from '../heatmap/HeatmapCard';
import { nodes } from '../mesh/mesh-state';
import { PairDetail } from '../pair-detail/PairDetail';
import { place } from '../place/place-state';
import { SessionForm } from '../session/SessionForm';
import { tokenNeeded } from '../session/session-state';
import { Header } from './Header';

export function App({ reconnect }: { reconnect: () => void }) {
  const silent = freshness.value.kind === 'silent' && !tokenNeeded.value;
  return (
    <div class={`page${silent ? ' silent' : ''}`}>
      <Header />
      {silent ? <SilentBanner /> : null}
      <Screen reconnect={reconnect} />
    </div>
  );
}

function Screen({ reconnect }: { reconnect: () => void }) {
  if (tokenNeeded.value) {
    return (
      <main class="single">
        <SessionForm
          onOpened={() => {
            reconnect();
            void refreshAgents();
          }}
        />
      </main>
    );
  }
  const known = nodes.value;
  if (known === undefined || agents.value === undefined) {
    return (
      <main class="single">
        <p class="hint loading">
          {agentsFailure.value === undefined ? 'Connecting to the aggregator…' : `Waiting for the aggregator: ${agentsFailure.value}.`}
        </p>
      </main>
    );
  }
  if (known.length === 0 && agents.value.length === 0) {
    return (
      <main class="single">
        <EmptyMesh />
      </main>
    );
  }
  const chosen = place.value.from !== undefined;
  return (
    <main class={chosen ? 'screen with-pair' : 'screen'}>
      <HeatmapCard />
      {chosen ? <PairDetail /> : null}
      <AgentsCard />
    </main>
  );
}

function SilentBanner() {
  const state = freshness.value;
  if (state.kind !== 'silent') return null;
  const time = asOf.value;
  return (
    <div class="banner" role="alert">
      <strong>The live stream is silent{time === undefined ? '' : ` for ${formatAge(state.ageMillis)}`}.</strong>{' '}
      {time === undefined ? 'Nothing has arrived yet' : `What you see is as of ${formatClock(time)}`} ({state.why}). Reconnecting by itself…
    </div>
  );
}
