// The whole mesh under torture: scripts/torture agent runs it after the spool alone. Arguments: kills, seed. The last line of
// standard output is one JSON object.
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { dropped, gaps, imbalance, inspect, storedResults, storedTwice, timelines } from '../e2e/books.mjs';
import { eventually } from '../e2e/mesh.mjs';
import { AGGREGATOR, SiteMesh } from '../e2e/site-mesh.mjs';
import { flip, tear } from './spool-files.mjs';
import { hold, say, seeded, torture } from './torture.mjs';

const kills = Number(process.argv[2]);
const seed = Number(process.argv[3]);
const root = process.getuid() === 0;
const SITES = 3;
const ROUND_MS = 2_000;
const PACKETS = 4;
const SETTINGS = `rounds:\n  length: ${ROUND_MS / 1_000}s\n  packets: ${PACKETS}\nhost-metrics:\n  enabled: false\n`;
/** A kill costs the round under way and the one that waits for its last answers; the first after a start may be a part of one. */
const KILL_COSTS_MS = 2 * ROUND_MS + 1_250;
/** From "ready" to the first packet of a plan, on a busy host. */
const START_COSTS_MS = 2 * ROUND_MS + 2_000;
const TMPFS_BYTES = 4 << 20;
const LONGEST_CUT_S = kills > 20 ? 60 : 8;
const BACKLOG_LIMIT_MS = 120_000;
/** An agent that was cut off tries again after 10 s at the latest, and its connecting may take 5. */
const REACHED_AGAIN_MS = 45_000;

const { random, one } = seeded(seed);

class Torture {
  counts = { agent_kills: 0, aggregator_kills: 0, flipped: 0, torn: 0, cuts: 0, full: 0 };
  /** Of each agent: when it was not there, and what damage took. */
  down = new Map();
  flippedRows = new Map();
  tornRows = new Map();
  last = new Map();
  inNamespaces = root;

  async begin() {
    this.mesh = await SiteMesh.create({ sites: SITES, inLab: root });
    for (const name of this.mesh.names) {
      this.down.set(name, []);
      this.flippedRows.set(name, 0);
      this.tornRows.set(name, 0);
    }
    say(root ? `${SITES} sites in network namespaces` : 'on loopback: without root nothing is cut off, and no disk is full');
    await this.mesh.startAggregator();
    await this.mesh.push(SETTINGS);
    for (const name of this.mesh.names) {
      if (root && name === this.mesh.names.at(-1)) await this.mesh.onSmallDisk(name, TMPFS_BYTES);
      await this.mesh.startAgent(name);
    }
    // In whatever state: agents of a busy host say that they are impaired, and measure.
    await eventually('the mesh measures', 120_000, async () => (await this.mesh.cells()).size === SITES * (SITES - 1));
    this.from = Date.now();
  }

  get killsSoFar() { return this.counts.agent_kills + this.counts.aggregator_kills; }

  /** Kills an agent, does `meanwhile` to what it left, and starts it again; its books must add up before and after. */
  async killAgent(name, meanwhile = () => {}) {
    const from = Date.now();
    await this.mesh.kill(name);
    this.counts.agent_kills++;
    const dead = await this.books(name);
    await meanwhile(dead);
    const { readyAt } = await this.mesh.startAgent(name);
    this.down.get(name).push({ from, to: readyAt });
    return readyAt - from;
  }

  async killAggregator(awayMs, meanwhile = async () => {}) {
    await this.mesh.kill(AGGREGATOR);
    this.counts.aggregator_kills++;
    await Promise.all([pause(awayMs), meanwhile()]);
    await this.mesh.startAggregator();
  }

  async books(name) {
    const books = await inspect(this.mesh.dataSeen(name));
    hold(imbalance(books) === undefined, `${name}: ${imbalance(books)}`);
    const before = this.last.get(name);
    if (before) {
      const least = before.made.rounds - this.tornRows.get(name);
      hold(books.made.rounds >= least, `${name} forgot rounds: ${before.made.rounds} made before, ${books.made.rounds} now, ${this.tornRows.get(name)} torn off`);
      hold(books.acknowledged.rounds >= before.acknowledged.rounds, `${name}: ${before.acknowledged.rounds} acknowledged before, ${books.acknowledged.rounds} now`);
    }
    this.last.set(name, books);
    return books;
  }

