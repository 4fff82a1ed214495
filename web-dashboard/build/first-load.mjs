// What a browser must fetch before it shows the first screen, as the aggregator sends it: gzip.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

export const FIRST_LOAD_LIMIT_BYTES = 150_000;
const DIST = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist');

/** The whole build counts: there is one page and nothing is loaded later. */
export function firstLoad() {
  return readdirSync(DIST, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { name: path.slice(DIST.length + 1), gzipBytes: gzipSync(readFileSync(path), { level: 6 }).length };
    });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = firstLoad();
  const total = files.reduce((sum, file) => sum + file.gzipBytes, 0);
  for (const file of files) console.log(`${(file.gzipBytes / 1000).toFixed(1).padStart(7)} kB gzip  ${file.name}`);
  console.log(`${(total / 1000).toFixed(1).padStart(7)} kB gzip  first load (limit ${FIRST_LOAD_LIMIT_BYTES / 1000} kB)`);
  if (total > FIRST_LOAD_LIMIT_BYTES) {
    console.error('The first load is over its limit: look for a dependency that grew, or load a screen on demand.');
    process.exit(1);
  }
}
