// What the tortures share: choices that a seed repeats, words with the time, conditions that must hold.

/** A small generator (mulberry32), so that a seed repeats the choices on every machine. */
export function seeded(seed) {
  let state = seed >>> 0;
  const random = (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
  return { random, one: (of) => of[random(of.length)] };
}

const began = Date.now();
const seconds = () => (Date.now() - began) / 1_000;
export const say = (text) => process.stderr.write(`  ${seconds().toFixed(0).padStart(4)} s  ${text}\n`);

export function hold(holds, otherwise) {
  if (!holds) throw new Error(otherwise);
}

/**
 * Does `work` and prints the figures that it gives as the last line; `remove` is called once, however it ends.
 *
 * @param again the words that repeat this run
 */
export async function torture(work, remove, again) {
  let ending = false;
  for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]]) {
    process.on(signal, async () => {
      // It may come twice: from the terminal, and from the script.
      if (ending) return;
      ending = true;
      await remove();
      process.exit(code);
    });
  }
  try {
    process.stdout.write(`${JSON.stringify({ ...await work(), seconds: Math.round(seconds()) })}\n`);
  } catch (error) {
    if (!ending) {
      process.stderr.write(`error: ${error.message}\n  again with ${again}\n`);
      process.exitCode = 1;
    }
  } finally {
    if (!ending) await remove();
  }
}
