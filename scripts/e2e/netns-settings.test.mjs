// Remote settings of a real mesh, proven by the packets on the wire (scripts/test netns): what counts is what a capture
// saw leave, not what anybody says of himself.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually, Mesh } from './mesh.mjs';

const SITES = new Map([['127.0.0.11', 'site-a'], ['127.0.0.12', 'site-b'], ['127.0.0.13', 'site-c']]);
/** What the issue allows between the request and the wire. */
const IN_FORCE_WITHIN_S = 2;
/** Longer than the 0.2 s between two packets of the tests' rhythm, shorter than the standard 1 s. */
const QUICK_GAP_S = 0.4;

/** Echo requests by directed pair: the kernel's times in seconds since 1970, as tcpdump tells them. */
class Capture {
  #child;
  sent = new Map();

  static async start() {
    const capture = new Capture();
    const filter = 'icmp[icmptype] = icmp-echo';
    capture.#child = spawn('tcpdump', ['-i', 'lo', '-n', '-tt', '-l', '--immediate-mode', filter], { stdio: ['ignore', 'pipe', 'pipe'] });
    let rest = '';
    capture.#child.stdout.on('data', (chunk) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop();
      for (const line of lines) capture.#see(line);
    });
    await new Promise((resolve, reject) => {
      capture.#child.stderr.on('data', (chunk) => { if (`${chunk}`.includes('listening on')) resolve(); });
      capture.#child.once('exit', () => reject(new Error('tcpdump ended')));
    });
    return capture;
  }

  #see(line) {
    const parts = /^(\d+\.\d+) IP (\S+) > (\S+): ICMP echo request/.exec(line);
    if (!parts || !SITES.has(parts[2]) || !SITES.has(parts[3])) return;
    const pair = `${SITES.get(parts[2])}→${SITES.get(parts[3])}`;
    if (!this.sent.has(pair)) this.sent.set(pair, []);
    this.sent.get(pair).push(Number(parts[1]));
  }

  /** How many packets each of the pairs sent in the window, both ends in seconds since 1970. */
  counts(from, to, pairs = [...this.sent.keys()]) {
    return Object.fromEntries(pairs.map((pair) => [pair, (this.sent.get(pair) ?? []).filter((at) => at >= from && at < to).length]));
  }

  /** When, after `since`, the first packet of the pair came that follows another within the quick rhythm. */
  quickSince(pair, since) {
    const times = (this.sent.get(pair) ?? []).filter((at) => at >= since);
    return times.find((at, i) => i > 0 && at - times[i - 1] < QUICK_GAP_S);
  }

  stop() {
    this.#child.kill();
  }
}

const missing = !process.env.SENTINEL_NAMESPACE ? 'needs scripts/test netns'
  : spawnSync('tcpdump', ['--version']).status !== 0 && 'needs tcpdump';

