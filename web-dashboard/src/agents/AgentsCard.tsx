import type { Agent } from '../api/client';
import { formatAgo, formatUtc } from '../format/time';
import { rowIsOld } from '../freshness/freshness';
import { now, serverNow } from '../freshness/freshness-state';
import { matrix, nodeById } from '../mesh/mesh-state';
import { AddAgent } from './AddAgent';
import { AGENT_STATE_WORDS, agentOrder, currentState, lastSeenAt } from './agent-line';
import { agents, agentsFailure } from './agents-state';

/** What a rung without ICMP echo is to people. */
const LAST_RUNGS: Partial<Record<Agent['kind'], string>> = {
  'udp-closed-port': 'Measures by UDP to a closed port, as ICMP is not permitted. ',
  'tcp-connect': 'Measures by TCP connect, as ICMP is not permitted. ',
};

const MODE_WORDS: Readonly<Record<NonNullable<Agent['membership']>['mode'], string>> = {
  member: 'member',
  client: 'client',
  none: 'link only',
};

export function AgentsCard() {
  const list = (agents.value ?? []).map((agent) => ({ ...agent, state: currentState(agent, nodeById(agent.id)) }));
  return (
    <section class="card agents-card" aria-labelledby="agents-title">
      <header class="card-head">
        <div>
          <h2 id="agents-title">Agents</h2>
          <p class="headline">{headline(list)}</p>
        </div>
      </header>
      {agentsFailure.value === undefined ? null : (
        <p class="problem" role="status">The list may be old: {agentsFailure.value}.</p>
      )}
      <ul class="agents">
        {[...list].sort(agentOrder).map((agent) => (
          <AgentLine key={agent.id} agent={agent} />
        ))}
      </ul>
      <details class="add-agent">
        <summary>Add an agent</summary>
        <AddAgent />
      </details>
    </section>
  );
}

function headline(list: readonly Agent[]): string {
  const connected = list.filter((agent) => agent.state === 'connected').length;
  return connected === list.length && list.length > 0 ? `All ${connected} connected` : `${connected} of ${list.length} connected`;
}

function AgentLine({ agent }: { agent: Agent }) {
  // Twice a second is enough for ages; the state comes with the nodes.
  void now.value;
  const node = nodeById(agent.id);
  const { state } = agent;
  const reportedAt = node === undefined ? undefined : matrix.rowReportedAt(node.index);
  const seenAt = lastSeenAt(agent, reportedAt);
  const time = serverNow();
  const old = rowIsOld(seenAt, time);
  return (
    <li class={`agent ${state}`} data-agent={agent.name} data-state={state}>
      <span class={`agent-state ${state}`}>
        <AgentGlyph state={state} />
        {AGENT_STATE_WORDS[state]}
      </span>
      <span class="agent-name">
        {agent.name} {agent.site !== agent.name && <span class="agent-site">{agent.site}</span>}
      </span>
      <span class={`agent-seen figure${old ? ' old' : ''}`} title={`Last seen ${formatUtc(seenAt)}`}>
        {formatAgo(time - seenAt)}
      </span>
      <span class="agent-facts">
        <span title="Address">{agent.address}</span>
        <span title="Measures by">{agent.rung}</span>
        <span title="Version">{agent.version}</span>
        {agent.membership === undefined ? null : (
          <span title={`Takes part as ${agent.membership.mode}: ${agent.membership.reason}`}>{MODE_WORDS[agent.membership.mode]}</span>
        )}
      </span>
      {agent.impairedReason === undefined ? null : (
        <span class="agent-remedy">Impaired, so its row says nothing about the network: {agent.impairedReason}</span>
      )}
      {agent.behindNat === true ? (
        <span class="agent-remedy">Behind NAT, so it measures and nobody measures it; if others do reach it, tell it by which address: --advertise</span>
      ) : null}
      {agent.remedy === undefined ? null : (
        <span class="agent-remedy">
          {LAST_RUNGS[agent.kind] ?? 'Could measure better: '}
          <code>{agent.remedy}</code>
        </span>
      )}
      {agent.revoked === true ? <span class="agent-remedy">Revoked: shut out of the mesh</span> : null}
      {agent.duplicateIdentity === true ? (
        <span class="agent-remedy">Two hosts use this identity, such as a host and a copy of it: remove the copy&rsquo;s data folder</span>
      ) : null}
      {agent.roundsDropped === undefined || agent.roundsDropped === 0 ? null : (
        <span class="agent-remedy">{agent.roundsDropped.toLocaleString('en')} rounds dropped while the aggregator was away</span>
      )}
    </li>
  );
}

/** A shape per state besides its colour: full disc, cross, empty ring. */
function AgentGlyph({ state }: { state: Agent['state'] }) {
  return (
    <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      {state === 'connected' ? <circle cx="6" cy="6" r="4.5" fill="currentColor" /> : null}
      {state === 'lost' ? <path d="M2 2l8 8M10 2l-8 8" stroke="currentColor" stroke-width="2.4" stroke-linecap="round" /> : null}
      {state === 'left' ? <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" stroke-width="2" /> : null}
    </svg>
  );
}
