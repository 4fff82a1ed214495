// The short form of scripts/torture aggregator.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { root } from './mesh.mjs';

const KILLS = process.env.SENTINEL_LONG ? '100' : '3';
/** Of the promise the long form is to be asked, on a machine that does nothing else. */
const READY_WITHIN = process.env.SENTINEL_LONG ? '10' : '60';
const LIMIT_MS = process.env.SENTINEL_LONG ? 7_200_000 : 420_000;

describe('an aggregator under torture', { timeout: LIMIT_MS }, () => {
  it('loses nothing that it acknowledged, counts nothing twice, and is soon there again', async (t) => {
    const child = spawn(join(root, 'scripts', 'torture'), ['aggregator', '--kills', KILLS, '--ready-within', READY_WITHIN], { stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr']) child[stream].on('data', (chunk) => { said[stream] += chunk; });
    const ended = new Promise((resolve) => child.once('close', resolve));
    t.after(async () => {
      child.kill('SIGTERM');
      await ended;
    });

    assert.equal(await ended, 0, said.stderr);
    const figures = JSON.parse(said.stdout.trim().split('\n').at(-1));
    t.diagnostic(JSON.stringify(figures));
    assert.ok(figures.kills >= Number(KILLS) && figures.aggregator_kills >= 1 && figures.database_kills >= 1);
    assert.ok(figures.dataset_results > 0 && figures.tier_cells > 0);
    for (const mischief of ['twice', 'long_ago_again', 'too_early', 'garbled', 'late', 'refused_malformed', 'refused_out_of_order']) {
      assert.ok(figures.unruly[mischief] > 0, mischief);
    }
  });
});
