// How long live rows took from their agents' sockets to a browser. usage: sample-to-browser.mjs BOOKS SEEN FROM UNTIL, where BOOKS is of
// `sentinel simulate --books`, SEEN of stream-reader.mjs, both by this host's clock, and FROM and UNTIL say which rows count
// (milliseconds since 1970, when they were handed to the socket). Prints one JSON object; exit code 1 if 1 % or more never came. The quantiles
// are of all rows that were sent: one that never came is slower than each that did.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** Both clocks are the host's, but read in whole milliseconds. */
const READING_MS = 2;

const bySource = (rows) => {
  const map = new Map();
  for (const row of rows) {
    if (!map.has(row[0])) map.set(row[0], []);
    map.get(row[0]).push(row);
  }
  return map;
};

/**
 * sent: [source, at], seen: [source, reported, decoded], each ascending within a source. A row came if a report of its source was told that
 * the aggregator had after it and before the next row: one that was replaced or left out did not.
 */
export function delays(sent, seen, from, until) {
  const reports = bySource(seen);
  const took = [];
  let rows = 0;
  for (const [source, ofSource] of bySource(sent)) {
    const told = reports.get(source) ?? [];
    let next = 0;
    ofSource.forEach(([, at], i) => {
      const following = ofSource[i + 1]?.[1] ?? Infinity;
      while (next < told.length && told[next][1] < at - READING_MS) next++;
      if (at < from || at >= until) return;
      rows++;
      if (next < told.length && told[next][1] < following - READING_MS) took.push(told[next][2] - at);
    });
  }
  took.sort((one, other) => one - other);
  return { rows, took };
}

export function figures({ rows, took }) {
  const whole = (ms) => (ms === undefined ? null : Math.max(0, Math.round(ms)));
  const quantile = (q) => whole(took[Math.floor(q * rows)]);
  return {
    sample_to_browser_p50_ms: quantile(0.5), sample_to_browser_p99_ms: quantile(0.99), sample_to_browser_max_ms: whole(took.at(-1)),
    samples: took.length, samples_sent: rows,
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [books, seen, from, until] = process.argv.slice(2);
  const lines = (file) => readFileSync(file, 'utf8').split('\n').map((line) => line.split('\t'));
  const sent = lines(books).filter(([kind]) => kind === 'live').map(([, name, micros]) => [name, Number(micros) / 1_000]);
  const told = lines(seen).filter(([name]) => name !== '').map(([name, reported, decoded]) => [name, Number(reported), Number(decoded)]);
  const found = figures(delays(sent, told, Number(from), Number(until)));
  process.stdout.write(`${JSON.stringify(found)}\n`);
  if (found.sample_to_browser_p99_ms === null) {
    console.error(`of ${found.samples_sent} live rows only ${found.samples} came to the browser`);
    process.exitCode = 1;
  }
}
