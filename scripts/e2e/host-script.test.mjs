// scripts/sentinel itself, with programs that only pretend: what it starts, what it says, and above all what it stops.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, describe, it } from 'node:test';
import { canListen, eventually, Mesh } from './mesh.mjs';

const made = [];
async function pretended(trouble = '', env = {}) {
  const mesh = await Mesh.create({ standIn: trouble, env });
  made.push(mesh);
  return mesh;
}

describe('scripts/sentinel', { timeout: 120_000 }, () => {
  afterEach(async () => {
    for (const mesh of made.splice(0)) await mesh.remove();
  });

  it('up prints the address, and only that, on standard output', async () => {
    const mesh = await pretended();

    const { code, stdout, stderr } = await mesh.up();

    assert.equal(code, 0, stderr);
    assert.equal(stdout, `${mesh.url}\n`);
    assert.match(stderr, /status[\s\S]*api[\s\S]*stop site-b[\s\S]*down/);
  });

  it('each agent is its own site at its own loopback address', async () => {
    const mesh = await pretended();

    await mesh.up('--agents', '28');

    const { members } = await mesh.status();
    const names = members.map((member) => member.name);
    assert.deepEqual([names[0], names[1], names[26], names[27], names[28]], ['aggregator', 'site-a', 'site-z', 'site-aa', 'site-ab']);
    assert.equal(new Set(members.slice(1).map((member) => member.address)).size, 28);
    assert.match(mesh.log('site-b'), /--name site-b --site site-b --address 127\.0\.0\.12 /);
  });

  it('status tells all, part and nothing apart, also after kill -9', async () => {
    const mesh = await pretended();

    const nothing = await mesh.sentinel('status');
    await mesh.up('--agents', '2');
    const all = await mesh.sentinel('status');
    mesh.kill('site-b');
    const part = await eventually('site-b is noticed', 2_000, async () => {
      const status = await mesh.sentinel('status');
      return status.code !== 0 && status;
    });

    assert.deepEqual([nothing.code, all.code, part.code], [3, 0, 1]);
    assert.match(part.stdout, /site-a +running[\s\S]*site-b +died/);
    assert.match(all.stdout, /^On disk: 1\.5MiB; 2\.0GiB once/m);
  });

  it('a member is stopped and started alone', async () => {
    const mesh = await pretended();
    await mesh.up();
    const pidOfA = mesh.pid('site-a');

    const stopped = await mesh.sentinel('stop', 'site-b');
    const between = await mesh.status();
    const started = await mesh.sentinel('start', 'site-b');
    const twice = await mesh.sentinel('start', 'site-b');

    assert.deepEqual([stopped.code, started.code, twice.code], [0, 0, 1]);
    assert.equal(between.members.find((member) => member.name === 'site-b').process, 'stopped');
    assert.equal(mesh.pid('site-a'), pidOfA);
    assert.match(twice.stderr, /runs already/);
    assert.equal((await mesh.status()).state, 'up');
  });

  it('down leaves no process, no port and, with --purge, no file', async () => {
    const mesh = await pretended();
    await mesh.up();

    const { code } = await mesh.sentinel('down', '--purge');

    assert.equal(code, 0);
    assert.deepEqual(mesh.processes(), []);
    assert.ok(await canListen(mesh.port));
    assert.ok(!existsSync(mesh.dataDir));
  });

  it('down ends by force what does not listen', async () => {
    const mesh = await pretended('deaf:site-a', { SENTINEL_STOP_SECONDS: '2' });
    await mesh.up('--agents', '1');

    const { code, stderr } = await mesh.sentinel('down');

    assert.equal(code, 0);
    assert.match(stderr, /site-a did not end within 2 s/);
    assert.deepEqual(mesh.processes(), []);
  });

  it('a recycled pid is never touched', async () => {
    const mesh = await pretended();
    await mesh.up('--agents', '1');
    const bystander = spawn('sleep', ['60'], { stdio: 'ignore' });
    after(() => bystander.kill());
    const [, started, boot] = readFileSync(join(mesh.dataDir, 'run', 'site-a.pid'), 'utf8').trim().split(' ');
    mesh.kill('site-a');
    writeFileSync(join(mesh.dataDir, 'run', 'site-a.pid'), `${bystander.pid} ${started} ${boot}\n`);

    const status = await mesh.status();
    await mesh.sentinel('down');

    assert.equal(status.members[1].process, 'died');
    assert.equal(bystander.exitCode ?? bystander.signalCode, null);
    process.kill(bystander.pid, 0);
  });

  it('Ctrl-C ends all that a foreground up started, and nothing else', async () => {
    const other = await pretended();
    await other.up('--agents', '1');
    const mesh = await pretended();
    const up = mesh.upInForeground();
    await eventually('it is up', 15_000, () => up.said.includes(mesh.url));

    up.child.kill('SIGINT');

    assert.equal(await up.ended, 130);
    assert.deepEqual(mesh.processes(), []);
    assert.equal((await other.status()).state, 'up');
  });

  it('a foreground up tells of a member that dies, and ends when the mesh is taken down', async () => {
    const mesh = await pretended();
    const up = mesh.upInForeground('--agents', '2');
    await eventually('it is up', 15_000, () => up.said.includes(mesh.url));

    mesh.kill('site-b');
    await eventually('it says so', 5_000, () => up.said.includes('site-b ended by itself'));
    await mesh.sentinel('down');

    assert.equal(await up.ended, 0);
    assert.match(up.said, /taken down by another command/);
  });

  it('a second up is refused and harms nothing', async () => {
    const mesh = await pretended();
    await mesh.up('--agents', '1');

    const { code, stderr } = await mesh.up('--agents', '2');

    assert.equal(code, 1);
    assert.match(stderr, /a mesh is up in .* already: http:/);
    assert.equal((await mesh.status()).state, 'up');
  });

  it('a port in use is named with who uses it', async () => {
    const mesh = await pretended();
    const squatter = createServer().listen(mesh.port + 1, '127.0.0.12');
    await new Promise((resolve) => squatter.once('listening', resolve));
    after(() => squatter.close());

    const { code, stderr } = await mesh.up();

    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`port ${mesh.port + 1} on 127\\.0\\.0\\.12, which agent site-b needs, is in use by .*\\(pid ${process.pid}\\)`));
    assert.deepEqual(mesh.processes(), []);
  });

  for (const [member, message] of [['site-b', /agent site-b ended while it was starting/], ['aggregator', /the aggregator ended while/]]) {
    it(`when ${member} dies at its start, up shows its last words and leaves nothing`, async () => {
      const mesh = await pretended(`die:${member}`);

      const { code, stderr } = await mesh.up();

      assert.equal(code, 1);
      assert.match(stderr, message);
      assert.match(stderr, new RegExp(`stand-in ${member} was told to die`));
      assert.deepEqual(mesh.processes(), []);
    });
  }

  it('api sends the stored token and prints the body; an error is told on standard error', async () => {
    const mesh = await pretended();
    await mesh.up('--agents', '0');

    const get = await mesh.sentinel('api', '/echo');
    const post = await mesh.sentinel('api', 'POST', '/echo', '--data', '{"a": 1}');
    const missing = await mesh.sentinel('api', '/nowhere');

    assert.deepEqual(JSON.parse(get.stdout), { method: 'GET', token: 'Bearer stand-in-token', body: '' });
    assert.deepEqual(JSON.parse(post.stdout), { method: 'POST', token: 'Bearer stand-in-token', body: '{"a": 1}' });
    assert.deepEqual([get.code, missing.code, missing.stdout], [0, 1, '']);
    assert.match(missing.stderr, /HTTP 404 Not Found\n +there is no "\/nowhere" here/);
  });

  it('with a certificate, address and api go by the name in it', async () => {
    const mesh = await pretended();
    const [cert, key] = [join(mesh.dataDir, '..', `cert-${mesh.port}.pem`), join(mesh.dataDir, '..', `key-${mesh.port}.pem`)];
    after(() => [cert, key].forEach((file) => rmSync(file)));
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
      '-subj', '/CN=mesh', '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert], { stdio: 'ignore' });

    const up = await mesh.up('--agents', '1', '--tls-cert', cert, '--tls-key', key);
    const echo = await mesh.sentinel('api', '/echo');

    assert.equal(up.stdout, `https://localhost:${mesh.port}/\n`, up.stderr);
    assert.equal(echo.code, 0, echo.stderr);
    assert.match(mesh.log('site-a'), new RegExp(`join https://127\\.0\\.0\\.1:${mesh.port + 2} `));
  });

  it('an agent joins by a token that no command line shows, once', async () => {
    const mesh = await pretended();
    await mesh.up('--agents', '1');
    const first = mesh.log('site-a');
    const arguments_ = readFileSync(`/proc/${mesh.pid('site-a')}/cmdline`, 'utf8');
    await mesh.sentinel('stop', 'site-a');
    await mesh.sentinel('start', 'site-a');

    assert.match(first, /joined with the token smj1\.stand-in/);
    assert.doesNotMatch(arguments_, /smj1/);
    assert.doesNotMatch(mesh.log('site-a'), /joined with the token/);
  });

  it('with --insecure agents come in at the port of the page, without joining', async () => {
    const mesh = await pretended();

    await mesh.up('--agents', '1', '--insecure');

    assert.match(mesh.log('site-a'), new RegExp(`--insecure --aggregator ws://127\\.0\\.0\\.1:${mesh.port} `));
    assert.doesNotMatch(mesh.log('site-a'), /join/);
  });

  it('the log of the run before is kept, and only that', async () => {
    const mesh = await pretended();
    for (let run = 0; run < 3; run++) {
      await mesh.up('--agents', '0');
      await mesh.sentinel('down');
    }

    const log = await mesh.sentinel('logs', 'aggregator');

    assert.equal(log.stdout.match(/^ready /gm).length, 1);
    assert.ok(existsSync(join(mesh.dataDir, 'logs', 'aggregator.log.1')));
    assert.ok(!existsSync(join(mesh.dataDir, 'logs', 'aggregator.log.2')));
  });

  it('nobody else may read the data directory', async () => {
    const mesh = await pretended();
    await mesh.up('--agents', '0', '--db-url', 'postgresql://user:secret@127.0.0.1/db');

    const mode = (name) => statSync(join(mesh.dataDir, name)).mode & 0o077;

    // Nor the database's password on a command line.
    assert.doesNotMatch(mesh.log('aggregator'), /secret/);
    assert.match(readFileSync(`/proc/${mesh.pid('aggregator')}/environ`, 'utf8'), /\0SENTINEL_AGGREGATOR_DB_URL=postgresql:..user:secret@/);
    assert.deepEqual(['run/mesh', 'logs/aggregator.log', 'aggregator/api-token'].map(mode), [0, 0, 0]);
  });

  it('a directory with other files in it is neither taken nor purged', async () => {
    const mesh = await pretended();
    const foreign = mkdtempSync(join(tmpdir(), 'sentinel-foreign-'));
    after(() => rmSync(foreign, { recursive: true }));
    mkdirSync(join(foreign, 'logs'));

    const up = await mesh.run(['up', '--detach', '--data-dir', foreign, '--port', String(mesh.port)]);
    const purge = await mesh.run(['down', '--purge', '--data-dir', foreign]);

    assert.deepEqual([up.code, purge.code], [1, 1]);
    assert.ok(existsSync(join(foreign, 'logs')));
  });

  const refused = [
    [['up', '--wrong'], 2, /unknown option '--wrong'/],
    [['up', '--agents', 'many'], 2, /--agents must be a whole number/],
    [['up', '--port', '65534'], 2, /--port must be from 1 to 65533/],
    [['up', '--listen', '0.0.0.0'], 2, /needs TLS[\s\S]*--tls-cert/],
    [['up', '--tls-cert', '/nowhere'], 2, /belong together/],
    [['frobnicate'], 2, /unknown command 'frobnicate'/],
    [['start'], 2, /needs the name/],
    [['status', '--wrong'], 2, /unknown argument '--wrong'/],
    [['api'], 2, /needs a path/],
  ];
  for (const [args, code, message] of refused) {
    it(`"${args.join(' ')}" is refused with what is wrong`, async () => {
      const mesh = await pretended();

      const answer = await mesh.run(args);

      assert.equal(answer.code, code);
      assert.match(answer.stderr, message);
    });
  }

  it('without a JDK 25 it says how to get one', async () => {
    const mesh = await pretended('', { SENTINEL_JAVA: '', JAVA_HOME: '', HOME: '/nonexistent', SENTINEL_JDK_PLACES: '/nonexistent' });

    const { code, stderr } = await mesh.up();

    assert.equal(code, 3);
    assert.match(stderr, /no JDK 25 or newer[\s\S]*openjdk-25[\s\S]*JAVA_HOME=/);
  });
});