  /** While an agent is dead and rounds of it wait: one bit, or the end torn off. Exactly that must be missing from its books. */
  async damage(name, dead) {
    const folder = join(this.mesh.dataSeen(name), 'spool');
    const way = random(2) === 0 ? 'flipped' : 'torn';
    const row = way === 'flipped' ? flip(folder, random) : tear(folder, random);
    if (row === undefined) {
      say(`${name}: ${dead.waiting.rounds} rounds wait, nothing to damage`);
      return;
    }
    this.counts[way]++;
    const after = await inspect(this.mesh.dataSeen(name));
    hold(imbalance(after) === undefined, `${name}, ${way}: ${imbalance(after)}`);
    const corrupt = after.dropped.corrupt.rounds - dead.dropped.corrupt.rounds;
    const atEnd = after.dropped['disk-error'].rounds - dead.dropped['disk-error'].rounds;
    const forgotten = dead.made.rounds - after.made.rounds;
    hold(dead.waiting.rounds - after.waiting.rounds === 1, `${name}: one row was ${way}, but ${dead.waiting.rounds} waited before and ${after.waiting.rounds} do now`);
    if (way === 'flipped') {
      hold(corrupt === 1 && forgotten === 0, `${name}: row ${row} was flipped, but ${corrupt} more are counted as corrupt and ${forgotten} are forgotten`);
      this.flippedRows.set(name, this.flippedRows.get(name) + 1);
    } else {
      hold(atEnd + corrupt + forgotten === 1, `${name}: row ${row} was torn, but ${atEnd} more are counted as disk-error, ${forgotten} as never made`);
      this.tornRows.set(name, this.tornRows.get(name) + forgotten);
    }
    this.last.set(name, after);
    say(`${name}: row ${row} ${way}, ${after.waiting.rounds} rounds wait, ${corrupt} corrupt, ${atEnd} disk-error, ${forgotten} never made`);
  }

  /** What the books say is acknowledged is stored, and nothing twice. Asked of the database before the spool, so it never has more than was made. */
  async check() {
    const place = this.mesh.place();
    const data = this.mesh.data(AGGREGATOR);
    const acknowledged = new Map();
    for (const name of this.mesh.names) acknowledged.set(name, (await this.books(name)).acknowledged.results);
    const [stored, twice] = [await storedResults(data, place), await storedTwice(data, { place, packets: PACKETS })];
    for (const [name, results] of acknowledged) {
      hold((stored.get(name) ?? 0) >= results, `${name}: ${results} results are acknowledged, but only ${stored.get(name)} stored`);
    }
    hold(twice.length === 0, `stored twice: ${twice.join('; ')}`);
  }

  // The episodes. Each says what it did.

  async agent() {
    const name = one(this.mesh.names);
    await pause(random(ROUND_MS));
    const ms = await this.killAgent(name);
    say(`${name} killed, back after ${ms} ms`);
  }

  async aggregator() {
    const away = 500 + random(4_000);
    await this.killAggregator(away);
    say(`the aggregator killed, away for ${away} ms and its start`);
  }

  /** Rounds wait for the aggregator; an agent dies, too, and what it left is damaged. */
  async both() {
    const name = one(this.mesh.names);
    await this.killAggregator(0, async () => {
      await pause(4 * ROUND_MS + random(ROUND_MS));
      await this.killAgent(name, (dead) => this.damage(name, dead));
    });
    say(`the aggregator and ${name} killed`);
  }

  async cut() {
    const name = one(this.mesh.names.slice(1));
    const seconds = 6 + random(LONGEST_CUT_S - 5);
    say(`${name} cut off for ${seconds} s`);
    this.counts.cuts++;
    const from = Date.now();
    this.mesh.part([name]);
    try {
      await pause(seconds * 500);
      if (random(2) === 0) await this.killAgent(name, (dead) => this.damage(name, dead));
      const left = from + seconds * 1_000 - Date.now();
      if (left > 0) await pause(left);
    } finally {
      this.mesh.heal([name]);
    }
  }

  /** No room on the disk of one agent, while the aggregator is away, so that rounds must wait in memory. */
  async full() {
    const name = this.mesh.names.at(-1);
    const filler = join(this.mesh.dataSeen(name), 'spool', 'filler');
    const told = (pattern) => this.mesh.logged(name, pattern).length;
    const [before, backBefore] = [told(/cannot be written/), told(/can be written again/)];
    this.counts.full++;
    const fill = () => {
      const file = openSync(filler, 'a');
      try {
        for (const size of [65_536, 4_096, 1]) {
          try {
            for (;;) writeSync(file, Buffer.alloc(size));
          } catch (error) {
            if (error.code !== 'ENOSPC') throw error;
          }
        }
      } finally {
        closeSync(file);
      }
    };
    try {
      await this.killAggregator(0, async () => {
        fill();
        await eventually(`${name} says that its disk is full`, 30_000, () => {
          fill();
          return told(/cannot be written/) > before;
        });
        await pause(2 * ROUND_MS);
      });
    } finally {
      rmSync(filler, { force: true });
    }
    await eventually(`${name} says that it can write again`, 30_000, () => told(/can be written again/) > backBefore);
    say(`${name}: full disk, said so, and wrote again`);
  }

