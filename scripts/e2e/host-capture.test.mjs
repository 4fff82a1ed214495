// Nothing that a mesh says to itself can be read on the wire: a capture of three agents that join, run and are told settings. That
// the search can find at all, a mesh without TLS proves.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { notTls, TcpCapture } from './capture.mjs';
import { eventually, Mesh } from './mesh.mjs';

const ENDPOINT = 'haystack-endpoint';
const SETTINGS = `mesh:\n  endpoints:\n    - { name: ${ENDPOINT}, address: 127.0.3.1, site: haystack }\n`;
/** How a connection begins that Hazelcast makes without TLS: between members, by a client, by HTTP. */
const PLAIN_BEGINNINGS = ['HZC', 'CP2', 'GET', 'POS'];
const COMMON = ['site-a', 'site-b', 'site-c', ENDPOINT, 'sentinel-mesh', '"name"', '"site"', '"address"', 'HTTP/1.1', 'websocket', '/api/v1/link', 'Bearer '];

const tcpdump = spawnSync('tcpdump', ['--version']).status === 0;
const missing = process.getuid() !== 0 ? 'needs root, to capture on loopback' : !tcpdump && 'needs tcpdump';
// Where everything must be tested a capture that cannot be made is a failure.
const skip = process.env.CI === 'true' ? false : missing;

const found = (streams, needles) => needles.filter((needle) => streams.some(({ bytes }) => bytes.includes(needle)));
const beginnings = (streams) => [...new Set(streams.map(({ bytes }) => bytes.subarray(0, 3).toString('latin1')))];
const size = (streams) => streams.reduce((sum, { bytes }) => sum + bytes.length, 0);

async function push(mesh) {
  const put = await fetch(`${mesh.url}api/v1/settings?author=test`, {
    method: 'PUT', body: SETTINGS, headers: { 'If-Match': '"0"', 'Content-Type': 'application/yaml' },
  });
  assert.equal(put.status, 200, await put.text());
  await eventually('all have the settings, and the endpoint is measured', 30_000, async () => {
    const agents = Object.values(await mesh.agents());
    return agents.length >= 3 && agents.every(({ settingsVersion }) => settingsVersion === 1) && [...(await mesh.cells()).keys()].some((pair) => pair.endsWith(ENDPOINT));
  });
}

describe('a capture of a mesh', { timeout: 300_000, skip }, () => {
  let mesh;
  let capture;

  before(() => assert.equal(missing, false, String(missing)));
  const begin = async (...args) => {
    mesh = await Mesh.create();
    capture = await TcpCapture.start([mesh.port + 1, mesh.port + 2, ...(args.includes('--insecure') ? [mesh.port] : [])]);
    const up = await mesh.up(...args);
    assert.equal(up.code, 0, up.stderr);
  };
  const end = async () => {
    capture?.kill();
    await mesh?.remove();
  };

  describe('that joins, runs and is told settings', () => {
    let streams;
    let secrets;
    const folders = [];

    before(async () => {
      await begin('--agents', '2');
      // The third joins by a token that is known here.
      const folder = mkdtempSync(join(mesh.dataDir, '..', 'by-hand-'));
      folders.push(folder);
      const token = await mesh.token('site-c');
      writeFileSync(join(folder, 'token'), `${token}\n`, { mode: 0o600 });
      const third = mesh.inForeground('agent', 'join', mesh.door, '--token-file', join(folder, 'token'), '--name', 'site-c', '--data-dir', join(folder, 'data'),
        '--address', '127.0.0.13', '--member-port', String(mesh.port + 1), '--seed', `127.0.0.1:${mesh.port + 1}`, '--wrapping-key-file', join(folder, 'keys', 'key'));
      try {
        await push(mesh);
        await eventually('all three measure', 30_000, async () => (await mesh.cells()).size >= 6);
        secrets = [token, ...token.split('.').filter((part) => part.length > 8), ...Object.values(await mesh.agents()).map(({ id }) => id)];
      } finally {
        third.child.kill('SIGTERM');
        await third.ended;
      }
      const stopped = await capture.stop();
      assert.equal(stopped.dropped, 0, 'packets missing from the capture');
      streams = stopped.streams;
    });
    after(async () => {
      await end();
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    });

    it('saw the door, the links and the membership', (t) => {
      const to = (port) => streams.filter((stream) => stream.to.endsWith(`:${port}`));
      t.diagnostic(`${streams.length} streams, ${size(streams)} bytes`);
      assert.ok(to(mesh.port + 2).length >= 6, 'three joined and three are linked');
      assert.ok(to(mesh.port + 1).length >= 2, 'they are members');
      assert.ok(size(streams) > 50_000);
    });

    it('has nothing but TLS 1.3 in it', () => {
      for (const stream of streams) assert.equal(notTls(stream), undefined, `${stream.from} to ${stream.to}`);
      assert.deepEqual(beginnings(streams).filter((mark) => PLAIN_BEGINNINGS.includes(mark)), []);
    });

    it('shows no name, no key of a document, no token', () => {
      assert.ok(secrets.length >= 5);
      assert.deepEqual(found(streams, [...COMMON, ...secrets]), []);
    });
  });

  describe('without TLS', () => {
    after(end);

    it('shows all of it to the same search', async (t) => {
      await begin('--insecure', '--agents', '3');
      await push(mesh);
      const bearer = readFileSync(join(mesh.dataDir, 'aggregator', 'api-token'), 'utf8').trim();
      const { streams: all, dropped } = await capture.stop();
      assert.equal(dropped, 0, 'packets missing from the capture');
      // What this test itself asked at the page is no proof: only the agents' links and the membership.
      const links = new Set(all.filter(({ bytes }) => bytes.toString('latin1').startsWith('GET /api/v1/link')).flatMap(({ from, to }) => [`${from} ${to}`, `${to} ${from}`]));
      const page = `:${mesh.port}`;
      const streams = all.filter(({ from, to }) => !(from.endsWith(page) || to.endsWith(page)) || links.has(`${from} ${to}`));
      assert.ok(links.size >= 6);

      t.diagnostic(`${streams.length} streams, ${size(streams)} bytes; they begin with ${beginnings(streams).map((mark) => JSON.stringify(mark)).join(' ')}`);
      assert.deepEqual(found(streams, [...COMMON, bearer]).sort(), [...COMMON, bearer].sort());
      assert.ok(beginnings(streams).includes('HZC'));
      assert.ok(streams.some((stream) => notTls(stream) !== undefined));
    });
  });
});
