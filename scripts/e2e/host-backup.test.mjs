// Everything the aggregator has, in one file, and back on an empty host: agents reconnect without joining again.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { eventually, Mesh } from './mesh.mjs';

describe('a backup', { timeout: 240_000 }, () => {
  let mesh;
  let folder;
  before(async () => {
    folder = mkdtempSync(join(process.env.SENTINEL_E2E_SCRATCH ?? tmpdir(), 'a backup '));
    mesh = await Mesh.create();
    const up = await mesh.up('--agents', '2');
    assert.equal(up.code, 0, up.stderr);
  });
  after(async () => {
    await mesh?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const agentIds = async () => Object.values(await mesh.agents()).map((agent) => agent.id);
  const stored = async () => {
    const points = await mesh.history('site-a', 'site-b', new Date(Date.now() - 600_000));
    return points.filter((point) => point.sent > 0).length;
  };

  it('brings an aggregator back on an empty host, with its history and its agents', async () => {
    await eventually('rounds in the history', 60_000, async () => (await stored()) > 0);
    const ids = await agentIds();
    const file = join(folder, 'mesh.backup');

    const made = await mesh.sentinel('db', 'export', file);
    assert.equal(made.code, 0, made.stderr);
    assert.match(made.stdout, /It holds the authority's key/);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const again = await mesh.sentinel('db', 'export', file);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /is there already/);

    const running = await mesh.sentinel('db', 'import', file);
    assert.equal(running.code, 1);
    assert.match(running.stderr, /stop it first/);
    assert.equal((await mesh.sentinel('stop', 'aggregator')).code, 0);
    const inUse = await mesh.sentinel('db', 'import', file);
    assert.equal(inUse.code, 1);
    assert.match(inUse.stderr, /there is an aggregator's data in/);

    // The host of the aggregator is lost.
    renameSync(join(mesh.dataDir, 'aggregator'), join(folder, 'lost'));
    const torn = join(folder, 'torn.backup');
    writeFileSync(torn, readFileSync(file));
    truncateSync(torn, statSync(file).size - 100);
    const refused = await mesh.sentinel('db', 'import', torn);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /is not a whole backup/);
    // One byte among the rows: their check sum tells, and nothing of the file stays.
    const flipped = readFileSync(file);
    const at = flipped.indexOf('tables/node') + 'tables/node'.length + 12;
    flipped[at] ^= 0x55;
    writeFileSync(torn, flipped);
    const wrong = await mesh.sentinel('db', 'import', torn);
    assert.equal(wrong.code, 1, wrong.stdout);
    assert.match(wrong.stderr, /damaged|check sum|nothing was loaded|invalid/);

    const loaded = await mesh.sentinel('db', 'import', file);
    assert.equal(loaded.code, 0, loaded.stderr);
    assert.match(loaded.stdout, /Start the aggregator now/);
    const started = await mesh.sentinel('start', 'aggregator');
    assert.equal(started.code, 0, started.stderr);

    await eventually('both agents are back as who they were', 60_000, async () => {
      const agents = Object.values(await mesh.agents());
      return agents.length === 2 && agents.every((agent) => agent.state === 'connected' && ids.includes(agent.id));
    });
    assert.ok((await stored()) > 0);
  });

  it('says what is wrong with its arguments', async () => {
    for (const [args, code, message] of [
      [['db', 'copy'], 2, /export and import/],
      [['db', 'export'], 2, /needs a file/],
      [['db', 'export', 'a', 'b'], 2, /not also 'b'/],
      [['db', 'export', join(folder, 'no such folder', 'x')], 1, /cannot write/],
    ]) {
      const answer = await mesh.run([...args, '--data-dir', mesh.dataDir]);
      assert.equal(answer.code, code, answer.stderr);
      assert.match(answer.stderr, message);
    }
  });
});
