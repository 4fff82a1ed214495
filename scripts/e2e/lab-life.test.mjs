// The life of a lab: made, made whole, told about, and gone without a trace, also after things went wrong.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { cannot, Lab, processesWith, unprivileged } from './lab.mjs';
import { eventually, root } from './mesh.mjs';

const NOTHING = { names: [], processes: [], folder: false };
const script = join(root, 'scripts', 'lab');

describe('a lab', { timeout: 300_000, skip: cannot }, () => {
  const labs = [];
  const freshLab = () => labs[labs.push(new Lab()) - 1];
  afterEach(async () => {
    for (const lab of labs.splice(0)) await lab.remove();
  });

  async function labThatIsUp(...options) {
    const lab = freshLab();
    const { code, said } = await lab.lab('up', ...options);
    assert.equal(code, 0, said);
    return Object.assign(lab, { prefix: (await lab.status()).prefix });
  }

  const reaches = async (lab, from, target) => (await lab.exec(from, 'ping', '-c', '2', '-i', '0.1', '-w', '5', '-q', target)).code === 0;

  it('has its sites at their distances, a way to the host, and goes without a trace', async () => {
    const lab = await labThatIsUp('--sites', '4', '--delays', '1,20');
    const status = await lab.status();

    assert.deepEqual(status.sites.map(({ name, ipv4, ipv6, delayMicros }) => [name, ipv4, ipv6, delayMicros]), [
      ['site-a', '10.1.0.10', '2001:db8:1::10', 1000],
      ['site-b', '10.2.0.10', '2001:db8:2::10', 20_000],
      ['site-c', '10.3.0.10', '2001:db8:3::10', 1000],
      ['site-d', '10.4.0.10', '2001:db8:4::10', 20_000],
    ]);
    assert.ok(await reaches(lab, 'site-a', '10.4.0.10'));
    assert.ok(await reaches(lab, 'site-d', '2001:db8:3::10'));
    assert.ok(await reaches(lab, 'site-c', status.host.address));
    for (const name of lab.traces(lab.prefix).names) assert.ok(name.length <= 15, name);

    const { code } = await lab.lab('down');
    assert.equal(code, 0);
    assert.deepEqual(lab.traces(lab.prefix), NOTHING);
    assert.equal((await lab.lab('status')).code, 3);
    assert.match((await lab.lab('down')).said, /no lab is up/);
  });

  it('is up already, the second time, and is not made with other settings unasked', async () => {
    const lab = await labThatIsUp('--sites', '2');
    const [links] = lab.traces(lab.prefix).processes;

    assert.match((await lab.lab('up')).said, /up already/);
    assert.match((await lab.lab('up', '--sites', '2')).said, /up already/);
    assert.deepEqual(lab.traces(lab.prefix).processes, [links]);
    const other = await lab.lab('up', '--sites', '3');
    assert.equal(other.code, 1);
    assert.match(other.stderr, /other settings: 2 sites[^]*down/);
  });

  it('whose links died says so, and up starts them again with the faults in force', async () => {
    const lab = await labThatIsUp('--sites', '2');
    await lab.lab('fault', 'delay', '--ms', '50');
    for (const pid of lab.traces(lab.prefix).processes) process.kill(pid, 'SIGKILL');

    const dead = await lab.lab('status');
    assert.equal(dead.code, 1);
    assert.match(dead.said, /links are dead/);
    assert.equal(await reaches(lab, 'site-a', '10.2.0.10'), false);

    assert.equal((await lab.lab('up')).code, 0);
    assert.equal((await lab.lab('status')).code, 0);
    assert.ok(await reaches(lab, 'site-a', '10.2.0.10'));
    assert.ok(await reaches(lab, 'site-a', '2001:db8:2::10'));
    assert.equal((await lab.status()).sites[1].delayMicros, 62_000);
  });

  it('that lost a namespace is made anew by up', async () => {
    const lab = await labThatIsUp('--sites', '2');
    execFileSync('ip', ['netns', 'del', `${lab.prefix}-core-1`]);
    assert.equal((await lab.lab('status')).code, 1);

    const { code, said } = await lab.lab('up');
    assert.equal(code, 0, said);
    assert.equal((await lab.lab('status')).code, 0);
    assert.ok(await reaches(lab, 'site-a', '10.2.0.10'));
  });

  it('stands beside another one', async () => {
    const [one, other] = [await labThatIsUp('--sites', '2'), await labThatIsUp('--sites', '2')];

    assert.notEqual(one.prefix, other.prefix);
    await one.lab('fault', 'down');
    assert.ok(await reaches(other, 'site-a', '10.2.0.10'));
    await one.lab('down');
    assert.ok(await reaches(other, 'site-a', '10.2.0.10'));
  });

  it('takes the processes along that run in it', async () => {
    const lab = await labThatIsUp('--sites', '2');
    const sleeper = lab.spawn('site-b', 'sleep', '61.25');
    const ended = new Promise((resolve) => sleeper.on('exit', (code, signal) => resolve(code ?? signal)));
    await eventually('it sleeps', 5_000, async () => processesWith('sleep 61.25').length > 0);

    const { code, said } = await lab.lab('down');

    assert.equal(code, 0);
    assert.match(said, /ending 1 process/);
    assert.equal(await ended, 'SIGTERM');
    assert.deepEqual(lab.traces(lab.prefix), NOTHING);
  });

  it('that could not be finished leaves nothing', async () => {
    const lab = freshLab();
    const jdk = join(lab.parent, 'jdk');
    mkdirSync(join(jdk, 'bin'), { recursive: true });
    writeFileSync(join(jdk, 'release'), 'JAVA_VERSION="25.0.1"\n');
    for (const program of ['java', 'javac']) {
      writeFileSync(join(jdk, 'bin', program), '#!/bin/sh\necho no memory >&2\nexit 1\n');
      chmodSync(join(jdk, 'bin', program), 0o755);
    }

    const { code, stderr } = await lab.labWith({ JAVA_HOME: jdk }, 'up');

    assert.equal(code, 1);
    assert.match(stderr, /no memory[^]*links did not start/);
    assert.deepEqual(lab.traces(await prefixOf(lab)), NOTHING);
  });

  it('that is interrupted while it is made leaves nothing', async () => {
    const lab = freshLab();
    const prefix = await prefixOf(lab);
    const up = lab.inBackground({}, 'up');
    const ended = new Promise((resolve) => up.on('exit', (code, signal) => resolve(code ?? signal)));
    await eventually('half of it is there', 10_000, async () => existsSync(`/run/netns/${prefix}-edge-b`));
    up.kill('SIGTERM');

    assert.equal(await ended, 143);
    assert.deepEqual(lab.traces(prefix), NOTHING);
  });

  it('whose folder was deleted ends its links by itself; up names what is left, down removes it', async () => {
    const lab = await labThatIsUp('--sites', '2');
    rmSync(lab.dir, { recursive: true });
    await eventually('the links end', 5_000, async () => lab.traces(lab.prefix).processes.length === 0);

    const up = await lab.lab('up');
    assert.equal(up.code, 1);
    assert.match(up.stderr, new RegExp(`names that this lab would use are taken: ${lab.prefix}[^]*down`));
    await lab.lab('down');
    assert.deepEqual(lab.traces(lab.prefix), NOTHING);
  });

  it('is refused in a folder that holds other files, and leaves them', async () => {
    const lab = freshLab();
    mkdirSync(lab.dir);
    writeFileSync(join(lab.dir, 'thesis'), 'mine');

    for (const command of ['up', 'down']) {
      const { code, stderr } = await lab.lab(command);
      assert.equal(code, 1);
      assert.match(stderr, /other files|not the folder of a lab/);
    }
    assert.equal(readFileSync(join(lab.dir, 'thesis'), 'utf8'), 'mine');
    rmSync(lab.dir, { recursive: true });
  });

  it('keeps packets in order in spite of the jitter, which there is', async () => {
    const lab = await labThatIsUp('--sites', '2', '--delays', '40');
    await reaches(lab, 'site-a', '10.2.0.10');
    const receiver = lab.spawn('site-b', process.execPath, '-e', `
      const arrivals = [], socket = require('dgram').createSocket('udp4');
      socket.on('message', (text) => { arrivals.push(Number(text)); if (arrivals.length === 300) { console.log(JSON.stringify(arrivals)); process.exit(); } });
      socket.bind(9000, '10.2.0.10', () => console.log('listens'));`);
    let said = '';
    const ended = new Promise((resolve) => receiver.stdout.on('data', (text) => (said += text)).on('end', resolve));
    await eventually('it listens', 5_000, async () => said.startsWith('listens'));
    await lab.exec('site-a', process.execPath, '-e', `
      const socket = require('dgram').createSocket('udp4'); let n = 0;
      const timer = setInterval(() => { socket.send(String(n++), 9000, '10.2.0.10'); if (n === 300) { clearInterval(timer); setTimeout(() => process.exit(), 200); } }, 1);`);
    await ended;
    const arrivals = JSON.parse(said.slice(said.indexOf('[')));

    assert.deepEqual(arrivals, Array.from({ length: 300 }, (_, number) => number));
    // Four times 40 ± 2 ms: only jitter brings a packet home in less than four times 40 ms.
    const { said: echoes } = await lab.exec('site-a', 'fping', '-q', '-c', '60', '-p', '20', '-t', '500', '10.2.0.10');
    const least = Number(/min\/avg\/max = ([\d.]+)/.exec(echoes)[1]);
    assert.ok(least > 152 && least < 159.5, echoes);
  });

  it('drops what is more than its links can hold, and counts it', async () => {
    const lab = await labThatIsUp('--sites', '2', '--delays', '500');
    await reaches(lab, 'site-a', '10.2.0.10');
    await lab.exec('site-a', 'timeout', '5', process.execPath, '-e', `
      const socket = require('dgram').createSocket('udp4'); let left = 12000;
      const next = () => { for (let i = 0; i < 40 && left > 0; i++, left--) socket.send('x', 9, '10.2.0.10'); if (left > 0) setImmediate(next); else setTimeout(() => process.exit(), 300); };
      next();`);

    await eventually('the drops are told', 10_000, async () => (await lab.status()).sites[0].dropped > 0);
  });

  it('without root is refused with the remedy', () => {
    assert.throws(
      () => execFileSync(unprivileged[0], [...unprivileged.slice(1), script, 'up'], { encoding: 'utf8', stdio: 'pipe' }),
      (error) => error.status === 1 && /needs root[^]*sudo|Permission denied/.test(error.stderr),
    );
  });

  it('has help for every command, and refuses what it does not know', async () => {
    const lab = freshLab();
    for (const command of ['up', 'down', 'status', 'fault', 'faults', 'run', 'exec']) {
      const { code, stdout } = await lab.lab(command, '--help');
      assert.equal(code, 0, command);
      assert.match(stdout, new RegExp(`lab ${command}`));
      assert.equal((await lab.lab(command, '--frobnicate')).code, 2, command);
    }
    for (const [args, message] of [
      [['up', '--sites', '1'], /--sites must be a whole number from 2 to 26, not '1'/],
      [['up', '--sites'], /--sites needs a value/],
      [['up', '--delays', '3,x'], /whole milliseconds[^]*'x'/],
      [['run', 'plague'], /no scenario 'plague'[^]*all baseline/],
      [['frobnicate'], /unknown command/],
    ]) {
      const { code, stderr } = await lab.lab(...args);
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, message);
    }
    assert.equal(existsSync(lab.dir), false);
  });

  /** Known before it is up: it follows from the folder's name. */
  async function prefixOf(lab) {
    const sum = execFileSync('sha256sum', { input: lab.dir, encoding: 'utf8' });
    return `sl${sum.slice(0, 5)}`;
  }
});
