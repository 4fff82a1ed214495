// The aggregator under torture: scripts/torture aggregator runs it. Arguments: kills, seed, seconds to ready. The last line of standard output is one JSON
// object.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually, root } from '../e2e/mesh.mjs';
import { AGGREGATOR, SiteMesh } from '../e2e/site-mesh.mjs';
import { hold, say, seeded, torture } from './torture.mjs';

const kills = Number(process.argv[2]);
const seed = Number(process.argv[3]);
const { TORTURE_JAVA: java, TORTURE_AGENT_CLASSES: agentClasses, TORTURE_DB_CLASSES: dbClasses } = process.env;
const smallDisk = process.env.TORTURE_SMALL_DISK === '1';
const SITES = 6;
const AGENTS_PER_SITE = 3;
const UNRULY_SITE = 's006';
const SIMULATED = (SITES - 1) * AGENTS_PER_SITE;
const DISK_MB = 1_024;
const BACKLOG = '40m';
/** What is promised, from the aggregator's start, and from the postmaster's death. */
const READY_WITHIN_MS = Number(process.argv[4]) * 1_000;
const LONGEST_FULL_S = 20;
const PATIENCE_MS = 90_000;
const LINKED_WITHIN_MS = 60_000;
const SETTLED_WITHIN_MS = 150_000;

const { random, one } = seeded(seed);

/** A program that ends with this process, with what it said. */
class Program {
  constructor(name, command, args) {
    this.name = name;
    this.out = '';
    this.err = '';
    this.child = spawn('setpriv', ['--pdeathsig', 'KILL', command, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1', SENTINEL_SKIP_BUILD: '1' },
    });
    this.child.stdout.on('data', (chunk) => { this.out += chunk; });
    this.child.stderr.on('data', (chunk) => { this.err = (this.err + chunk).slice(-20_000); });
    this.child.stdin.on('error', () => {}); // it has ended
    this.ended = new Promise((resolve) => this.child.once('close', (code, signal) => resolve(code ?? signal)));
  }

  get runs() { return this.child.exitCode === null && this.child.signalCode === null; }

  lastLines() { return this.err.trim().split('\n').slice(-8).join('\n'); }

  /** Waits for its good end, and gives the JSON object that it printed last. */
  async result() {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), SETTLED_WITHIN_MS);
    const code = await this.ended;
    clearTimeout(timer);
    hold(code === 0, `${this.name} ended with ${code}: ${this.out.trim().split('\n').at(-1)}\n${this.lastLines()}`);
    return JSON.parse(this.out.trim().split('\n').at(-1));
  }
}

class Torture {
  counts = { aggregator_kills: 0, database_kills: 0, backend_kills: 0, full: 0, full_noticed: 0 };
  longest = { restart_ready_ms_max: 0, database_ready_ms_max: 0 };

  get killsSoFar() { return this.counts.aggregator_kills + this.counts.database_kills + this.counts.backend_kills; }

  file(name) { return join(this.mesh.folder, name); }

