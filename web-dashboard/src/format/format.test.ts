import { expect, test } from 'vitest';
import { count } from './count';
import { formatDelay } from './delay';
import { formatLoss } from './loss';
import { formatAge } from './time';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

test.each([
  [0, '<1 µs'],
  [14, '14 µs'],
  [999, '999 µs'],
  [999.7, '1.00 ms'],
  [1_234, '1.23 ms'],
  [9_994, '9.99 ms'],
  [9_996, '10.0 ms'],
  [41_210, '41.2 ms'],
  [123_400, '123 ms'],
  [999_600, '1.00 s'],
  [1_050_000, '1.05 s'],
])('a delay of %d µs reads %s', (micros, text) => {
  expect(plain(formatDelay(micros))).toBe(text);
});

test.each([
  [0, '0 %'],
  [0.0004, '<0.1 %'],
  [0.005, '0.5 %'],
  [0.02, '2 %'],
  [0.2, '20 %'],
  [0.994, '99 %'],
  [0.9999, '>99 %'],
  [1, '100 %'],
])('a loss ratio of %d reads %s', (ratio, text) => {
  expect(plain(formatLoss(ratio))).toBe(text);
});

test.each([
  [-20, '<1 s'],
  [999, '<1 s'],
  [7_900, '7 s'],
  [61_000, '1 min'],
  [2 * 3_600_000, '2 h'],
  [47 * 3_600_000, '47 h'],
  [72 * 3_600_000, '3 d'],
])('an age of %d ms reads %s', (millis, text) => {
  expect(plain(formatAge(millis))).toBe(text);
});

test('one is singular and all else is plural', () => {
  expect([count(0, 'pair'), count(1, 'pair'), count(1024, 'pair')]).toEqual(['0 pairs', '1 pair', '1,024 pairs']);
});
