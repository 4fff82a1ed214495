/** Three figures and a unit, as network engineers write it: "14 µs", "1.23 ms", "41.2 ms", "1.05 s". */
export function formatDelay(micros: number): string {
  if (micros < 1) return `<1${NBSP}µs`;
  if (micros < 999.5) return `${Math.round(micros)}${NBSP}µs`;
  if (micros < 999_500) return `${threeFigures(micros / 1_000)}${NBSP}ms`;
  return `${threeFigures(micros / 1_000_000)}${NBSP}s`;
}

/** Keeps number and unit on one line. */
export const NBSP = '\u00a0';

export function threeFigures(value: number): string {
  if (value >= 99.95) return value.toFixed(0);
  if (value >= 9.995) return value.toFixed(1);
  return value.toFixed(2);
}
