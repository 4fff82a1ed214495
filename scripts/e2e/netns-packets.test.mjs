// A real mesh in a network namespace of its own (scripts/test netns), where packets may be dropped.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, afterEach, before, describe, it } from 'node:test';
import { eventually, Mesh } from './mesh.mjs';

const TABLE = 'sentinel-e2e';
const nft = (text) => execFileSync('nft', ['-f', '-'], { input: text });
const drop = (rule, hook = 'input') => nft(`table ip ${TABLE} { chain c { type filter hook ${hook} priority 0; ${rule} drop; }; }`);
const restore = () => nft(`table ip ${TABLE} {}; delete table ip ${TABLE}`);

describe('packets that do not arrive', { timeout: 180_000, skip: !process.env.SENTINEL_NAMESPACE && 'needs scripts/test netns' }, () => {
  let mesh;
  const stateIs = async (wanted) => {
    const cells = await mesh.cells();
    return Object.entries(wanted).every(([pair, state]) => cells.get(pair)?.state === state);
  };

  before(async () => {
    mesh = await Mesh.create();
    const up = await mesh.up('--agents', '3');
    assert.equal(up.code, 0, up.stderr);
    await eventually('6 cells ok', 20_000, async () => {
      const cells = await mesh.cells();
      return cells.size === 6 && [...cells.values()].every((cell) => cell.state === 'ok');
    });
  });
  afterEach(restore);
  after(() => mesh?.remove());

  it('with an open ping group the agents use the datagram rung, which needs no rights', async () => {
    const rungs = Object.values(await mesh.agents()).map((agent) => agent.rung);

    assert.deepEqual(rungs, ['icmp-datagram', 'icmp-datagram', 'icmp-datagram']);
  });

  it('echo requests to one agent dropped: its column is down within 5 s, its row stays ok, and back within 5 s', async () => {
    drop('ip daddr 127.0.0.12 icmp type echo-request');

    await eventually('the column is down', 5_000, () => stateIs({ 'site-a→site-b': 'down', 'site-c→site-b': 'down' }));
    assert.ok(await stateIs({ 'site-b→site-a': 'ok', 'site-b→site-c': 'ok', 'site-a→site-c': 'ok', 'site-c→site-a': 'ok' }));
    assert.equal((await mesh.agents())['site-b'].state, 'connected');

    restore();
    await eventually('the column is ok again', 5_000, () => stateIs({ 'site-a→site-b': 'ok', 'site-c→site-b': 'ok' }));
  });

  it('all packets to one agent dropped: its column is down within 5 s, the others stay ok, and back within 5 s', async () => {
    await eventually('all ok before', 20_000, () => stateIs({ 'site-a→site-b': 'ok', 'site-c→site-b': 'ok' }));
    drop('ip daddr 127.0.0.12');

    await eventually('the column is down', 5_000, () => stateIs({ 'site-a→site-b': 'down', 'site-c→site-b': 'down' }));
    assert.ok(await stateIs({ 'site-a→site-c': 'ok', 'site-c→site-a': 'ok' }));

    restore();
    await eventually('the column is ok again', 5_000, () => stateIs({ 'site-a→site-b': 'ok', 'site-c→site-b': 'ok' }));
  });

  it('packets to one agent dropped on their way out, where the sender is told: down and back as well', async () => {
    await eventually('all ok before', 20_000, () => stateIs({ 'site-a→site-b': 'ok', 'site-c→site-b': 'ok' }));
    drop('ip daddr 127.0.0.12', 'output');

    await eventually('the column is down', 5_000, () => stateIs({ 'site-a→site-b': 'down', 'site-c→site-b': 'down' }));
    assert.ok(await stateIs({ 'site-a→site-c': 'ok', 'site-c→site-a': 'ok' }));

    restore();
    await eventually('the column is ok again', 5_000, () => stateIs({ 'site-a→site-b': 'ok', 'site-c→site-b': 'ok' }));
  });

  it('one direction of one pair dropped: only that cell is down', async () => {
    await eventually('all ok before', 20_000, async () => [...(await mesh.cells()).values()].every((cell) => cell.state === 'ok'));
    drop('ip saddr 127.0.0.11 ip daddr 127.0.0.13 icmp type echo-request');

    await eventually('the cell is down', 5_000, () => stateIs({ 'site-a→site-c': 'down' }));
    assert.ok(await stateIs({ 'site-c→site-a': 'ok', 'site-b→site-c': 'ok', 'site-a→site-b': 'ok' }));
  });
});
