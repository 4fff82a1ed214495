// A real mesh on this host: first look, outages of its own members, and the way back. The tests build on one another, in
// this order, as an evening with the product would.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { canListen, eventually, Mesh } from './mesh.mjs';

const SITES = ['site-a', 'site-b', 'site-c'];
const PAIRS = SITES.flatMap((from) => SITES.filter((to) => to !== from).map((to) => `${from}→${to}`));
const ROUND_MS = 10_000;

/** `sentinel agent join` by a person: a process with folders of its own and the token in a file. */
async function joining(mesh, name, token) {
  const folder = mkdtempSync(join(mesh.dataDir, '..', 'by-hand-'));
  const data = join(folder, 'data');
  const file = join(folder, 'token');
  writeFileSync(file, `${token}\n`, { mode: 0o600 });
  const running = [];
  const run = (...args) => {
    running.push(mesh.inForeground('agent', ...args));
    return running.at(-1);
  };
  const first = run('join', mesh.door, '--token-file', file, '--name', name, '--data-dir', data,
    '--address', '127.0.0.99', '--wrapping-key-file', join(folder, 'keys', 'wrapping.key'));
  return Object.assign(first, {
    data,
    again: () => run('--data-dir', data),
    remove: async () => {
      for (const { child } of running) child.kill('SIGTERM');
      await Promise.all(running.map(({ ended }) => ended));
      rmSync(folder, { recursive: true });
    },
  });
}

async function connected(mesh, name) {
  const agent = (await mesh.agents())[name];
  return agent?.state === 'connected' ? agent : undefined;
}

function within(what, ms, promise) {
  const late = new Promise((_, reject) => { setTimeout(() => reject(new Error(`not within ${ms} ms: ${what}`)), ms).unref(); });
  return Promise.race([promise, late]);
}

