// A mesh whose agents stand in the sites of a lab: the matrix shows the distances of the links, and a fault that is
// ordered there shows as what it is.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { cannot, Lab } from './lab.mjs';
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

  it('a route that moves to the other core shows as another path and as an event', async (t) => {
    const settings = join(mesh.dataDir, 'paths.yaml');
    writeFileSync(settings, 'rounds: { length: 2s }\npaths: { interval: 10s }\n');
    const push = await mesh.sentinel('config', 'push', settings).finally(() => rmSync(settings)); // `down --purge` leaves what is not its own
    assert.equal(push.code, 0, push.stderr);
    const agents = await mesh.agents();
    const pair = { source: agents['site-a'].id, destination: agents['site-b'].id };
    const paths = () => mesh.api(`/api/v1/paths?source=${pair.source}&destination=${pair.destination}`);
    const route = (...args) => promisify(execFile)(join(root, 'scripts', 'lab'), ['exec', '--dir', join(mesh.dataDir, 'lab'), 'edge-a', '--', 'ip', 'route', ...args]);
    /** 1 or 2: acc, edge, core, edge, acc and the site; a core says the address of its link to edge-a. */
    const core = (path) => Number(/^10\.1\.1([12])\.2$/.exec(path?.hops[2]?.address)?.[1]);

    const before = await eventually('a path of six hops', 25_000, async () => {
      const { current } = await paths();
      return current?.outcome === 'reached' && current.hops.length === 6 && core(current) && current;
    });
    const other = 3 - core(before);
    await route('add', '10.2.0.0/16', 'via', `10.1.1${other}.2`);
    const moved = Date.now();

    const now = await eventually('a path by the other core', 25_000, async () => {
      const { current } = await paths();
      return core(current) === other && current;
    });
    t.diagnostic(`told ${Date.now() - moved} ms after the route moved`);
    assert.deepEqual((await paths()).paths.slice(0, 2).map(({ hash }) => hash), [now.hash, before.hash]);
    const { events } = await mesh.api(`/api/v1/events?type=path-change&subject=${pair.source}/${pair.destination}`);
    assert.deepEqual(events[0].details, { before: before.hash, after: now.hash, outcome: 'reached', firstDifferingHop: '3', tracedAt: now.since });
    await route('del', '10.2.0.0/16');
  });

  it('the lab is not taken down under the mesh', async () => {
    await assert.rejects(lab('down'), /a mesh stands in this lab[^]*sentinel down/);
    assert.equal((await mesh.sentinel('status')).code, 0);
  });

  it('a relay that dies is told of, and start brings it back', async () => {
    process.kill(mesh.pid('relay'), 'SIGKILL');
    await eventually('a dead relay', 5_000, async () => (await mesh.sentinel('status')).stdout.includes('start relay'));

    const { code, stderr } = await mesh.sentinel('start', 'relay');
    assert.equal(code, 0, stderr);
    await eventually('all ok again', 30_000, async () => all('ok', await states()));
    assert.equal((await mesh.sentinel('status')).code, 0);
  });

  it('status tells of a lab that is gone, and ends as ever', async () => {
    const folder = join(mesh.dataDir, 'lab');
    renameSync(folder, `${folder}.away`);
    const { code, stdout, stderr } = await mesh.sentinel('status').finally(() => renameSync(`${folder}.away`, folder));

    assert.match(stderr, /the lab [^]* is gone/);
    assert.match(stdout, /site-a +running .* -$/m);
    assert.ok(code === 0 || code === 1, `${code}`);
    // The links were without their files for a moment, and may have ended: that is made whole again.
    await lab('up');
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

describe('a mesh in a lab that a user made', { timeout: 180_000, skip: cannot }, () => {
  const own = new Lab();
  let mesh;

  before(async () => {
    mesh = await Mesh.create({ env: { SENTINEL_LAB_DIR: own.dir } });
  });
  after(async () => {
    await mesh?.remove();
    await own.remove();
  });

  it('is refused if the lab has too few sites, and neither the refusal nor down takes the lab away', async () => {
    assert.equal((await own.lab('up', '--sites', '2')).code, 0);

    const refused = await mesh.up('--lab', '--agents', '3');
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /has 2 sites, not 3[^]*--agents 2/);
    assert.equal((await own.status()).sites.length, 2);

    const taken = await mesh.up('--lab', '--agents', '2');
    assert.equal(taken.code, 0, taken.stderr);
    await mesh.sentinel('down');
    assert.equal((await own.status()).sites.length, 2);
  });
});
