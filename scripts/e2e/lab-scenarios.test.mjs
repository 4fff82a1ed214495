// The real probes against the real faults: each fault of the lab shows as an outcome class of its own, in both families,
// to a user without rights.
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { cannot, Lab } from './lab.mjs';

const LIMIT_MS = 300_000;

describe('lab run all', { timeout: LIMIT_MS, skip: cannot }, () => {
  const lab = new Lab();
  after(() => lab.remove());

  it('each fault shows as its own outcome class', async () => {
    const { code, stdout, stderr } = await lab.labWithin(LIMIT_MS, 'run', 'all', '--json');
    const rows = stdout.trim().split('\n').map((line) => JSON.parse(line));

    assert.deepEqual(rows.filter((row) => !row.ok).map(({ scenario, family, seen, report }) => ({ scenario, family, seen, report })), [], stderr);
    assert.equal(code, 0, stderr);
    const faults = (await lab.lab('faults')).stdout.trim().split('\n').map((line) => line.split(' ')[0]);
    const scenarios = new Set(rows.map((row) => row.scenario));
    assert.deepEqual(faults.filter((fault) => !scenarios.has(fault)), [], 'no fault is left out');
    for (const family of [4, 6]) {
      const seen = rows.filter((row) => row.family === family).map((row) => row.seen);
      assert.equal(new Set(seen).size, seen.length, seen.join(' '));
    }
  });

  it('a dead ECMP member is told as flows that lose all, with the first hop where they part', async () => {
    const { code, stdout, said } = await lab.labWithin(LIMIT_MS, 'run', 'dead-ecmp-member');

    assert.equal(code, 0, said);
    assert.equal(stdout.match(/^ +\d+ of 16 flows lose all$/gm)?.length, 2, stdout);
    assert.match(stdout, /first differing hop 3: .*10\.1\.1[12]\.2/);
  });
});