describe('a mesh of three agents', { timeout: 300_000 }, () => {
  let mesh;
  let first;
  let agentsAtFirst;

  before(async () => {
    mesh = await Mesh.create();
    first = await mesh.up('--agents', '3');
  });
  after(() => mesh?.remove());

  it('up ends with the address of the dashboard', async () => {
    assert.equal(first.code, 0, first.stderr);
    assert.equal(first.stdout, `${mesh.url}\n`);
    const page = await fetch(mesh.url);
    assert.equal(page.status, 200);
  });

  it('within 20 s each agent has measured each other one', async () => {
    const cells = await eventually('6 cells ok', 20_000, async () => {
      const now = await mesh.cells();
      return now.size === 6 && [...now.values()].every((cell) => cell.state === 'ok') && now;
    });

    assert.deepEqual([...cells.keys()].sort(), [...PAIRS].sort());
    for (const [pair, cell] of cells) {
      const { min, median, max } = cell.roundTripDelayMicros;
      assert.ok(cell.sent >= 1 && cell.sent <= 10, `${pair} sent ${cell.sent}`);
      assert.ok(cell.received >= 1 && cell.received <= cell.sent, `${pair} received ${cell.received}`);
      assert.ok(min >= 1 && min <= median && median <= max, `${pair}: ${min} ${median} ${max} us`);
      assert.ok(median <= 5_000, `${pair}: median of ${median} us on loopback`);
    }
    agentsAtFirst = await mesh.agents();
  });

  it('the database holds full rounds', async () => {
    const points = await eventually('a full round in the history', 3 * ROUND_MS, async () => {
      const all = await mesh.history('site-a', 'site-b', new Date(Date.now() - 60_000));
      return all.some((point) => point.sent === 10) && all;
    });

    const full = points.find((point) => point.sent === 10);
    assert.ok(full.received >= 9, `${full.received} of 10 answered on loopback`);
    assert.ok(full.roundTripDelayMicros.min >= 1 && full.roundTripDelayMicros.median <= 5_000);
  });

  it('status tells what the database takes, and what it will', async () => {
    const { storage } = await mesh.status();
    assert.ok(storage.bytes > 0 && storage.forecastBytes > storage.bytes, JSON.stringify(storage));
  });

  it('a name used twice is refused, and the first holder keeps it', async () => {
    const impostor = await joining(mesh, 'site-a', await mesh.token('elsewhere'));
    try {
      const code = await within('the impostor is told', 20_000, impostor.ended);

      assert.equal(code, 3, impostor.said);
      assert.match(impostor.said, /name-taken/);
      assert.equal((await mesh.agents())['site-a'].id, agentsAtFirst['site-a'].id);
      assert.equal((await mesh.agents())['site-a'].state, 'connected');
    } finally {
      await impostor.remove();
    }
  });

  it('an agent joined by hand appears, is the same after a restart without a flag, and is gone once it is revoked', async () => {
    const joined = await joining(mesh, 'oslo', await mesh.token('north'));
    try {
      const first = await eventually('oslo is connected', 20_000, async () => connected(mesh, 'oslo'))
        .catch((error) => { throw new Error(`${error.message}\n${joined.said}`); });
      assert.equal(first.site, 'north');
      joined.child.kill('SIGTERM');
      assert.ok([0, 143].includes(await joined.ended), joined.said); // 143: ended by SIGTERM, in good order
      await eventually('oslo has left', 10_000, async () => !(await connected(mesh, 'oslo')));

      const again = joined.again();
      const second = await eventually('oslo is back', 20_000, async () => connected(mesh, 'oslo'))
        .catch((error) => { throw new Error(`${error.message}\n${again.said}`); });
      assert.equal(second.id, first.id);

      const rotated = await mesh.run(['agent', 'key', 'rotate', '--data-dir', joined.data]);
      assert.equal(rotated.code, 0, rotated.stderr);
      assert.equal((await connected(mesh, 'oslo'))?.id, first.id);

      const revoked = await mesh.sentinel('api', 'POST', `/api/v1/agents/${first.id}/revoke`, '--data', '{}');
      assert.equal(revoked.code, 0, revoked.stderr);
      await eventually('the agent is told', 20_000, () => /revoked/.test(again.said))
        .catch((error) => { throw new Error(`${error.message}\n${again.said}`); });
      await eventually('oslo is not connected any more', 10_000, async () => !(await connected(mesh, 'oslo')));
      again.child.kill('SIGTERM');
      await again.ended;

      const newKey = await joining(mesh, 'oslo', await mesh.token('north'));
      assert.equal(await within('the revoked one is refused', 20_000, newKey.ended), 3, newKey.said);
      await newKey.remove();
      assert.doesNotMatch(joined.said + again.said, /smj1\.[A-Za-z0-9]/);
    } finally {
      await joined.remove();
    }
  });

  it('an agent that runs tells its own user how it is, and one that does not run says how to start it', async () => {
    const folder = join(mesh.dataDir, 'agents', 'site-a');
    const status = await mesh.run(['agent', 'status', '--json', '--data-dir', folder]);
    assert.equal(status.code, 0, status.stderr + status.stdout);
    const said = JSON.parse(status.stdout);
    assert.equal(said.agent.id, agentsAtFirst['site-a'].id);
    assert.deepEqual(said.peers.map((peer) => peer.name).filter((name) => SITES.includes(name)).sort(), ['site-b', 'site-c']);
    assert.equal(said.link.state, 'linked');
    assert.ok(said.certificate.remainingSeconds > 3600);
    const { made, acknowledged, waiting, dropped } = said.spool;
    const lost = Object.values(dropped).reduce((sum, count) => sum + count.results, 0);
    assert.equal(made.results, acknowledged.results + waiting.results + lost);

    const text = await mesh.run(['agent', 'status', '--data-dir', folder]);
    assert.match(text.stdout, /^link +linked, wss:/m);

    const [tail, sent] = await Promise.all([
      mesh.run(['agent', 'tail', '--json', '-n', '2', '--data-dir', folder]),
      mesh.run(['agent', 'force-send', '--data-dir', folder])]);
    assert.equal(sent.code, 0, sent.stderr);
    assert.match(sent.stdout, /nothing waits|has all of them/);
    assert.equal(tail.code, 0, tail.stderr);
    const results = tail.stdout.trim().split('\n').map((line) => JSON.parse(line));
    assert.equal(results.length, 2);
    assert.ok(results.every((result) => result.sent > 0 && result.received <= result.sent), tail.stdout);

    const nobody = await mesh.run(['agent', 'status', '--data-dir', join(mesh.dataDir, 'agents', 'nobody')]);
    assert.equal(nobody.code, 3);
    assert.match(nobody.stderr, /no agent runs with .*start it with/);
  });

  it('a second up is refused and harms nothing', async () => {
    const second = await mesh.up();

    assert.equal(second.code, 1);
    assert.match(second.stderr, /a mesh is up/);
    assert.equal((await mesh.status()).state, 'up');
  });

  it('a killed agent is lost within 5 s: its row has no data, its column tells what the packets say', async () => {
    const killedAt = performance.now();
    mesh.kill('site-b');

    const left = () => 5_000 - (performance.now() - killedAt);
    await eventually('site-b is lost', left(), async () => (await mesh.agents())['site-b'].state === 'lost');
    await eventually('its row has no data', left(), async () => {
      const cells = await mesh.cells();
      return cells.get('site-b→site-a')?.state === 'no-data' && cells.get('site-b→site-c')?.state === 'no-data';
    });
    const cells = await mesh.cells();

    // The kernel still answers echo at that address: painting the column from membership would be a lie.
    assert.equal(cells.get('site-a→site-b').state, 'ok');
    assert.equal(cells.get('site-c→site-b').state, 'ok');
    assert.equal(cells.get('site-a→site-c').state, 'ok');
  });

  it('started again it has the same id and row within 15 s', async () => {
    const startedAt = performance.now();
    const { code, stderr } = await mesh.sentinel('start', 'site-b');
    assert.equal(code, 0, stderr);

    const cells = await eventually('its row is back', 15_000 - (performance.now() - startedAt), async () => {
      const now = await mesh.cells();
      return PAIRS.every((pair) => now.get(pair)?.state === 'ok') && now;
    });

    assert.equal(cells.size, 6);
    assert.equal((await mesh.agents())['site-b'].id, agentsAtFirst['site-b'].id);
  });

  it('agents go on while the aggregator is dead, and hand in what they measured', async () => {
    const killedAt = new Date();
    const pids = SITES.map((site) => mesh.pid(site));
    mesh.kill('aggregator');
    await eventually('two rounds have passed', 3 * ROUND_MS, () => Date.now() - killedAt >= 2.5 * ROUND_MS);
    const { code, stderr } = await mesh.sentinel('start', 'aggregator');
    assert.equal(code, 0, stderr);

    const points = await eventually('the history has no gap', 40_000, async () => {
      const all = await mesh.history('site-a', 'site-c', new Date(killedAt.getTime() - 2 * ROUND_MS));
      const times = all.map((point) => Date.parse(point.at));
      const gap = times.some((time, i) => i > 0 && time - times[i - 1] > ROUND_MS);
      return !gap && times[0] < killedAt && times.at(-1) > killedAt.getTime() + 3 * ROUND_MS && all;
    });

    assert.ok(points.length >= 4);
    assert.ok(points.slice(1, -1).every((point) => point.received === point.sent && point.sent > 0), JSON.stringify(points));
    assert.deepEqual(SITES.map((site) => mesh.pid(site)), pids);
    const agents = await eventually('all are connected again', 15_000, async () => {
      const now = await mesh.agents();
      return SITES.every((site) => now[site].state === 'connected') && now;
    });
    assert.deepEqual(SITES.map((site) => agents[site].id), SITES.map((site) => agentsAtFirst[site].id));
  });

  it('down leaves no process and no port', async () => {
    const { code, stderr } = await mesh.sentinel('down');

    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /by force/);
    assert.deepEqual(mesh.processes(), []);
    for (const port of [mesh.port, mesh.port + 1, mesh.port + 2]) assert.ok(await canListen(port), `port ${port}`);
  });

  it('the second start takes less than 15 s and has the history of the first', async () => {
    const began = performance.now();
    const { code, stderr } = await mesh.up('--agents', '3');
    const seconds = (performance.now() - began) / 1000;

    assert.equal(code, 0, stderr);
    assert.ok(seconds < 15, `${seconds} s at load ${loadavg()[0]}\n${stderr}`);
    const points = await mesh.history('site-a', 'site-b', new Date(Date.now() - 3_600_000));
    assert.ok(points.length >= 5);
    assert.equal((await mesh.agents())['site-a'].id, agentsAtFirst['site-a'].id);
  });
});
