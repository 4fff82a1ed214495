import { expect, test } from 'vitest';
import { freshnessOf, rowIsOld } from './freshness';

test('three seconds of silence are still live, a moment more is not', () => {
  expect(freshnessOf(1_000, 4_000, undefined)).toEqual({ kind: 'live', ageMillis: 3_000 });
  expect(freshnessOf(1_000, 4_001, undefined).kind).toBe('silent');
});

test('a stream that has not spoken yet is waited for, unless it is known to be broken', () => {
  expect(freshnessOf(undefined, 500, undefined)).toEqual({ kind: 'waiting' });
  expect(freshnessOf(undefined, 500, 'the connection closed').kind).toBe('silent');
});

test('a broken connection stays live on the screen until its last word is three seconds old', () => {
  expect(freshnessOf(1_000, 2_000, 'the connection closed').kind).toBe('live');
  expect(freshnessOf(1_000, 9_000, 'the connection closed')).toEqual({
    kind: 'silent',
    ageMillis: 8_000,
    why: 'the connection closed',
  });
});

test('a row is old when its source has been quiet for more than three seconds or never spoke', () => {
  expect([rowIsOld(10_000, 13_000), rowIsOld(10_000, 13_001), rowIsOld(undefined, 13_000)]).toEqual([false, true, true]);
});
