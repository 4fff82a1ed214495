// The mesh in two halves: each goes on measuring, towards the other as well, and that loss is kept; when the cut heals they are one
// mesh again within half a minute, and the half without an aggregator has lost nothing.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { dropped, gaps, imbalance, inspect, rows, storedResults, storedTwice, timelines } from './books.mjs';
import { cannot } from './lab.mjs';
import { eventually } from './mesh.mjs';
import { AGGREGATOR, SiteMesh } from './site-mesh.mjs';

const NEAR = ['site-a', 'site-b']; // the aggregator's half
const FAR = ['site-c', 'site-d'];
const PACKETS = 4;
const ROUND_MS = 2_000;
const SETTINGS = `rounds:\n  length: ${ROUND_MS / 1_000}s\n  packets: ${PACKETS}\n`;
/** Long enough for both halves to miss each other's members, which takes up to 15 s. */
const PARTED_MS = 22_000;
const ONE_AGAIN_WITHIN_MS = 30_000;
/** A packet sent just before the cut may still be under way; one more round is closed late. */
const EDGE_MS = 2 * ROUND_MS;

describe('a mesh parted in two halves', { timeout: 420_000, skip: cannot }, () => {
  let mesh;
  let parted;
  let healed;

  const place = () => mesh.place();
  const aggregator = () => mesh.data(AGGREGATOR);
  /** How many members the aggregator counts, itself included. */
  const members = () => Number([...mesh.log(AGGREGATOR).matchAll(/Member .* (\d+) (?:in all|remain)/g)].at(-1)?.[1] ?? 1);
  const all = NEAR.concat(FAR);
  const across = (source, destination) => NEAR.includes(source) !== NEAR.includes(destination);

  before(async () => {
    mesh = await SiteMesh.create({ sites: all.length });
    await mesh.startAggregator();
    await mesh.push(SETTINGS);
    for (const site of all) await mesh.startAgent(site, { more: ['--membership-mode', 'member', '--host-metrics', 'off'] });
    await eventually('12 cells ok', 120_000, () => mesh.allOk());
    await eventually('5 members', 40_000, () => members() === 5);
  });
  after(() => mesh?.remove());

  it('each half goes on measuring, and what does not arrive in the other shows as down', async (t) => {
    parted = Date.now();
    mesh.part(FAR);
    t.diagnostic(`parted for ${PARTED_MS / 1_000} s`);

    await eventually('a and b see c and d down', 20_000, async () => {
      const cells = await mesh.cells();
      return NEAR.every((source) => all.every((destination) => source === destination
        || cells.get(`${source}→${destination}`).state === (across(source, destination) ? 'down' : 'ok')));
    });
    await eventually('the aggregator misses two members', 20_000, () => members() === 3);
    t.diagnostic(`two members are missed after ${Date.now() - parted} ms`);
    const left = parted + PARTED_MS - Date.now();
    if (left > 0) await pause(left);
  });

  it('they are one mesh again within 30 s of healing, by link and by membership', async (t) => {
    healed = Date.now();
    mesh.heal();

    const done = new Map();
    await eventually('one mesh', ONE_AGAIN_WITHIN_MS, async () => {
      const agents = await mesh.agents();
      const cells = await mesh.cells();
      const now = {
        'the links': FAR.every((site) => agents[site].state === 'connected'),
        'all cells ok, of now': cells.size === 12 && [...cells.values()].every(({ state, at }) => state === 'ok' && Date.parse(at) > healed),
        'the members': members() === 5,
      };
      for (const [what, is] of Object.entries(now)) if (is && !done.has(what)) done.set(what, Date.now() - healed);
      if (!Object.values(now).every(Boolean)) throw new Error(`${JSON.stringify(now)}, ${members()} members`);
      return true;
    });
    for (const [what, ms] of done) t.diagnostic(`${what}: ${ms} ms after healing`);
  });

  it('nothing is lost: every round of both halves is stored once, the loss between them too', async (t) => {
    const end = Date.now() - 5_000;
    await eventually('the history reaches from before the cut to after it', 40_000, async () => {
      const lines = await timelines(aggregator(), { place: place() });
      return all.every((site) => lines.get(site).at(-1).at >= end);
    });
    await Promise.all(all.map((site) => mesh.stop(site)));
    const stored = await storedResults(aggregator(), place());
    for (const site of all) {
      const books = await inspect(mesh.data(site));
      assert.equal(imbalance(books), undefined);
      assert.equal(dropped(books), 0);
      assert.equal(stored.get(site), books.made.results, `${site}: made and stored`);
    }

    for (const [site, line] of await timelines(aggregator(), { place: place(), from: new Date(parted - 3 * ROUND_MS) })) {
      assert.deepEqual(gaps(line.filter(({ at }) => at <= end), ROUND_MS), [], `${site} has holes`);
      for (const round of line.filter(({ at }) => at >= parted && at <= end - ROUND_MS)) assert.equal(round.pairs, all.length - 1, `${site} ${JSON.stringify(round)}`);
    }
    const sql = `SELECT source, destination, sum(sent), sum(received) FROM v_results WHERE kind <> 'stamp'
      AND time BETWEEN '${new Date(parted + EDGE_MS).toISOString()}' AND '${new Date(healed - EDGE_MS).toISOString()}' GROUP BY 1, 2`;
    const pairs = (await rows(aggregator(), sql, place())).map(([source, destination, sent, received]) => ({ source, destination, sent: Number(sent), received: Number(received) }));
    assert.equal(pairs.length, 12);
    for (const { source, destination, sent, received } of pairs) {
      const least = ((healed - parted - 2 * EDGE_MS) / ROUND_MS - 2) * PACKETS * 0.9;
      assert.ok(sent >= least, `${source} sent ${sent} to ${destination}, not ${least}`);
      if (across(source, destination)) assert.equal(received, 0, `${source} to ${destination}`);
      else assert.ok(received >= sent * 0.9, `${source} to ${destination}: ${received} of ${sent}`);
    }
    assert.deepEqual(await storedTwice(aggregator(), { place: place(), packets: PACKETS }), []);
    t.diagnostic(`${[...stored].map(([site, results]) => `${site} ${results}`).join(', ')} results made and stored; between the halves ${
      pairs.filter(({ source, destination }) => across(source, destination)).reduce((sum, { sent }) => sum + sent, 0)} packets sent and lost`);
  });
});
