import { signal } from '@preact/signals';
import { hashOf, placeOf, type Place } from './place';

export const place = signal<Place>(placeOf(location.hash));

/** Opening another pair is a step one can go back from; a change of range or colours is not. */
export function goTo(change: Partial<Place>): void {
  const before = place.value;
  const after = { ...before, ...change };
  const hash = hashOf(after);
  if (hash === hashOf(before)) return;
  if (after.from !== before.from || after.to !== before.to) history.pushState(null, '', hash);
  else history.replaceState(null, '', hash);
  place.value = after;
}

export function closePair(): void {
  goTo({ from: undefined, to: undefined });
}

export function followAddress(): void {
  const follow = (): void => {
    place.value = placeOf(location.hash);
  };
  window.addEventListener('popstate', follow);
  window.addEventListener('hashchange', follow);
}
