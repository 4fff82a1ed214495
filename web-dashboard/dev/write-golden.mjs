// Writes src/api/golden/stream-*.json: bytes of the live stream and what they say. Run by hand when the layout changes;
// the page's reader and the aggregator's writer are both tested against the files.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encode } from './stream-writer.mjs';

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '..', 'src', 'api', 'golden');
const AT = Date.UTC(2026, 10, 21, 12, 0, 0, 250);

const cell = (source, destination, state, loss, delay) => ({ source, destination, state, loss, delay });
const messages = {
  'stream-snapshot': {
    about: 'A snapshot of three nodes; node 2 never reported',
    kind: 'snapshot',
    version: 2,
    run: 3_141_592_653,
    tick: 7,
    at: AT,
    rows: [{ source: 0, ageMillis: 120 }, { source: 1, ageMillis: 3_500 }, { source: 2, ageMillis: null }],
    cells: [
      cell(0, 1, 1, 0, 43),
      cell(0, 2, 3, 200, 0),
      cell(1, 0, 2, 40, 1_101),
      cell(1, 2, 1, 0, 256),
      cell(2, 0, 0, 255, 0),
      cell(2, 1, 0, 255, 0),
    ],
  },
  'stream-delta': {
    about: 'A delta with one row and one cell',
    kind: 'delta',
    version: 2,
    run: 3_141_592_653,
    tick: 8,
    at: AT + 250,
    rows: [{ source: 1, ageMillis: 0 }],
    cells: [cell(1, 0, 1, 0, 1_099)],
  },
  'stream-idle': { about: 'An idle tick: nothing changed', kind: 'delta', version: 2, run: 1, tick: 4_294_967_295, at: AT, rows: [], cells: [] },
  'stream-every-state': {
    about: 'Every state, the ends of each field, the highest indexes',
    kind: 'delta',
    version: 2,
    run: 3_141_592_653,
    tick: 65_536,
    at: AT + 0.5,
    rows: [{ source: 65_535, ageMillis: 4_294_967_293 }],
    cells: [
      cell(0, 65_535, 0, 255, 0),
      cell(1, 65_534, 1, 0, 1),
      cell(2, 65_533, 2, 1, 65_535),
      cell(3, 65_532, 3, 199, 257),
      cell(4, 65_531, 4, 255, 0),
      cell(5, 65_530, 5, 100, 512),
      cell(65_535, 0, 6, 200, 513),
    ],
  },
  'stream-columns': {
    about: 'A row in which no verdict is usual: columns of states and losses; and a row that has ended',
    kind: 'delta',
    version: 2,
    run: 3_141_592_653,
    tick: 9,
    at: AT,
    rows: [{ source: 3, ageMillis: null }],
    cells: [cell(3, 0, 4, 255, 0), cell(4, 0, 1, 0, 9), cell(4, 300, 2, 20, 9), cell(4, 301, 3, 200, 0), cell(4, 302, 6, 10, 77)],
  },
  'stream-dense': {
    about: 'A full row of 41 destinations: a bitmap, and one cell unlike the others',
    kind: 'snapshot',
    version: 2,
    run: 3_141_592_653,
    tick: 10,
    at: AT,
    rows: [{ source: 5, ageMillis: 40 }],
    cells: Array.from({ length: 41 }, (_, i) => i).filter((i) => i !== 5).map((i) => (i === 17 ? cell(5, i, 2, 20, 300) : cell(5, i, 1, 0, 1_000 + i))),
  },
};

const delayCodes = [
  [0, null], [1, 0], [2, 1], [43, 42], [256, 255], [257, 256], [258, 257], [512, 511], [513, 512], [514, 514],
  [768, 1_022], [769, 1_024], [1_024, 2_044], [1_025, 2_048], [1_099, 2_640], [5_000, 102_498_304],
];

mkdirSync(FOLDER, { recursive: true });
for (const [name, { about, ...message }] of Object.entries(messages)) {
  const hex = encode(message).toString('hex');
  writeFileSync(join(FOLDER, `${name}.json`), `${JSON.stringify({ about, hex, message }, null, 2)}\n`);
}
writeFileSync(
  join(FOLDER, 'delay-codes.json'),
  `${JSON.stringify({ about: 'Delay codes and the microseconds they stand for; null: no delay', codes: delayCodes.map(([code, micros]) => ({ code, micros })) }, null, 2)}\n`,
);
