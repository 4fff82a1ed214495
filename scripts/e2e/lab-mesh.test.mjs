// A mesh whose agents stand in the sites of a lab: the matrix shows the distances of the links, and a fault that is
// ordered there shows as what it is.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { cannot } from './lab.mjs';
import { eventually, Mesh, root } from './mesh.mjs';

/** Round trips over the links of both sites, ms: twice 3, 12 and 25. */
const DISTANCES = { 'site-a→site-b': 30, 'site-a→site-c': 56, 'site-b→site-c': 74 };

describe('a mesh in the lab', { timeout: 180_000, skip: cannot }, () => {
  let mesh;
  let first;

  before(async () => {
    mesh = await Mesh.create();
    first = await mesh.up('--lab', '--agents', '3');
  });
  after(() => mesh?.remove());

  /** A command of scripts/lab for this mesh's lab. */
  const lab = (...args) => promisify(execFile)(join(root, 'scripts', 'lab'), [...args, '--dir', join(mesh.dataDir, 'lab')]);

  const states = async () => Object.fromEntries([...(await mesh.cells())].map(([pair, cell]) => [pair, cell.state]));
  const all = (state, wanted) => Object.keys(wanted).length === 6 && Object.values(wanted).every((now) => now === state);

  it('shows the real distances', async () => {
    assert.equal(first.code, 0, first.stderr);
    await eventually('6 cells ok', 30_000, async () => all('ok', await states()));

    const cells = await mesh.cells();
    for (const [pair, distance] of Object.entries(DISTANCES)) {
      const milliseconds = cells.get(pair).roundTripDelayMicros.median / 1000;
      assert.ok(milliseconds > distance * 0.85 && milliseconds < distance * 1.5, `${pair}: ${milliseconds} ms, not about ${distance}`);
    }
  });

  it('a site that is cut off is down from and to everywhere, and the rest is ok', async () => {
    await lab('fault', 'down', '--site', 'site-b');
    const expected = (pair) => (pair.includes('site-b') ? 'down' : 'ok');
    await eventually('a cross', 15_000, async () => Object.entries(await states()).every(([pair, state]) => state === expected(pair)));

    await lab('fault', '--clear');
    await eventually('all ok again', 15_000, async () => all('ok', await states()));
  });

  it('an agent that is started again stands in its site again', async () => {
    await mesh.sentinel('stop', 'site-c');
    const { code, stderr } = await mesh.sentinel('start', 'site-c');

    assert.equal(code, 0, stderr);
    await eventually('all ok again', 20_000, async () => all('ok', await states()));
  });

  it('down takes the lab away too', async () => {
    const { prefix } = JSON.parse((await lab('status', '--json')).stdout);
    await mesh.sentinel('down', '--purge');

    const namespaces = existsSync('/run/netns') ? readdirSync('/run/netns') : [];
    assert.deepEqual(namespaces.filter((name) => name.startsWith(`${prefix}-`)), []);
    assert.deepEqual(mesh.processes(), []);
    assert.equal(existsSync(mesh.dataDir), false);
  });
});
