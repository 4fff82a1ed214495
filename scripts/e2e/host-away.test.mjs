// The aggregator is killed and stays away; the agents measure on. Afterwards its history has no hole and nothing twice, and what it
// shows is of now, at once. A minute; ten with SENTINEL_LONG=1; SENTINEL_AWAY_SECONDS says otherwise.
import assert from 'node:assert/strict';
import { cpus, loadavg } from 'node:os';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { dropped, imbalance, inspect, PACKETS, storedResults, storedTwice, timelines } from './books.mjs';
import { eventually, Mesh } from './mesh.mjs';

const SITES = ['site-a', 'site-b', 'site-c'];
const ENDPOINTS = 300;
/** Of one agent: the endpoints and its peers. */
const DESTINATIONS = ENDPOINTS + SITES.length - 1;
const ROUND_MS = 10_000;
const AWAY_S = Number(process.env.SENTINEL_AWAY_SECONDS ?? (process.env.SENTINEL_LONG ? 600 : 60));
/** From an agent's link being accepted again to a row of now in the matrix. */
const CURRENT_WITHIN_MS = 2_000;
/** The backlog of ten minutes is 3 MB for each agent, at 128 KiB/s. */
const BACKLOG_WITHIN_MS = 60_000 + AWAY_S * 200;

const settings = () => {
  const lines = Array.from({ length: ENDPOINTS }, (_, i) => `    - { name: d${i + 1}, address: 127.1.${i >> 8}.${i & 255}, site: s${i + 1}, redundancy: ${SITES.length} }`);
  return `mesh:\n  endpoints:\n${lines.join('\n')}\n`;
};

describe(`an aggregator that is away for ${AWAY_S} s, with ${DESTINATIONS} destinations of each of ${SITES.length} agents`, { timeout: 240_000 + AWAY_S * 1_300 }, () => {
  let mesh;
  let killed;
  let began;

  const data = (site) => `${mesh.dataDir}/agents/${site}`;
  const aggregator = () => `${mesh.dataDir}/aggregator`;
  /** When the matrix was asked, and how many cells of each source tell of a time after `since`. */
  const liveSince = async (since) => {
    const response = await fetch(`${mesh.url}api/v1/matrix`, { signal: AbortSignal.timeout(2_000) });
    const { at: asked, sources, cells } = await response.json();
    const names = new Map(sources.map(({ id, name }) => [id, name]));
    const fresh = new Map(SITES.map((site) => [site, 0]));
    for (const { source, destination, at } of cells) {
      if (source !== destination && Date.parse(at) > since) fresh.set(names.get(source), fresh.get(names.get(source)) + 1);
    }
    return { asked: Date.parse(asked), fresh };
  };
  const linkedAgain = (site) => {
    const lines = mesh.log(site).split('\n').filter((line) => /linked to the aggregator .* again/.test(line));
    return lines.map((line) => Date.parse(line.split(' ')[0])).find((at) => at > killed);
  };

  before(async () => {
    mesh = await Mesh.create();
    const up = await mesh.up('--agents', String(SITES.length));
    assert.equal(up.code, 0, up.stderr);
    const put = await fetch(`${mesh.url}api/v1/settings?author=test`, {
      method: 'PUT', body: settings(), headers: { 'If-Match': '"0"', 'Content-Type': 'application/yaml' },
    });
    assert.equal(put.status, 200, await put.text());
    await eventually('all destinations measured', 40_000, async () => [...(await liveSince(0)).fresh.values()].every((cells) => cells === DESTINATIONS));
  });
  after(() => mesh?.remove());

  it('shows what is measured now within 2 s of an agent\'s link', async (t) => {
    began = (Math.floor(Date.now() / ROUND_MS) + 1) * ROUND_MS;
    await pause(began + ROUND_MS - Date.now());
    killed = Date.now();
    mesh.kill('aggregator');
    t.diagnostic(`waiting ${AWAY_S} s without the aggregator`);
    await pause(AWAY_S * 1_000);

    const started = Date.now();
    const starting = mesh.sentinel('start', 'aggregator');
    const current = new Map();
    await eventually('every row of now', 60_000, async () => {
      const { asked, fresh } = await liveSince(killed);
      for (const [site, cells] of fresh) if (cells === DESTINATIONS && !current.has(site)) current.set(site, asked);
      return current.size === SITES.length;
    });
    const back = await starting;
    assert.equal(back.code, 0, back.stderr);

    // What the rest of the host is busy with is not the aggregator's fault.
    const slowness = Math.max(1, loadavg()[0] / cpus().length);
    for (const [site, at] of current) {
      const took = at - linkedAgain(site);
      t.diagnostic(`${site}: linked ${linkedAgain(site) - started} ms after the start of the aggregator, its row of now ${took} ms later`);
      assert.ok(took <= CURRENT_WITHIN_MS * slowness, `${site}: ${took} ms, at ${slowness.toFixed(1)} times the load that the host has processors for`);
    }
  });

  it('has every round of every pair once', async (t) => {
    const back = Date.now();
    await eventually('the backlog arrives', BACKLOG_WITHIN_MS, async () => {
      const lines = await timelines(aggregator(), { from: new Date(began) });
      const newest = SITES.map((site) => lines.get(site)?.at(-1).at ?? 0);
      if (newest.some((at) => at < back)) throw new Error(`newest rounds: ${newest.map((at) => new Date(at).toISOString())}`);
      return true;
    });
    t.diagnostic(`all of the backlog was stored ${Date.now() - back} ms after the first rows of now, at the latest`);

    await Promise.all(SITES.map(async (site) => assert.equal((await mesh.sentinel('stop', site)).code, 0)));
    const stored = await storedResults(aggregator());
    for (const site of SITES) {
      const books = await inspect(data(site));
      t.diagnostic(`${site}: ${books.made.results} results made, ${books.acknowledged.results} acknowledged, ${stored.get(site)} stored`);
      assert.equal(imbalance(books), undefined);
      assert.equal(dropped(books), 0);
      // What is neither less nor more is neither lost nor twice. What waits is stored, too: its acknowledgement was on its way when the
      // agent stopped.
      assert.equal(stored.get(site), books.made.results);
    }

    const end = Math.floor((back - 15_000) / ROUND_MS) * ROUND_MS;
    for (const [site, all] of await timelines(aggregator(), { from: new Date(began) })) {
      const line = all.filter(({ at }) => at <= end);
      assert.deepEqual(line.map(({ at }) => at), Array.from({ length: (end - began) / ROUND_MS + 1 }, (_, i) => began + i * ROUND_MS), site);
      for (const round of line) assert.equal(round.pairs, DESTINATIONS, `${site} ${JSON.stringify(round)}`);
      // A packet that a busy host sends late may fall into the next round.
      for (const round of line) assert.ok(round.least >= PACKETS - 2 && round.most <= PACKETS + 2, `${site} ${JSON.stringify(round)}`);
      t.diagnostic(`${site}: ${line.length} rounds in a row of ${DESTINATIONS} pairs`);
    }
    assert.deepEqual(await storedTwice(aggregator()), []);
  });
});
