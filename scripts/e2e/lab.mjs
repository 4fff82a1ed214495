// A lab of network namespaces, driven as a user drives it: through scripts/lab. Each has a folder of its own, and so
// names of its own: a lab that a developer has up is not disturbed.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './mesh.mjs';

const scratch = process.env.SENTINEL_E2E_SCRATCH ?? tmpdir();

/** Longest that one command may take. */
const COMMAND_LIMIT_MS = 60_000;

/** What a test of the lab is skipped for, or false. Where CI=true, scripts/test has failed before it comes to that. */
export const cannot = process.getuid() === 0 ? false : 'needs root, to make network namespaces';

/** A user with no rights at all, in front of a command. */
export const unprivileged = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', '--inh-caps=-all', '--bounding-set=-all', '--no-new-privs'];

function run(file, args, env, limit = COMMAND_LIMIT_MS) {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, NO_COLOR: '1', ...env }, maxBuffer: 16 << 20, timeout: limit, cwd: tmpdir() };
    const child = execFile(file, args, options, (error, stdout, stderr) => {
      resolve({ code: error ? (error.code ?? error.signal) : 0, stdout, stderr, said: stdout + stderr });
    });
    child.stdin.end();
  });
}

export class Lab {
  constructor() {
    // A blank in the name: every path of the scripts has to cope with it.
    this.parent = mkdtempSync(join(scratch, 'lab folder '));
    this.dir = join(this.parent, 'lab');
  }

  /** One command of scripts/lab: {code, stdout, stderr, said}. */
  lab(command, ...args) {
    return run(join(root, 'scripts', 'lab'), [command, '--dir', this.dir, ...args]);
  }

  labWith(env, command, ...args) {
    return run(join(root, 'scripts', 'lab'), [command, '--dir', this.dir, ...args], env);
  }

  labWithin(limit, command, ...args) {
    return run(join(root, 'scripts', 'lab'), [command, '--dir', this.dir, ...args], {}, limit);
  }

  inBackground(env, command, ...args) {
    return spawn(join(root, 'scripts', 'lab'), [command, '--dir', this.dir, ...args], { stdio: 'ignore', env: { ...process.env, ...env } });
  }

  /** A command inside a node. */
  exec(node, ...command) {
    return run(join(root, 'scripts', 'lab'), ['exec', '--dir', this.dir, node, '--', ...command]);
  }

  /** The same, still running. */
  spawn(node, ...command) {
    return spawn(join(root, 'scripts', 'lab'), ['exec', '--dir', this.dir, node, '--', ...command], { stdio: ['ignore', 'pipe', 'inherit'] });
  }

  async status() {
    return JSON.parse((await this.lab('status', '--json')).stdout);
  }

  /** Namespaces, devices and processes of this host that carry the prefix or the folder, and the folder itself. */
  traces(prefix) {
    const namespaces = existsSync('/run/netns') ? readdirSync('/run/netns') : [];
    const devices = readdirSync('/sys/class/net');
    return {
      names: [...namespaces, ...devices].filter((name) => name.startsWith(`${prefix}-`)),
      processes: processesWith(join(this.dir, 'links')),
      folder: existsSync(this.dir),
    };
  }

  async remove() {
    await this.lab('down');
    rmSync(this.parent, { recursive: true, force: true });
  }
}

/** Pids of the processes that have the text in their command lines. */
export function processesWith(text) {
  const lines = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line.includes(text)).map((line) => Number.parseInt(line, 10));
}
