// The dashboard's own browser tests (web-dashboard/e2e) against a real mesh.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Mesh, root } from './mesh.mjs';

const folder = join(root, 'web-dashboard', 'e2e');
const tests = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.e2e.mjs')).sort() : [];
const browser = spawnSync('sh', ['-c', 'command -v chromium']).status === 0;

describe('the dashboard in a browser', { timeout: 300_000, skip: !browser && process.env.CI !== 'true' && 'chromium is not installed' }, () => {
  let mesh;
  before(async () => {
    mesh = await Mesh.create();
    const up = await mesh.up('--agents', '3');
    assert.equal(up.code, 0, up.stderr);
  });
  after(() => mesh?.remove());

  it('has tests', () => assert.ok(tests.length > 0, `no *.e2e.mjs in ${folder}`));

  for (const test of tests) {
    it(test, () => {
      const env = { ...process.env, SENTINEL_URL: mesh.url, SENTINEL_DATA_DIR: mesh.dataDir };
      delete env.NODE_TEST_CONTEXT; // or the inner runner would report to the outer one instead of to us
      const run = spawnSync('node', ['--test', '--test-reporter=spec', join(folder, test)], {
        cwd: join(root, 'web-dashboard'), env, encoding: 'utf8', timeout: 180_000,
      });

      assert.equal(run.status, 0, `${run.stdout}\n${run.stderr}`);
    });
  }
});
