import type { Agent } from '../api/client';
import type { StreamNode } from '../api/live-stream';

/** The stream tells of a lost agent before the next answer of the list does. */
export function currentState(agent: Agent, node: StreamNode | undefined): Agent['state'] {
  return node?.state ?? agent.state;
}

/** The newest of what the list and the agent's own reports in the stream say, by the aggregator's clock. */
export function lastSeenAt(agent: Agent, rowReportedAt: number | undefined): number {
  return Math.max(Date.parse(agent.lastSeen), rowReportedAt ?? 0);
}

export const AGENT_STATE_WORDS: Readonly<Record<Agent['state'], string>> = {
  connected: 'connected',
  lost: 'agent lost',
  left: 'left',
};

type Listed = Pick<Agent, 'name' | 'site' | 'state'>;

/** Troubled agents first; inside a state by site and name. */
export function agentOrder(a: Listed, b: Listed): number {
  const weight = { lost: 0, connected: 1, left: 2 } as const;
  return (
    weight[a.state] - weight[b.state] ||
    a.site.localeCompare(b.site, 'en', { numeric: true }) ||
    a.name.localeCompare(b.name, 'en', { numeric: true })
  );
}

/** Where agents come in, unless the aggregator was told otherwise. */
const DOOR_PORT = 7422;
const DOOR_BEHIND_PAGE = 2;

/** What an operator types on the new site's machine; the page's own host is the address that surely works. */
export function addAgentCommand(page: { readonly hostname: string; readonly port: string }): string {
  const door = page.port === '' ? DOOR_PORT : Number(page.port) + DOOR_BEHIND_PAGE;
  return `scripts/sentinel agent join https://${page.hostname}:${door} --name NAME --token TOKEN`;
}
