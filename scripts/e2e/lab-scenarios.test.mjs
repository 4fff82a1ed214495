// The real probes against the real faults: each fault of the lab shows as an outcome class of its own, in both families,
// to a user without rights.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { cannot, Lab } from './lab.mjs';

const LIMIT_MS = 300_000;

describe('lab run all', { timeout: LIMIT_MS, skip: cannot }, () => {
  const lab = new Lab();
  let ended;
  let rows;
  before(async () => {
    ended = await lab.labWithin(LIMIT_MS, 'run', 'all', '--json');
    rows = ended.stdout.trim().split('\n').map((line) => JSON.parse(line));
  });
  after(() => lab.remove());

  it('each fault shows as the expected outcome class', async () => {
    assert.deepEqual(rows.filter((row) => !row.ok).map(({ scenario, family, seen, report }) => ({ scenario, family, seen, report })), [], ended.stderr);
    assert.equal(ended.code, 0, ended.stderr);
    const faults = (await lab.lab('faults')).stdout.trim().split('\n').map((line) => line.split(' ')[0]);
    const scenarios = new Set(rows.map((row) => row.scenario));
    assert.deepEqual(faults.filter((fault) => !scenarios.has(fault)), [], 'no fault is left out');
  });

  it('no two faults show as the same class', () => {
    for (const family of [4, 6]) {
      const seen = rows.filter((row) => row.family === family).map((row) => row.seen);
      assert.equal(new Set(seen).size, seen.length, seen.join(' '));
    }
  });

  it('a dead ECMP member is told as flows that lose all, with the first hop where they part', () => {
    for (const family of [4, 6]) {
      const [stamp, trace] = rows.filter((row) => row.scenario === 'dead-ecmp-member' && row.family === family).map((row) => row.report);
      assert.equal(stamp.flows_total, 16);
      assert.ok(stamp.flows_losing_all > 0 && stamp.flows_losing_all < 16, `${stamp.flows_losing_all} of 16`);
      assert.equal(trace.first_differing_hop, 3);
      assert.equal(trace.branches.length, 2);
    }
  });
});
