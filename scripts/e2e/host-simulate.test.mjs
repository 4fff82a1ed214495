// The simulator against a real aggregator: a fault shows in its cells and nowhere else, and what was acknowledged is stored.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { rows } from './books.mjs';
import { eventually, Mesh } from './mesh.mjs';

const AGENTS = ['s001-1', 's001-2', 's002-1', 's002-2', 's003-1', 's003-2'];
const site = (name) => name.slice(0, 4);

describe('three simulated sites of two agents', { timeout: 180_000 }, () => {
  let mesh;
  before(async () => {
    mesh = await Mesh.create();
    const up = await mesh.up('--agents', '0');
    assert.equal(up.code, 0, up.stderr);
  });
  after(() => mesh?.remove());

  it('show a fault in its cells only, and all that was acknowledged is stored', async () => {
    const books = join(mesh.dataDir, 'run', 'books');
    const simulating = mesh.inForeground('simulate', '--data-dir', mesh.dataDir, '--sites', '3', '--agents-per-site', '2', '--interval',
      '1s', '--backlog', '20s', '--fault', 'one-direction:s001+s002', '--fault', 'impaired:s003-2', '--books', books, '--json');

    // The first live rows look back at a moment before the faults began.
    await eventually('all 30 cells are as the faults make them', 30_000, async () => {
      const cells = await mesh.cells();
      for (const from of AGENTS) {
        for (const to of AGENTS.filter((name) => name !== from)) {
          const cut = site(from) === 's001' && site(to) === 's002';
          const expected = from === 's003-2' ? 'prober-impaired' : cut ? 'down' : 'ok';
          assert.equal(cells.get(`${from}→${to}`)?.state, expected, `${from}→${to}`);
        }
      }
      return true;
    });

    simulating.child.kill('SIGINT');
    assert.equal(await simulating.ended, 0, simulating.said);
    const summary = JSON.parse(simulating.said.split('\n').find((line) => line.startsWith('{')));
    assert.ok(summary.results_acknowledged >= 6 * 5 * 18, simulating.said);
    assert.equal(summary.results_acknowledged, summary.results_made);
    const found = await rows(join(mesh.dataDir, 'aggregator'),
      "SELECT source, count(*), sum(sent), sum(received), sum(min_us), sum(max_us) FROM v_results WHERE time > now() - interval '1 day' GROUP BY source");
    const stored = new Map(found.map(([name, ...figures]) => [name, figures.map(Number)]));
    const said = readFileSync(books, 'utf8').trim().split('\n').map((line) => line.split('\t')).filter(([kind]) => kind === 'source');
    assert.equal(said.length, 6);
    for (const [, name, ...figures] of said) {
      const want = figures.map(Number);
      assert.deepEqual(stored.get(name).slice(0, 3), want.slice(0, 3), `${name}: results, packets, answers`);
      for (const at of [3, 4]) assert.ok(Math.abs(stored.get(name)[at] - want[at]) <= want[at] * 0.005, `${name}: delays`);
    }
  });

  it('are refused with the remedy when a fault makes no sense', async () => {
    const { code, stderr } = await mesh.sentinel('simulate', '--sites', '3', '--fault', 'path:s001+s004');
    assert.equal(code, 2);
    assert.match(stderr, /no site 's004'.*s001 to s003/);
  });
});
