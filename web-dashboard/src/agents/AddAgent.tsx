import { useSignal } from '@preact/signals';
import { addAgentCommand } from './agent-line';

const COPIED_SHOWN_MILLIS = 2_000;

/** The one line that adds an agent, ready to copy. */
export function AddAgent() {
  const copied = useSignal(false);
  const command = addAgentCommand(location);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(command);
      copied.value = true;
      setTimeout(() => (copied.value = false), COPIED_SHOWN_MILLIS);
    } catch {
      // Without TLS and away from loopback browsers offer no clipboard: mark the line, so that Ctrl-C is enough.
      const line = document.querySelector('.command code');
      if (line !== null) getSelection()?.selectAllChildren(line);
    }
  };
  return (
    <>
      <p>
        Where the aggregator runs, <code>scripts/sentinel token create --site SITE</code> prints a TOKEN. Then, on the new host:
      </p>
      <div class="command">
        <code>{command}</code>
        <button type="button" class="button" onClick={() => void copy()}>
          {copied.value ? 'Copied' : 'Copy'}
        </button>
      </div>
    </>
  );
}
