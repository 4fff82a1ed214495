import { expect, test } from 'vitest';
import type { Agent } from '../api/client';
import { addAgentCommand, agentOrder, currentState, lastSeenAt } from './agent-line';

const agent = (change: Partial<Agent>): Agent => ({
  id: '00000000-0000-4000-8000-000000000001',
  name: 'lyon-1',
  site: 'lyon',
  address: '192.0.2.1',
  version: '0.1.0',
  state: 'connected',
  lastSeen: '2026-11-21T12:00:00Z',
  startedAt: '2026-11-21T11:00:00Z',
  rung: 'icmp-datagram',
  impaired: false,
  kind: 'icmp-echo',
  duplicateIdentity: false,
  revoked: false,
  ...change,
});

test('the stream knows of a lost agent before the list does', () => {
  const node = { index: 0, id: agent({}).id, name: 'lyon-1', site: 'lyon', role: 'agent', state: 'lost' } as const;

  expect(currentState(agent({}), node)).toBe('lost');
  expect(currentState(agent({}), undefined)).toBe('connected');
});

test('last seen is the newer of the list and the own report', () => {
  const listed = Date.parse('2026-11-21T12:00:00Z');

  expect(lastSeenAt(agent({}), listed + 2_000)).toBe(listed + 2_000);
  expect(lastSeenAt(agent({}), undefined)).toBe(listed);
});

test('lost agents come first, those who said goodbye last, ten after two', () => {
  const list = [
    agent({ name: 'gone', state: 'left' }),
    agent({ name: 'b', site: 'site-10' }),
    agent({ name: 'b', site: 'site-2' }),
    agent({ name: 'dead', state: 'lost', site: 'zagreb' }),
  ];

  expect([...list].sort(agentOrder).map((a) => `${a.name} ${a.site}`)).toEqual(['dead zagreb', 'b site-2', 'b site-10', 'gone lyon']);
});

test('the command names the address this page came from', () => {
  expect(addAgentCommand({ hostname: '127.0.0.1', port: '8080' })).toBe(
    'scripts/sentinel agent join https://127.0.0.1:8082 --name NAME --token TOKEN',
  );
  expect(addAgentCommand({ hostname: 'mesh.example', port: '' })).toContain('https://mesh.example:7422');
});
