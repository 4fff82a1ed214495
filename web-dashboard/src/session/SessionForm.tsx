import { useSignal } from '@preact/signals';
import { openSession } from '../api/client';
import { tokenNeeded } from './session-state';

export function SessionForm({ onOpened }: { onOpened: () => void }) {
  const trouble = useSignal('');
  const busy = useSignal(false);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const token = new FormData(event.target as HTMLFormElement).get('token');
    if (typeof token !== 'string' || token.trim() === '') {
      trouble.value = 'Please enter the token.';
      return;
    }
    busy.value = true;
    const answer = await openSession(token.trim());
    busy.value = false;
    switch (answer.kind) {
      case 'ok':
        tokenNeeded.value = false;
        onOpened();
        return;
      case 'token-needed':
        trouble.value = 'This token is not accepted. Check that all of it was copied.';
        return;
      case 'failed':
        trouble.value = `That did not work: ${answer.why}.`;
        return;
    }
  };
  return (
    <section class="card session" aria-labelledby="session-title">
      <h2 id="session-title">Access token</h2>
      <p>This aggregator wants a token before it shows the mesh. It is kept in a cookie that scripts cannot read.</p>
      <form onSubmit={(event) => void submit(event)}>
        <label for="token">Token</label>
        <input id="token" name="token" type="password" autocomplete="current-password" autofocus />
        <button type="submit" class="button strong" disabled={busy.value}>
          {busy.value ? 'Checking…' : 'Continue'}
        </button>
      </form>
      <p class="problem" role="alert">{trouble.value}</p>
    </section>
  );
}
