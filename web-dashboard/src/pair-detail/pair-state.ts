import { effect, signal, untracked } from '@preact/signals';
import { pairHistory, type Answer, type PairHistory } from '../api/client';
import { serverNow } from '../freshness/freshness-state';
import { RANGES, type RangeName } from '../place/place';
import { place } from '../place/place-state';
import { tokenNeeded } from '../session/session-state';

const REFRESH_MILLIS = 10_000;

export interface LoadedPair {
  readonly from: string;
  readonly to: string;
  readonly range: RangeName;
  /** Both ends of the time axis, seconds since 1970. */
  readonly start: number;
  readonly end: number;
  readonly forward: Answer<PairHistory>;
  readonly backward: Answer<PairHistory>;
}

export const loadedPair = signal<LoadedPair | undefined>(undefined);

/** Loads both directions of the chosen pair, again every round; what is no longer wanted is given up. */
export function followPair(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let underWay: AbortController | undefined;
  let wanted = '';

  const load = async (from: string, to: string, range: RangeName): Promise<void> => {
    underWay?.abort();
    const abort = (underWay = new AbortController());
    const end = new Date(serverNow());
    const start = new Date(end.getTime() - RANGES[range] * 1_000);
    try {
      const [forward, backward] = await Promise.all([
        pairHistory(from, to, start, end, abort.signal),
        pairHistory(to, from, start, end, abort.signal),
      ]);
      if (forward.kind === 'token-needed') tokenNeeded.value = true;
      loadedPair.value = { from, to, range, start: start.getTime() / 1_000, end: end.getTime() / 1_000, forward, backward };
    } catch {
      return; // given up for a newer wish
    }
    timer = setTimeout(() => void load(from, to, range), REFRESH_MILLIS);
  };

  effect(() => {
    const { from, to, range } = place.value;
    const wish = `${from ?? ''} ${to ?? ''} ${range}`;
    if (wish === wanted) return;
    wanted = wish;
    clearTimeout(timer);
    underWay?.abort();
    if (from === undefined || to === undefined) loadedPair.value = undefined;
    else untracked(() => void load(from, to, range));
  });
}
