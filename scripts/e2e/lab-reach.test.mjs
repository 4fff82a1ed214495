// Agents whom the network lets do less: one that gets nothing but the agents' door, one behind NAT, and beside them one
// that is reached. Real programs in the sites of a lab, with certificates; nft in their namespaces says what passes.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { cannot, Lab } from './lab.mjs';
import { eventually, root } from './mesh.mjs';

const HUB = '10.1.0.10';
const PAGE = 7420;
const MEMBERS = 7421;
const DOOR = 7422;
/** Of the agent that stands on one host with the aggregator. */
const OWN_MEMBERS = 7521;
/** Generous: the machine may be busy. Nothing here is a promise about time. */
const START_MS = 240_000;
const SOON_MS = 180_000;

describe('agents whom the network lets do less', { timeout: 1_500_000, skip: cannot }, () => {
  const lab = new Lab();
  const running = new Map();

  const place = (name) => join(lab.parent, name);
  const sentinel = (node, name, ...args) => {
    const child = lab.spawn(node, join(root, 'scripts', 'sentinel'), ...args);
    const program = { child, said: '', ended: new Promise((resolve) => child.once('close', resolve)) };
    child.stdout.on('data', (chunk) => { program.said += chunk; });
    running.set(name, program);
    return program;
  };
  const stop = async (name) => {
    const program = running.get(name);
    running.delete(name);
    program.child.kill('SIGTERM');
    const ended = await Promise.race([program.ended.then(() => true), pause(20_000, false)]);
    if (!ended) program.child.kill('SIGKILL');
  };
  const curl = async (path, ...more) => {
    // By a file: every user of a host can read a command line.
    const header = place('header');
    writeFileSync(header, `Authorization: Bearer ${readFileSync(join(place('aggregator'), 'api-token'), 'utf8').trim()}`, { mode: 0o600 });
    const { stdout, stderr, code } = await lab.exec('site-a', 'curl', '-sSk', '--max-time', '60', '-H', `@${header}`, ...more,
      `https://${HUB}:${PAGE}${path}`);
    if (code !== 0) throw new Error(`${path}: ${stderr}`);
    return JSON.parse(stdout);
  };
  const agents = async () => Object.fromEntries((await curl('/api/v1/agents')).agents.map((agent) => [agent.name, agent]));
  const cells = async () => {
    const matrix = await curl('/api/v1/matrix');
    const names = new Map(matrix.destinations.map((node) => [node.id, node.name]));
    return Object.fromEntries(matrix.cells.map((cell) => [`${names.get(cell.source)}→${names.get(cell.destination)}`, cell.state]));
  };
  const join_ = async (node, name, ...more) => {
    const made = await curl('/api/v1/join-tokens', '-H', 'Content-Type: application/json', '-d', JSON.stringify({ site: name, uses: 1 }));
    const file = place(`${name}.token`);
    writeFileSync(file, made.token, { mode: 0o600 });
    sentinel(node, name, 'agent', 'join', `https://${HUB}:${DOOR}`, '--token-file', file, '--name', name, '--data-dir', place(name),
      '--wrapping-key-file', place(`${name}.key`), ...more);
  };
  const nft = async (node, text) => {
    const file = place('rules.nft');
    writeFileSync(file, text);
    const { code, said } = await lab.exec(node, 'nft', '-f', file);
    assert.equal(code, 0, said);
  };

  const startHub = async () => {
    const hub = sentinel('site-a', 'hub', 'aggregator', '--data-dir', place('aggregator'), '--listen', HUB, '--port', String(PAGE),
      '--agent-port', String(DOOR), '--member-address', HUB, '--member-port', String(MEMBERS), '--tls-cert', place('page.pem'),
      '--tls-key', place('page.key'));
    await eventually('an aggregator', START_MS, () => hub.said.includes('ready '));
  };

  before(async () => {
    const up = await lab.lab('up', '--sites', '3', '--delays', '3,5,8');
    assert.equal(up.code, 0, up.said);
    mkdirSync(place('aggregator'), { mode: 0o700 });
    const [cert, key] = [place('page.pem'), place('page.key')];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
      '-subj', '/CN=mesh', '-addext', `subjectAltName=IP:${HUB}`, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    await startHub();
    await join_('site-a', 'near', '--member-port', String(OWN_MEMBERS), '--seed', `${HUB}:${MEMBERS}`);
    await eventually('a first agent', START_MS, async () => (await agents()).near?.state === 'connected');
  });
  after(async () => {
    for (const name of [...running.keys()].reverse()) await stop(name);
    await lab.remove();
  });

  it('one whose member port is dialled back is a member', async () => {
    const near = await eventually('a member', SOON_MS, async () => {
      const agent = (await agents()).near;
      return agent.membership.mode === 'member' && agent;
    });
    assert.equal(near.membership.reason, 'its member port is reached');
    assert.equal(near.behindNat, false);
    assert.ok(near.addresses.includes('2001:db8:1::10') || near.addresses.includes('2001:db8:1:0:0:0:0:10'), `${near.addresses}`);
  });

  it('one that gets nothing but the door is a full citizen', async () => {
    await nft('site-b', `table inet one-port {
      chain out { type filter hook output priority 0; ip daddr ${HUB} tcp dport != ${DOOR} drop; ip daddr ${HUB} tcp sport ${MEMBERS} drop; }
      chain in { type filter hook input priority 0; ip saddr ${HUB} tcp sport != ${DOOR} drop; }
    }`);
    await join_('site-b', 'narrow', '--seed', `${HUB}:${MEMBERS}`);

    const narrow = await eventually('it is without the cluster, and says why', START_MS, async () => {
      const agent = (await agents()).narrow;
      return agent?.membership?.mode === 'none' && /does not reach port/.test(agent.membership.reason) && agent;
    });
    assert.match(narrow.membership.reason, new RegExp(`no member's port is reached, .*${HUB}:${MEMBERS}.*the link to the aggregator alone`));
    assert.equal(narrow.behindNat, false);
    await eventually('it measures and is measured', SOON_MS, async () => {
      const now = await cells();
      return now['narrow→near'] === 'ok' && now['near→narrow'] === 'ok';
    });
    const all = await agents();
    const history = `/api/v1/pairs/${all.narrow.id}/${all.near.id}/history?from=${new Date(Date.now() - 3_600_000).toISOString()}&to=${new Date(Date.now() + 1000).toISOString()}&step=10`;
    await eventually('its finished rounds', SOON_MS, async () => (await curl(history)).points.some((point) => point.received > 0 || point.sent > 0));
    const file = place('settings.yaml');
    writeFileSync(file, 'rounds: { packets: 20 }\n');
    await curl('/api/v1/settings?author=test', '-X', 'PUT', '-H', 'If-Match: "0"', '-H', 'Content-Type: application/yaml', '--data-binary', `@${file}`);
    await eventually('settings in force', SOON_MS, async () => (await agents()).narrow.settingsVersion === 1);
  });

  it('pairs towards one behind NAT are not probed, and those from it are', async () => {
    await nft('acc-c', `table ip masquerading {
      chain post { type nat hook postrouting priority srcnat; ip saddr 10.3.0.0/24 ip daddr != 10.3.0.0/16 masquerade; }
      chain forward { type filter hook forward priority 0; ip daddr 10.3.0.0/24 ct state new drop; }
    }`);
    await join_('site-c', 'inner', '--seed', `${HUB}:${MEMBERS}`);

    await eventually('it is known to be behind NAT', START_MS, async () => (await agents()).inner?.behindNat === true);
    const seen = new Set();
    await eventually('it measures', SOON_MS, async () => {
      const now = await cells();
      Object.keys(now).filter((pair) => pair.endsWith('→inner')).forEach((pair) => seen.add(`${pair} ${now[pair]}`));
      return now['inner→near'] === 'ok' && now['inner→narrow'] === 'ok';
    });
    for (let look = 0; look < 16; look++) {
      await pause(500);
      const now = await cells();
      Object.keys(now).filter((pair) => pair.endsWith('→inner')).forEach((pair) => seen.add(`${pair} ${now[pair]}`));
    }
    assert.deepEqual([...seen], [], 'neither red nor green, at no moment');
    const inner = (await agents()).inner;
    assert.equal(inner.membership.mode, 'client', inner.membership.reason);
    assert.match(inner.membership.reason, /does not reach port/);
    const node = (await curl('/api/v1/matrix')).destinations.find((one) => one.name === 'inner');
    assert.equal(node.behindNat, true);
  });

  it('what packets go to an address behind NAT: none', async () => {
    await nft('site-a', `table ip counting {
      counter gone { }
      chain out { type filter hook output priority 0; ip daddr 10.3.0.10 icmp type echo-request counter name "gone"; }
    }`);
    await pause(4_000);
    const { stdout } = await lab.exec('site-a', 'nft', '-j', 'list', 'counters');
    const { counter } = JSON.parse(stdout).nftables.find((one) => one.counter?.name === 'gone');
    assert.equal(counter.packets, 0);
  });

  it('with an address advertised, by which others reach it, it is measured again', async () => {
    await stop('inner');
    // Port forwarding as a router does it: all that comes to its outer address goes to the agent.
    const outer = '10.3.1.1';
    await nft('acc-c', `flush chain ip masquerading forward
      table ip forwarding {
        chain pre { type nat hook prerouting priority dstnat; ip daddr ${outer} ip saddr { 10.1.0.0/16, 10.2.0.0/16 } dnat to 10.3.0.10; }
      }`);
    sentinel('site-c', 'inner', 'agent', '--data-dir', place('inner'), '--wrapping-key-file', place('inner.key'), '--advertise', outer);

    await eventually('it is measured at that address', START_MS, async () => {
      const now = await cells();
      return now['near→inner'] === 'ok' && now['inner→near'] === 'ok';
    });
    const inner = (await agents()).inner;
    assert.equal(inner.behindNat, false);
    assert.equal(inner.address, outer);
    await eventually('its member port is reached there, too', SOON_MS, async () => (await agents()).inner.membership.mode === 'member');
  });

  it('with the aggregator away and no member in reach, an agent that starts measures the peers of its last run', async () => {
    await stop('hub');
    await stop('narrow');
    await nft('site-b', `table ip counting {
      counter near { }
      counter inner { }
      chain out { type filter hook output priority 0; ip daddr ${HUB} icmp type echo-request counter name "near"; ip daddr 10.3.1.1 icmp type echo-request counter name "inner"; }
    }`);
    const began = new Date();
    sentinel('site-b', 'narrow', 'agent', '--data-dir', place('narrow'), '--wrapping-key-file', place('narrow.key'));

    await eventually('test packets to both', START_MS, async () => {
      const { stdout } = await lab.exec('site-b', 'nft', '-j', 'list', 'counters');
      const counters = JSON.parse(stdout).nftables.filter((one) => one.counter).map((one) => one.counter.packets);
      return counters.length === 2 && counters.every((packets) => packets > 20);
    });
    await startHub();
    await eventually('what it measured meanwhile', SOON_MS, async () => {
      const all = await agents();
      const path = `/api/v1/pairs/${all.narrow.id}/${all.near.id}/history?from=${began.toISOString()}&to=${new Date(Date.now() + 1000).toISOString()}&step=10`;
      return (await curl(path)).points.some((point) => point.sent > 0);
    });
  });
});
