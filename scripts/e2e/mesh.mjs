// A mesh of this host, driven as a user drives it: through scripts/sentinel. Each has a data directory and ports of its
// own, so a mesh that a developer has running is not disturbed.
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const standInJava = join(root, 'scripts', 'e2e', 'stand-in-java');
const scratch = process.env.SENTINEL_E2E_SCRATCH ?? tmpdir();

/** Longest that one command of scripts/sentinel may take (a first build apart). */
const COMMAND_LIMIT_MS = 120_000;
const POLL_MS = 150;

export class Mesh {
  #env;
  #clone;

  /** A mesh that is not started yet. `standIn`: programs that only pretend; its value says what goes wrong in them. */
  static async create({ standIn, env = {}, clone = root } = {}) {
    const mesh = new Mesh();
    // A blank in the name: every path of the scripts has to cope with it.
    mesh.dataDir = mkdtempSync(join(scratch, 'mesh data '));
    mesh.port = await freePorts();
    mesh.#clone = clone;
    const pretended = { SENTINEL_JAVA: standInJava, SENTINEL_SKIP_BUILD: '1', SENTINEL_STAND_IN: standIn };
    mesh.#env = { ...process.env, NO_COLOR: '1', ...(standIn === undefined ? {} : pretended), ...env };
    return mesh;
  }

  get url() {
    return `http://127.0.0.1:${this.port}/`;
  }

  /** Where agents join and report. */
  get door() {
    return `https://127.0.0.1:${this.port + 2}`;
  }

  /** A join token, as `sentinel token create` gives it. */
  async token(site, more = {}) {
    const made = await this.sentinel('api', 'POST', '/api/v1/join-tokens', '--data', JSON.stringify({ site, ...more }));
    if (made.code !== 0) throw new Error(`no token: ${made.stderr}`);
    return JSON.parse(made.stdout).token;
  }

  /** Runs one command to its end: {code, stdout, stderr}. */
  sentinel(command, ...args) {
    return this.run([command, '--data-dir', this.dataDir, ...args]);
  }

  /** The same without --data-dir. */
  run(args, { limit = COMMAND_LIMIT_MS, cwd = tmpdir() } = {}) {
    return new Promise((resolve) => {
      const options = { cwd, env: this.#env, timeout: limit, maxBuffer: 64 << 20 };
      const child = execFile(join(this.#clone, 'scripts', 'sentinel'), args, options, (error, stdout, stderr) => {
        resolve({ code: error ? (error.code ?? error.signal) : 0, stdout, stderr });
      });
      child.stdin.end();
    });
  }

  up(...args) {
    return this.sentinel('up', '--port', String(this.port), '--detach', ...args);
  }

  /** `up` in the foreground: the process, with what it said so far. */
  upInForeground(...args) {
    return this.inForeground('up', '--data-dir', this.dataDir, '--port', String(this.port), ...args);
  }

  inForeground(...args) {
    const child = spawn(join(this.#clone, 'scripts', 'sentinel'), args, { env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] });
    const running = { child, said: '' };
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { running.said += chunk; });
    running.ended = new Promise((resolve) => child.on('close', (code, signal) => resolve(code ?? signal)));
    return running;
  }

  async status() {
    return JSON.parse((await this.sentinel('status', '--json')).stdout);
  }

  /** GET of the API, as JSON. */
  async api(path) {
    const { code, stdout, stderr } = await this.sentinel('api', path);
    if (code !== 0) throw new Error(`api ${path}: ${stderr}`);
    return JSON.parse(stdout);
  }

  async agents() {
    return Object.fromEntries((await this.api('/api/v1/agents')).agents.map((agent) => [agent.name, agent]));
  }

  /** The live matrix as a map from "site-a→site-b" to the cell, without the diagonal. */
  async cells() {
    const matrix = await this.api('/api/v1/matrix');
    const names = new Map([...matrix.sources, ...matrix.destinations].map((node) => [node.id, node.name]));
    const cells = matrix.cells.filter((cell) => cell.source !== cell.destination);
    return new Map(cells.map((cell) => [`${names.get(cell.source)}→${names.get(cell.destination)}`, cell]));
  }

  /** Points of one pair's history in steps of one round, from `from` (a Date) until now. */
  async history(source, destination, from) {
    const agents = await this.agents();
    const path = `/api/v1/pairs/${agents[source].id}/${agents[destination].id}/history`;
    return (await this.api(`${path}?from=${from.toISOString()}&to=${new Date(Date.now() + 1000).toISOString()}&step=10`)).points;
  }

  log(name) {
    return readFileSync(join(this.dataDir, 'logs', `${name}.log`), 'utf8');
  }

  pid(name) {
    return Number(readFileSync(join(this.dataDir, 'run', `${name}.pid`), 'utf8').split(' ')[0]);
  }

  /** kill -9: the member gets no chance to say goodbye. */
  kill(name) {
    process.kill(this.pid(name), 'SIGKILL');
  }

  /** Processes that have this mesh's data directory in their arguments or as their working directory. */
  processes() {
    return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid && this.#owns(pid));
  }

  #owns(pid) {
    try {
      if (/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) return false;
      const says = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return says.includes(this.dataDir) || readlinkSync(`/proc/${pid}/cwd`).startsWith(this.dataDir);
    } catch {
      return false; // ended while we looked
    }
  }

  /** Stops everything and removes all traces, whatever state the mesh is in. */
  async remove() {
    await this.sentinel('down', '--purge');
    const left = this.processes();
    for (const pid of left) process.kill(Number(pid), 'SIGKILL');
    rmSync(this.dataDir, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`down left processes: ${left}`);
  }
}

/** Waits until `check` gives something true (which is returned), asking again and again; fails with its last answer. */
export async function eventually(what, withinMs, check) {
  const until = performance.now() + withinMs;
  let last;
  for (;;) {
    try {
      last = await check();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    if (performance.now() > until) {
      throw new Error(`not within ${withinMs} ms: ${what}; last: ${last instanceof Error ? last.message : last}`);
    }
    await pause(POLL_MS);
  }
}

/** A port P such that P to P+2 are free on every loopback address that a small mesh uses. */
export async function freePorts() {
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = 20_000 + 3 * Math.floor(Math.random() * 3_000); // below the ports that the kernel hands out
    if ((await canListen(port)) && (await canListen(port + 1)) && (await canListen(port + 2))) return port;
  }
  throw new Error('no three free ports in 50 attempts');
}

export function canListen(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '0.0.0.0', () => server.close(() => resolve(true)));
  });
}
