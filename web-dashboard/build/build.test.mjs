import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript';
import { expect, test } from 'vitest';
import { FIRST_LOAD_LIMIT_BYTES, firstLoad } from './first-load.mjs';

const HERE = join(dirname(fileURLToPath(import.meta.url)), '..');
const textOf = (path) => readFileSync(join(HERE, path), 'utf8');

test('the types are those of the OpenAPI document (else: npm run api:types)', async () => {
  const document = new URL('../../aggregator/src/main/resources/openapi.yaml', import.meta.url);
  const expected = COMMENT_HEADER + astToString(await openapiTS(document));

  expect(textOf('src/api/openapi.d.ts')).toBe(expected);
});

test('the first load stays under its limit (npm run build comes first)', () => {
  expect(existsSync(join(HERE, 'dist/index.html'))).toBe(true);

  expect(firstLoad().reduce((sum, file) => sum + file.gzipBytes, 0)).toBeLessThan(FIRST_LOAD_LIMIT_BYTES);
});

test('the page keeps to a strict content security policy: no script and no style inside it', () => {
  const page = textOf('dist/index.html');

  expect(page).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]*\bsrc=)/);
  expect(page).not.toMatch(/https?:\/\//);
});

test('the lock file names no host that packages come from', () => {
  const lock = JSON.parse(textOf('package-lock.json'));

  for (const [name, entry] of Object.entries(lock.packages)) expect(entry.resolved, name).toBeUndefined();
});

test('every dependency is pinned exactly', () => {
  const { dependencies, devDependencies } = JSON.parse(textOf('package.json'));

  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
    expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
  }
});

test('only src/api knows addresses, and only src/theme/palette.ts names colours', async () => {
  const { globSync } = await import('tinyglobby');
  for (const path of globSync('src/**/*.{ts,tsx,css}', { cwd: HERE, ignore: ['**/*.test.ts'] })) {
    const text = textOf(path);
    if (!path.startsWith('src/api/')) expect(text, path).not.toMatch(/api\/v1|fetch\(|new WebSocket/);
    if (path !== 'src/theme/palette.ts') expect(text, path).not.toMatch(/#[0-9a-f]{6}\b|#[0-9a-f]{3}\b/i);
  }
});
