// A mesh whose aggregator stands in a site of a lab as its agents do, so that a cut between sites cuts everything: what is probed,
// the links and the membership. Where nobody may make namespaces it stands on loopback, and nothing can be cut. Its programs are
// children of this process and end with it, however that ends.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, createWriteStream, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lab, processesWith } from './lab.mjs';
import { eventually, freePorts, root } from './mesh.mjs';

const scratch = process.env.SENTINEL_E2E_SCRATCH ?? tmpdir();
const sentinel = join(root, 'scripts', 'sentinel');
const READY_LIMIT_MS = 90_000;
const STOP_LIMIT_MS = 30_000;
const REQUEST_LIMIT_MS = 20_000;
/** The aggregator's host is an agent's, too: their member ports must differ. */
const AGENT_MEMBER_PORT_OFFSET = 10;

export const AGGREGATOR = 'aggregator';

export class SiteMesh {
  #programs = new Map();
  #token = '';
  #smallDisks = new Map();

  /**
   * @param sites how many; each has an agent, the first also the aggregator
   * @param inLab network namespaces (needs root), else loopback
   */
  static async create({ sites, inLab = true }) {
    const mesh = new SiteMesh();
    mesh.folder = mkdtempSync(join(scratch, 'site mesh '));
    mesh.names = Array.from({ length: sites }, (_, i) => `site-${String.fromCharCode(97 + i)}`);
    mesh.inLab = inLab;
    for (const name of ['logs', 'keys', 'tls']) mkdirSync(join(mesh.folder, name));
    try {
      if (inLab) await mesh.#makeLab();
      else mesh.port = await freePorts();
      return mesh;
    } catch (error) {
      await mesh.remove();
      throw error;
    }
  }

