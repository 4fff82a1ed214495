const RELOADED_FOR = 'sentinel-reloaded-for-layout';

/** A newer aggregator brings a newer page; but once only, lest a wrong cache makes the page reload for ever. */
export function reloadOnce(version: number): void {
  if (sessionStorage.getItem(RELOADED_FOR) === String(version)) return;
  sessionStorage.setItem(RELOADED_FOR, String(version));
  location.reload();
}
