import { AddAgent } from './AddAgent';

export function EmptyMesh() {
  return (
    <section class="card empty" aria-labelledby="empty-title">
      <svg viewBox="0 0 64 64" width="64" height="64" aria-hidden="true" class="empty-picture">
        <rect x="4" y="4" width="16" height="16" rx="4" />
        <rect x="24" y="4" width="16" height="16" rx="4" />
        <rect x="44" y="4" width="16" height="16" rx="4" />
        <rect x="4" y="24" width="16" height="16" rx="4" />
        <rect x="24" y="24" width="16" height="16" rx="4" />
        <rect x="44" y="24" width="16" height="16" rx="4" />
        <rect x="4" y="44" width="16" height="16" rx="4" />
        <rect x="24" y="44" width="16" height="16" rx="4" />
        <rect x="44" y="44" width="16" height="16" rx="4" />
      </svg>
      <h2 id="empty-title">No agents yet</h2>
      <p>
        An agent measures from its site to all others. Start the first one where you stand, then one on each site; this page
        shows them as they appear.
      </p>
      <AddAgent />
    </section>
  );
}