describe('settings that a mesh is given while it runs', { timeout: 300_000, skip: missing }, () => {
  const file = join(tmpdir(), `settings-${process.pid}.yaml`);
  let mesh;
  let capture;
  const now = () => Date.now() / 1000;
  const within = (counts, least, most) => {
    assert.equal(Object.keys(counts).length > 0, true);
    for (const [pair, count] of Object.entries(counts)) {
      assert.ok(count >= least && count <= most, `${pair}: ${count} packets, wanted ${least} to ${most}`);
    }
  };
  const put = (document, version) => fetch(`${mesh.url}api/v1/settings?author=test`, {
    method: 'PUT', body: document, headers: { 'If-Match': `"${version}"`, 'Content-Type': 'application/yaml' },
  });
  const versions = async () => Object.values(await mesh.agents()).map((agent) => agent.settingsVersion);

  before(async () => {
    mesh = await Mesh.create();
    const up = await mesh.up('--agents', '3');
    assert.equal(up.code, 0, up.stderr);
    await eventually('6 cells ok', 30_000, async () => {
      const cells = await mesh.cells();
      return cells.size === 6 && [...cells.values()].every((cell) => cell.state === 'ok');
    });
    capture = await Capture.start();
  });
  after(async () => {
    capture?.stop();
    rmSync(file, { force: true });
    await mesh?.remove();
  });

  it('a new rhythm is on the wire of all 6 pairs within 2 s', async (t) => {
    await pause(5_000);
    within(capture.counts(now() - 4.5, now() - 0.5), 3, 5);

    const asked = now();
    const answer = await put('rounds: { packets: 50 }\n', 0);
    assert.equal(answer.status, 200, await answer.text());

    const pairs = [...capture.sent.keys()];
    assert.equal(pairs.length, 6);
    const took = await eventually('the quick rhythm', 10_000, () => {
      const times = pairs.map((pair) => capture.quickSince(pair, asked) - asked);
      return times.every((time) => time > 0) && times;
    });
    t.diagnostic(`seconds from the request to the second packet of the new rhythm, the slowest pair: ${Math.max(...took).toFixed(2)}`);
    assert.ok(Math.max(...took) <= IN_FORCE_WITHIN_S, `${took}`);
    assert.deepEqual(await versions(), [1, 1, 1]);
    // What was sent until then has been printed, too.
    await pause(Math.max(0, asked + 7 - now()) * 1_000);
    within(capture.counts(asked + 2, asked + 6), 16, 24); // the old rhythm makes 4; a busy host sends late
  });

  it('a faulty document is refused with its places, and not one packet changes', async () => {
    writeFileSync(file, 'rounds:\n  packets: 5000\n  lenght: 1s\n');
    const asked = now();

    const push = await mesh.sentinel('config', 'push', file);

    assert.equal(push.code, 1);
    assert.match(push.stderr, new RegExp(`^${file}:2:12: "rounds.packets" is 5000: write a whole number from 1 to 1000$`, 'm'));
    assert.match(push.stderr, new RegExp(`^${file}:3:3: unknown key "rounds.lenght", perhaps "length" was meant`, 'm'));
    assert.match(push.stderr, /nothing was changed/);
    const refused = await put('rounds: { packets: 5000 }', 1);
    assert.equal(refused.status, 422);
    await pause(4_000);
    within(capture.counts(asked, asked + 4), 18, 22);
    assert.deepEqual(await versions(), [1, 1, 1]);
    assert.equal((await mesh.api('/api/v1/settings')).version, 1);
  });

  it('what an agent pins stays on the wire, and who refuses says why while the others follow', async () => {
    writeFileSync(join(mesh.dataDir, 'agents', 'site-b.settings.yaml'), 'rounds: { length: 2s, packets: 4 }\n');
    assert.equal((await mesh.sentinel('stop', 'site-b')).code, 0);
    assert.equal((await mesh.sentinel('start', 'site-b')).code, 0);
    await eventually('site-b tells what it pins', 20_000, async () => (await mesh.agents())['site-b'].settingsPinned?.length === 2);
    assert.deepEqual((await mesh.agents())['site-b'].settingsPinned, ['rounds.length', 'rounds.packets']);
    writeFileSync(file, 'rounds:\n  packets: 100\n  loss-threshold: 3s\n');
    const asked = now();

    const push = await mesh.sentinel('config', 'push', file);

    assert.equal(push.code, 1, push.stderr);
    assert.match(push.stderr, /site-a: in force/);
    assert.match(push.stderr, /site-b refuses them and keeps what it has: line 3, column 19: .*pinned by this agent's own file/);
    await pause(6_000);
    const last = [now() - 2.5, now() - 0.5];
    within(capture.counts(...last, ['site-a→site-c', 'site-c→site-a']), 18, 22);
    within(capture.counts(...last, ['site-b→site-a', 'site-b→site-c']), 3, 5);
    assert.ok(asked < last[0]);
    const { settingsVersion, settingsRefused } = (await mesh.agents())['site-b'];
    assert.deepEqual([settingsVersion, settingsRefused.version], [1, 2]);
  });

  it('an agent that starts while the aggregator is away begins with what it took last', async () => {
    assert.equal((await mesh.sentinel('stop', 'aggregator')).code, 0);
    assert.equal((await mesh.sentinel('stop', 'site-a')).code, 0);
    const asked = now();
    assert.equal((await mesh.sentinel('start', 'site-a')).code, 0);

    await eventually('site-a measures', 20_000, () => capture.quickSince('site-a→site-c', asked));
    const began = capture.sent.get('site-a→site-c').find((at) => at >= asked);
    await pause(3_000);
    within(capture.counts(began, began + 2, ['site-a→site-c']), 18, 22);

    assert.equal((await mesh.sentinel('start', 'aggregator')).code, 0);
    await eventually('all are linked and told', 30_000, async () => {
      const agents = Object.values(await mesh.agents());
      return agents.every((agent) => agent.state === 'connected') && (await mesh.agents())['site-a'].settingsVersion === 2;
    });
  });

  it('show and push go round without a change, and a late push does not overwrite', async () => {
    const show = await mesh.sentinel('config', 'show');
    assert.equal(show.code, 0, show.stderr);
    assert.match(show.stdout, /^# settings version 2\nrounds:\n {2}packets: 100\n/);
    writeFileSync(file, show.stdout.replace('packets: 100', 'packets: 20').replace('loss-threshold: 3s', 'loss-threshold: 1s'));

    const push = await mesh.sentinel('config', 'push', file);
    assert.equal(push.code, 0, push.stderr);
    assert.match(push.stderr, /settings version 3 are in force/);
    const late = await mesh.sentinel('config', 'push', file);
    assert.equal(late.code, 1);
    assert.match(late.stderr, /version 3 is in force/);
    const history = await mesh.sentinel('config', 'history');
    assert.match(history.stdout, /^3 +\S+Z +[0-9a-f]{12} +\S+@\S+$/m);
    assert.equal(history.stdout.trim().split('\n').length, 4);
    assert.ok(readFileSync(file, 'utf8').startsWith('# settings version 2\n'));
  });
});
