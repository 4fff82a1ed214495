/** How fresh what the page shows is. All in milliseconds. */

/** The stream speaks at least once a second; past this the whole page says that it is old (docs/stream.md). */
export const SILENT_AFTER_MILLIS = 3_000;
/** A source reports each second; a row older than this is dimmed. */
export const ROW_OLD_AFTER_MILLIS = 3_000;

export type Freshness =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'live'; readonly ageMillis: number }
  | { readonly kind: 'silent'; readonly ageMillis: number; readonly why: string };

/** `heardAt` and `now` are the browser's monotonic clock, so a wrong wall clock does no harm. */
export function freshnessOf(heardAt: number | undefined, now: number, brokenWhy: string | undefined): Freshness {
  if (heardAt === undefined) {
    return brokenWhy === undefined ? { kind: 'waiting' } : { kind: 'silent', ageMillis: now, why: brokenWhy };
  }
  const ageMillis = Math.max(0, now - heardAt);
  if (ageMillis <= SILENT_AFTER_MILLIS) return { kind: 'live', ageMillis };
  return { kind: 'silent', ageMillis, why: brokenWhy ?? 'the stream fell silent' };
}

export function rowIsOld(reportedAt: number | undefined, serverNow: number): boolean {
  return reportedAt === undefined || serverNow - reportedAt > ROW_OLD_AFTER_MILLIS;
}
