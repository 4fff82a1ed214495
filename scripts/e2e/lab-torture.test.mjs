// The short form of scripts/torture agent in a mesh; the spool alone has its own tests.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { cannot } from './lab.mjs';
import { root } from './mesh.mjs';

const KILLS = process.env.SENTINEL_LONG ? '200' : '6';
const LIMIT_MS = process.env.SENTINEL_LONG ? 7_200_000 : 900_000;

describe('a mesh under torture', { timeout: LIMIT_MS, skip: cannot }, () => {
  it('loses nothing that was acknowledged, stores nothing twice, and measures on', async (t) => {
    const child = spawn(join(root, 'scripts', 'torture'), ['agent', '--only', 'mesh', '--kills', KILLS], { stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr']) child[stream].on('data', (chunk) => { said[stream] += chunk; });
    const ended = new Promise((resolve) => child.once('close', resolve));
    t.after(async () => {
      child.kill('SIGTERM');
      await ended;
    });

    assert.equal(await ended, 0, said.stderr);
    const { mesh } = JSON.parse(said.stdout.trim().split('\n').at(-1));
    t.diagnostic(JSON.stringify(mesh));
    assert.ok(mesh.kills >= Number(KILLS) && mesh.cuts >= 1 && mesh.full >= 1 && mesh.aggregator_kills >= 1);
    assert.ok(mesh.stored > 0 && mesh.acknowledged_lost === 0 && mesh.stored_twice === 0);
  });
});
