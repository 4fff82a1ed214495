/**
 * Delay codes of the live stream (docs/stream.md): whole microseconds in 16 bits, exact below 256 µs and within 0.2 %
 * above. Code 0 says that there is no delay.
 */
export function microsOfDelayCode(code: number): number | undefined {
  if (code === 0) return undefined;
  const c = code - 1;
  if (c < 256) return c;
  return (256 + (c % 256)) * 2 ** (Math.floor(c / 256) - 1);
}
