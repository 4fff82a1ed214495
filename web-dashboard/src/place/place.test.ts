import { expect, test } from 'vitest';
import { hashOf, HOME, placeOf, type Place } from './place';

test('every place comes back from its own hash', () => {
  const places: Place[] = [
    HOME,
    { from: 'a', to: 'b', range: '24h', metric: 'loss', view: 'table' },
    { ...HOME, from: 'a b', to: '&?#' },
  ];

  for (const place of places) expect(placeOf(hashOf(place))).toEqual(place);
});

test('a hash that makes no sense is the home view', () => {
  for (const hash of ['', '#', '#/elsewhere', '#/mesh?range=7y&metric=mood&view=', '#/mesh?from=only']) {
    expect(placeOf(hash)).toEqual(HOME);
  }
});

test('the home view has a short address', () => {
  expect(hashOf(HOME)).toBe('#/mesh');
});
