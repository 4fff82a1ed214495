import { computed, signal } from '@preact/signals';
import { freshnessOf } from './freshness';

const CLOCK_TICK_MILLIS = 500;

/** The browser's monotonic clock, moved on twice a second: ages on the screen are read from it. */
export const now = signal(performance.now());
const heard = signal<{ readonly heardAt: number; readonly serverTime: number } | undefined>(undefined);
export const brokenWhy = signal<string | undefined>(undefined);

export const freshness = computed(() => freshnessOf(heard.value?.heardAt, now.value, brokenWhy.value));

/** The aggregator's time of the newest message. */
export const asOf = computed(() => heard.value?.serverTime);

/** The aggregator's clock now, as far as the stream lets us know it. */
export function serverNow(): number {
  const last = heard.value;
  return last === undefined ? Date.now() : last.serverTime + (now.value - last.heardAt);
}

export function heardStream(serverTime: number): void {
  const heardAt = performance.now();
  heard.value = { heardAt, serverTime };
  now.value = heardAt;
  brokenWhy.value = undefined;
}

export function startClock(): void {
  setInterval(() => (now.value = performance.now()), CLOCK_TICK_MILLIS);
}
