import { effect, signal } from '@preact/signals';
import { listAgents, type Agent } from '../api/client';
import { nodes } from '../mesh/mesh-state';
import { tokenNeeded } from '../session/session-state';

const POLL_MILLIS = 5_000;

export const agents = signal<readonly Agent[] | undefined>(undefined);
export const agentsFailure = signal<string | undefined>(undefined);

let asking = false;
let askAgain = false;

export async function refreshAgents(): Promise<void> {
  if (asking) {
    askAgain = true;
    return;
  }
  asking = true;
  const answer = await listAgents();
  asking = false;
  switch (answer.kind) {
    case 'ok':
      agents.value = answer.value.agents;
      agentsFailure.value = undefined;
      tokenNeeded.value = false;
      break;
    case 'token-needed':
      tokenNeeded.value = true;
      break;
    case 'failed':
      agentsFailure.value = answer.why;
      break;
  }
  if (askAgain) {
    askAgain = false;
    void refreshAgents();
  }
}

/** Asked every few seconds, and at once when the stream tells that a node appeared or changed. */
export function followAgents(): void {
  setInterval(() => {
    if (!document.hidden && !tokenNeeded.peek()) void refreshAgents();
  }, POLL_MILLIS);
  effect(() => {
    void nodes.value;
    void refreshAgents();
  });
}
