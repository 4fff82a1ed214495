export const FIRST_DELAY_MILLIS = 500;
export const LONGEST_DELAY_MILLIS = 10_000;

/**
 * How long to wait before the attempt after `failures` failed ones. It doubles up to a bound; half of it is random so
 * that a hundred open dashboards do not return in the same instant after the aggregator restarted.
 */
export function backOffMillis(failures: number, random: number): number {
  const whole = Math.min(LONGEST_DELAY_MILLIS, FIRST_DELAY_MILLIS * 2 ** Math.min(failures, 16));
  return whole / 2 + (whole / 2) * random;
}