  async begin() {
    this.mesh = await SiteMesh.create({ sites: 0, inLab: false });
    this.data = this.mesh.data(AGGREGATOR);
    mkdirSync(this.data, { mode: 0o700 });
    if (smallDisk) execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m,mode=700`, 'tmpfs', this.data]);
    await this.mesh.startAggregator();
    const { token } = await this.mesh.api('/api/v1/join-tokens', { method: 'POST', body: JSON.stringify({ site: 'simulated', uses: SITES * AGENTS_PER_SITE }) });
    writeFileSync(this.file('token'), token, { mode: 0o600 });
    const door = `https://127.0.0.1:${this.mesh.port + 2}`;
    this.simulator = new Program('the simulator', join(root, 'scripts', 'sentinel'), ['simulate', door, '--token-file', this.file('token'),
      '--identities', this.file('identities'), '--sites', String(SITES), '--agents-per-site', String(AGENTS_PER_SITE), '--interval', '2s', '--live', '2s',
      '--backlog', BACKLOG, '--fault', `site-down:${UNRULY_SITE}`, '--books', this.file('books-simulator'), '--json']);
    await this.linked(SIMULATED);
    this.unruly = new Program('the unruly agents', java, ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', agentClasses,
      '-Dsentinel.logging=commands', 'io.sentinelmesh.agent.simulate.UnrulyAgents', door, this.file('identities'), this.file('books-unruly'),
      String(SITES), String(AGENTS_PER_SITE), String(seed)]);
    // They come and go.
    await eventually('the unruly agents are at work', LINKED_WITHIN_MS, async () => Object.keys(await this.mesh.agents()).some((name) => name.startsWith(UNRULY_SITE)));
    say(`${SIMULATED} agents and ${AGENTS_PER_SITE} unruly ones report${smallDisk ? `; the disk has ${DISK_MB} MB` : ''}`);
  }

  /** Both generators must run, or nothing is shown. */
  async linked(count) {
    await eventually(`${count} agents are linked`, LINKED_WITHIN_MS, async () => {
      this.generatorsRun();
      const agents = Object.entries(await this.mesh.agents());
      return agents.filter(([name, { state: how }]) => !name.startsWith(UNRULY_SITE) && how === 'connected').length >= count;
    }).catch((error) => { throw new Error(`${error.message}\n${this.simulator.lastLines()}`); });
  }

  generatorsRun() {
    for (const program of [this.simulator, this.unruly]) {
      if (program && !program.runs) throw new Error(`${program.name} ended by itself: ${program.lastLines()}`);
    }
  }

  /** Milliseconds from `from` until it says that it is ready. */
  async ready(from) {
    await eventually('the aggregator is ready', PATIENCE_MS, async () => (await this.mesh.api('/healthz/ready')).ready);
    return Date.now() - from;
  }

  postmaster() {
    const lines = readFileSync(join(this.data, 'postgres', 'pgdata', 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), accepts: /^ready/.test(lines[7] ?? '') };
  }

  /** A process of the server's by chance, but not itself. */
  backend() {
    const parent = this.postmaster().pid;
    const children = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid)).filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')') + 4).split(' ')[0]) === parent;
      } catch {
        return false; // ended meanwhile
      }
    });
    return Number(one(children));
  }

  async startAgain() {
    const from = Date.now();
    await this.mesh.startAggregator();
    const took = await this.ready(from);
    this.longest.restart_ready_ms_max = Math.max(this.longest.restart_ready_ms_max, took);
    hold(took <= READY_WITHIN_MS, `the aggregator was ready ${took} ms after its start`);
    return took;
  }

  // The episodes. Each says what it did.

  async aggregator() {
    await this.mesh.kill(AGGREGATOR);
    this.counts.aggregator_kills++;
    await pause(random(1_500));
    say(`the aggregator killed; ready ${await this.startAgain()} ms after its start`);
  }

  async database() {
    const { pid } = this.postmaster();
    process.kill(pid, 'SIGKILL');
    this.counts.database_kills++;
    say(`the postmaster killed; back after ${await this.databaseBack(Date.now(), pid)} ms`);
  }

  async databaseBack(from, killed) {
    await eventually('the postmaster is back', PATIENCE_MS, () => {
      hold(this.mesh.isRunning(AGGREGATOR), `the aggregator ended with its database: ${this.mesh.log(AGGREGATOR).split('\n').slice(-8).join('\n')}`);
      const now = this.postmaster();
      return now.pid !== killed && now.accepts;
    });
    const took = await this.ready(from);
    this.longest.database_ready_ms_max = Math.max(this.longest.database_ready_ms_max, took);
    hold(took <= READY_WITHIN_MS, `the aggregator was ready ${took} ms after its database was killed`);
    return took;
  }

  async backend_() {
    process.kill(this.backend(), 'SIGKILL');
    this.counts.backend_kills++;
    await pause(300);
    const took = await this.ready(Date.now() - 300);
    say(`a process of the database killed; ready after ${took} ms`);
  }

  async both() {
    process.kill(this.postmaster().pid, 'SIGKILL');
    this.counts.database_kills++;
    await pause(random(1_000));
    await this.mesh.kill(AGGREGATOR);
    this.counts.aggregator_kills++;
    say(`the postmaster and the aggregator killed; ready ${await this.startAgain()} ms after its start`);
  }

  async full() {
    const filler = join(this.data, 'filler');
    const seconds = 4 + random(4);
    this.counts.full++;
    const fill = () => {
      const file = openSync(filler, 'a');
      try {
        for (const size of [1 << 20, 65_536, 4_096, 1]) {
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
    let unready = 0;
    try {
      // Until the database has noticed: what still has room in its files goes in.
      for (const from = Date.now(); Date.now() - from < (unready > 0 ? seconds : LONGEST_FULL_S) * 1_000; await pause(200)) {
        fill();
        await this.mesh.api('/healthz/ready').catch(() => { unready++; });
      }
    } finally {
      rmSync(filler, { force: true });
    }
    const took = await this.ready(Date.now());
    if (unready > 0) this.counts.full_noticed++;
    say(`the disk was full (not ready at ${unready} of its looks); ready ${took} ms after there was room`);
  }

  /** All is acknowledged, and all that is acknowledged is there, once, in every tier. */
  async judge() {
    say('waiting until all that was sent is acknowledged');
    await this.linked(SIMULATED);
    this.unruly.child.stdin.end();
    const unruly = await this.unruly.result();
    this.simulator.child.kill('SIGTERM');
    const simulated = await this.simulator.result();
    const letters = await this.mesh.api('/api/v1/dead-letters');
    hold(letters.deadLetters.length === 0, `batches became dead letters: ${JSON.stringify(letters.deadLetters.slice(0, 3))}`);
    await this.mesh.stop(AGGREGATOR);
    const books = [['books-simulator', false], ['books-unruly', true]].flatMap(([name, wanted]) => readFileSync(this.file(name), 'utf8').split('\n')
      .filter((line) => line !== '' && line.split('\t')[1].startsWith(UNRULY_SITE) === wanted));
    writeFileSync(this.file('books'), `${books.join('\n')}\n`);
    say('adding all of it up anew');
    const figures = await this.finish();
    const { dataset_results, tier_cells, acknowledged_lost, counted_twice } = figures;
    hold(dataset_results > 0 && tier_cells > 0, 'nothing was compared');
    return { dataset_results, tier_cells, acknowledged_lost, counted_twice, batches_again: simulated.batches_again, links: simulated.links, unruly };
  }

  finish() {
    return new Promise((resolve, reject) => {
      execFile(java, ['-Xmx512m', '-XX:+UseSerialGC', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-cp', dbClasses,
        'io.sentinelmesh.db.bench.IngestBench', 'finish', join(this.data, 'postgres'), this.file('books'), '0'], { timeout: 600_000 }, (error, stdout, stderr) => {
        if (error) reject(new Error(`what is stored is not what was acknowledged:\n${stderr}`));
        else resolve(Object.fromEntries(stdout.trim().split('\n').map((line) => line.split(' ')).map(([name, value]) => [name, Number(value)])));
      });
    });
  }

  async remove() {
    for (const program of [this.simulator, this.unruly]) {
      if (program?.runs) {
        program.child.kill('SIGKILL');
        await program.ended;
      }
    }
    if (this.mesh) {
      await this.mesh.stop(AGGREGATOR);
      if (smallDisk) {
        await eventually('the small disk is free', PATIENCE_MS, () => { execFileSync('umount', [this.data], { stdio: 'ignore' }); return true; }).catch(() => {});
      }
      await this.mesh.remove();
    }
  }
}

const scene = new Torture();
await torture(async () => {
  await scene.begin();
  // Each kind once, then by chance.
  const kinds = ['aggregator', 'database', ...(smallDisk ? ['full'] : []), 'backend_', 'both'];
  const weighted = ['aggregator', 'aggregator', 'aggregator', 'database', 'database', 'database', 'backend_', 'both', 'both', ...(smallDisk ? ['full'] : [])];
  for (let episode = 0; scene.killsSoFar < kills; episode++) {
    await pause(500 + random(2_500));
    scene.generatorsRun();
    await scene[kinds[episode] ?? one(weighted)]();
  }
  const result = await scene.judge();
  return { kills: scene.killsSoFar, seed, small_disk: smallDisk, ...scene.counts, ...scene.longest, ...result };
}, () => scene.remove(), `--seed ${seed}`);