  /** Everything is there, once; the books are exact; nobody stopped measuring but while he was dead. */
  async judge() {
    const { mesh } = this;
    const place = mesh.place();
    const data = mesh.data(AGGREGATOR);
    const until = Date.now();
    say('waiting until all that waits has arrived');
    await eventually('all agents are linked', REACHED_AGAIN_MS, async () => Object.values(await mesh.agents()).every((agent) => agent.state === 'connected'));
    await eventually('the backlog is stored', BACKLOG_LIMIT_MS, async () => {
      const lines = await timelines(data, { place, from: new Date(this.from) });
      return mesh.names.every((name) => (lines.get(name)?.at(-1).at ?? 0) > until);
    });
    await Promise.all(mesh.names.map((name) => mesh.stop(name)));

    const stored = await storedResults(data, place);
    const twice = await storedTwice(data, { place, packets: PACKETS });
    const sum = { made: 0, acknowledged: 0, waiting: 0, dropped: {}, stored: 0, acknowledged_lost: 0 };
    for (const name of mesh.names) {
      const books = await this.books(name);
      const has = stored.get(name) ?? 0;
      sum.made += books.made.results;
      sum.acknowledged += books.acknowledged.results;
      sum.waiting += books.waiting.results;
      sum.stored += has;
      sum.acknowledged_lost += Math.max(0, books.acknowledged.results - has);
      for (const [reason, { results }] of Object.entries(books.dropped)) if (results > 0) sum.dropped[reason] = (sum.dropped[reason] ?? 0) + results;
      hold(has >= books.acknowledged.results, `${name}: ${books.acknowledged.results} acknowledged, ${has} stored`);
      // Stored, but not acknowledged: the answer never came, or what was stored was damaged on disk before it did.
      hold(has <= books.acknowledged.results + books.waiting.results + dropped(books), `${name}: ${has} stored, more than its books have: ${JSON.stringify(books)}`);
      hold(books.dropped.corrupt.rounds >= this.flippedRows.get(name), `${name}: ${this.flippedRows.get(name)} rows flipped, ${books.dropped.corrupt.rounds} counted`);
    }
    hold(twice.length === 0, `stored twice: ${twice.join('; ')}`);
    const longest = this.judgeMeasuring(await timelines(data, { place, from: new Date(this.from) }), until);
    return { ...sum, stored_twice: twice.length, ...longest };
  }

  judgeMeasuring(lines, until) {
    let longestGap = 0;
    let longestKill = 0;
    for (const name of this.mesh.names) {
      const downs = this.down.get(name);
      const books = this.last.get(name);
      const lost = Object.values(books.dropped).reduce((sum, { rounds }) => sum + rounds, 0) + this.tornRows.get(name);
      let unexplained = 0;
      for (const { after, ms } of gaps(lines.get(name).filter(({ at }) => at <= until), ROUND_MS)) {
        const [from, to] = [after + ROUND_MS, after + ROUND_MS + ms];
        for (let round = from; round < to; round += ROUND_MS) {
          if (!downs.some((down) => round >= down.from - KILL_COSTS_MS && round + ROUND_MS <= down.to + START_COSTS_MS)) unexplained++;
        }
        longestGap = Math.max(longestGap, ms);
      }
      for (const { from, to } of downs) longestKill = Math.max(longestKill, to - from);
      // Of a damaged row there is a hole, which is not one of measuring.
      hold(unexplained <= lost, `${name} did not measure in ${unexplained} rounds in which it was not dead, and ${lost} rounds were dropped or torn off`);
    }
    return { longest_gap_s: longestGap / 1_000, longest_kill_s: longestKill / 1_000 };
  }
}

const scene = new Torture();
await torture(async () => {
  await scene.begin();
  // Each kind once, then by chance.
  const kinds = root ? ['agent', 'both', 'cut', 'full', 'aggregator'] : ['agent', 'both', 'aggregator'];
  const weighted = root ? ['agent', 'agent', 'agent', 'agent', 'both', 'both', 'cut', 'cut', 'full', 'aggregator'] : ['agent', 'agent', 'agent', 'both', 'aggregator'];
  for (let episode = 0; episode < kinds.length || scene.killsSoFar < kills; episode++) {
    await scene[kinds[episode] ?? one(weighted)]();
    await scene.check();
  }
  const result = await scene.judge();
  return { kills: scene.killsSoFar, seed, namespaces: root, ...scene.counts, ...result };
}, () => scene.mesh?.remove(), `--seed ${seed}`);