  async #makeLab() {
    this.lab = new Lab();
    const { code, said } = await this.lab.lab('up', '--sites', String(this.names.length));
    if (code !== 0) throw new Error(`no lab: ${said}`);
    const { prefix, sites } = await this.lab.status();
    Object.assign(this, { prefix, sites, port: 7420 });
    // People's page and API are asked from the host, over the management network.
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=lab',
      '-addext', `subjectAltName=IP:${sites[0].management},IP:127.0.0.1`, '-keyout', this.#tls('key'), '-out', this.#tls('cert')], { stdio: 'ignore' });
  }

  #tls(what) { return join(this.folder, 'tls', `${what}.pem`); }

  /** What stands before a command that is to run where NAME stands. */
  place(name = AGGREGATOR) {
    if (this.#smallDisks.has(name)) return ['nsenter', '-t', String(this.#smallDisks.get(name).pid), '-m', '-n', '--'];
    return this.inLab ? ['ip', 'netns', 'exec', this.sites[this.#index(name)].namespace] : [];
  }

  #index(name) { return name === AGGREGATOR ? 0 : this.names.indexOf(name); }

  address(name) {
    if (this.inLab) return this.sites[this.#index(name)].ipv4;
    return name === AGGREGATOR ? '127.0.0.1' : `127.0.0.${11 + this.#index(name)}`;
  }

  data(name) { return join(this.folder, name); }

  /** The same as this process sees it: an agent's small disk is in a mount namespace of its own. */
  dataSeen(name) {
    const holder = this.#smallDisks.get(name);
    return holder ? `/proc/${holder.pid}/root${this.data(name)}` : this.data(name);
  }

  /** From now on the agent's spool is in a tmpfs of that size, which outlives the agent and ends with this process. Only in a lab. */
  async onSmallDisk(name, bytes) {
    const folder = join(this.data(name), 'spool');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const mounting = `mount -t tmpfs -o size=${bytes},mode=700 tmpfs "$0" && echo mounted && exec sleep infinity`;
    // ip(8) gives what it runs a mount namespace of its own.
    const holder = spawn('setpriv', ['--pdeathsig', 'KILL', ...this.place(name), 'sh', '-c', mounting, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    let mounted = false;
    holder.stdout.on('data', () => { mounted = true; });
    await eventually(`a small disk for ${name}`, STOP_LIMIT_MS, () => mounted);
    this.#smallDisks.set(name, holder);
  }

  log(name) { return readFileSync(join(this.folder, 'logs', `${name}.log`), 'utf8'); }

  /** Moments (ms) at which NAME logged a line that fits. */
  logged(name, pattern) {
    return this.log(name).split('\n').filter((line) => pattern.test(line)).map((line) => Date.parse(line.split(' ')[0]));
  }

  isRunning(name) { return this.#programs.has(name); }

  pid(name) { return this.#programs.get(name).pid; }

  /** Starts a program of the project where NAME stands; `ready` is kept when it has said so. */
  #start(name, args, { env = {}, before = [] } = {}) {
    const log = join(this.folder, 'logs', `${name}.log`);
    appendFileSync(log, '');
    // Whatever becomes of this process, what it started must not outlive it.
    const command = ['setpriv', '--pdeathsig', 'KILL', ...this.place(name), ...before, sentinel, ...args];
    const child = spawn(command[0], command.slice(1), {
      cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1', SENTINEL_SKIP_BUILD: '1', ...env },
    });
    const program = { pid: child.pid, startedAt: Date.now(), readyAt: undefined };
    child.stderr.pipe(createWriteStream(log, { flags: 'a' }));
    child.stdout.on('data', (chunk) => { if (/^ready/m.test(`${chunk}`)) program.readyAt ??= Date.now(); });
    program.ended = new Promise((resolve) => {
      child.once('exit', () => {
        if (this.#programs.get(name) === program) this.#programs.delete(name);
        resolve();
      });
    });
    this.#programs.set(name, program);
    return program;
  }

  async #untilReady(name, program) {
    await eventually(`${name} is ready`, READY_LIMIT_MS, () => {
      if (program.readyAt === undefined && !this.isRunning(name)) {
        throw new Error(`${name} ended: ${this.log(name).split('\n').slice(-6).join('\n')}`);
      }
      return program.readyAt;
    });
    return program;
  }

  /** Both return when it has said "ready": {startedAt, readyAt} in ms. */
  async startAggregator() {
    const door = ['--listen', this.inLab ? '0.0.0.0' : '127.0.0.1', '--port', String(this.port), '--member-address', this.address(AGGREGATOR)];
    if (this.inLab) door.push('--tls-cert', this.#tls('cert'), '--tls-key', this.#tls('key'), '--agent-host', this.address(AGGREGATOR));
    const started = await this.#untilReady(AGGREGATOR, this.#start(AGGREGATOR, ['aggregator', '--data-dir', this.data(AGGREGATOR), ...door]));
    this.#token = readFileSync(join(this.data(AGGREGATOR), 'api-token'), 'utf8').trim();
    return started;
  }

  /** Joins if it never has. `more`: options, kept by the agent for ever; `before`: a command in front of it, such as unshare(1). */
  async startAgent(name, { more = [], before = [] } = {}) {
    if (existsSync(join(this.data(name), 'identity'))) {
      return this.#untilReady(name, this.#start(name, ['agent', '--data-dir', this.data(name)], { before }));
    }
    const { token } = await this.api('/api/v1/join-tokens', { method: 'POST', body: JSON.stringify({ site: name }) });
    const address = this.address(name);
    const memberPort = this.port + 1 + (this.inLab ? AGENT_MEMBER_PORT_OFFSET : 0);
    const args = ['agent', 'join', `https://${this.address(AGGREGATOR)}:${this.port + 2}`, '--name', name, '--data-dir', this.data(name),
      '--wrapping-key-file', join(this.folder, 'keys', `${name}.key`), '--address', address, '--source-address', address,
      '--member-port', String(memberPort), '--seed', `${this.address(AGGREGATOR)}:${this.port + 1}`, ...more];
    return this.#untilReady(name, this.#start(name, args, { before, env: { SENTINEL_AGENT_TOKEN: token } }));
  }

  /** SIGKILL, and back when it is gone. */
  async kill(name) {
    const program = this.#programs.get(name);
    process.kill(program.pid, 'SIGKILL');
    await program.ended;
  }

  async stop(name) {
    const program = this.#programs.get(name);
    if (!program) return;
    process.kill(program.pid, 'SIGTERM');
    const timer = setTimeout(() => { try { process.kill(program.pid, 'SIGKILL'); } catch { /* ended meanwhile */ } }, STOP_LIMIT_MS);
    await program.ended;
    clearTimeout(timer);
  }

  /** JSON of the API, over the management network, which nothing cuts. */
  api(path, { method = 'GET', body, headers = {} } = {}) {
    const options = {
      host: this.inLab ? this.sites[0].management : '127.0.0.1', port: this.port, path, method, timeout: REQUEST_LIMIT_MS, agent: false,
      headers: { Authorization: `Bearer ${this.#token}`, 'Content-Type': 'application/json', ...headers },
      ...(this.inLab ? { ca: readFileSync(this.#tls('cert')) } : {}),
    };
    return new Promise((resolve, reject) => {
      const sent = (this.inLab ? tlsRequest : plainRequest)(options, (response) => {
        let text = '';
        response.on('data', (chunk) => { text += chunk; });
        response.on('error', reject);
        response.on('end', () => (response.statusCode < 300 ? resolve(JSON.parse(text)) : reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`))));
      });
      sent.on('timeout', () => sent.destroy(new Error(`${path}: no answer`)));
      sent.on('error', reject);
      sent.end(body);
    });
  }

  async push(document, version = 0) {
    await this.api('/api/v1/settings?author=test', { method: 'PUT', body: document, headers: { 'If-Match': `"${version}"`, 'Content-Type': 'application/yaml' } });
  }

  async agents() {
    return Object.fromEntries((await this.api('/api/v1/agents')).agents.map((agent) => [agent.name, agent]));
  }

  /** The live matrix: "site-a→site-b" → cell, without the diagonal. */
  async cells() {
    const { sources, destinations, cells } = await this.api('/api/v1/matrix');
    const names = new Map([...sources, ...destinations].map(({ id, name }) => [id, name]));
    return new Map(cells.filter(({ source, destination }) => source !== destination)
      .map((cell) => [`${names.get(cell.source)}→${names.get(cell.destination)}`, cell]));
  }

  async allOk() {
    const cells = [...(await this.cells()).values()];
    return cells.length === this.names.length * (this.names.length - 1) && cells.every(({ state }) => state === 'ok');
  }

  /** Nothing passes any more between these sites and the others; inside each part everything does. */
  part(names) {
    const net = (name) => [`10.${this.#index(name) + 1}.0.0/16`, `2001:db8:${(this.#index(name) + 1).toString(16)}::/48`];
    const others = this.names.filter((name) => !names.includes(name)).map(net);
    for (const name of names) {
      const rules = others.flatMap(([v4, v6]) => [`ip saddr ${v4} counter drop`, `ip daddr ${v4} counter drop`, `ip6 saddr ${v6} counter drop`, `ip6 daddr ${v6} counter drop`]);
      this.#nft(name, `table inet parted {\n chain rules {\n type filter hook forward priority 0; policy accept;\n${rules.join('\n')}\n }\n}\n`);
    }
  }

  heal(names = this.names) {
    for (const name of names) this.#nft(name, 'table inet parted {\n}\ndelete table inet parted\n');
  }

  #nft(name, rules) {
    const edge = `${this.prefix}-edge-${name.slice('site-'.length)}`;
    const { status, stderr } = spawnSync('ip', ['netns', 'exec', edge, 'nft', '-f', '-'], { input: rules, encoding: 'utf8' });
    if (status !== 0) throw new Error(`nft in ${edge}: ${stderr}`);
  }

  /** Ends everything and removes all traces, whatever state it is in. */
  async remove() {
    await Promise.all(this.names.map((name) => this.stop(name)));
    await this.stop(AGGREGATOR);
    for (const holder of this.#smallDisks.values()) holder.kill('SIGKILL');
    await eventually('the embedded PostgreSQL has ended', STOP_LIMIT_MS, () => processesWith(this.folder).length === 0).catch(() => {});
    for (const pid of processesWith(this.folder)) try { process.kill(pid, 'SIGKILL'); } catch { /* ended meanwhile */ }
    await this.lab?.remove();
    if (process.env.SENTINEL_KEEP_LOGS) cpSync(join(this.folder, 'logs'), process.env.SENTINEL_KEEP_LOGS, { recursive: true });
    rmSync(this.folder, { recursive: true, force: true });
  }
}
