// scripts/lab run: who probes, how a report becomes a class, what is left afterwards. The probes are pretended here; the
// real ones against the real faults are `scripts/lab run all`.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { cannot, Lab, processesWith } from './lab.mjs';
import { eventually } from './mesh.mjs';

// Says who it is and what it was asked; --say JSON is its whole report.
const STAND_IN = `#!/usr/bin/env node
const { readFileSync } = require('node:fs');
const own = process.argv.slice(process.argv.findIndex((word) => word.endsWith('ProbeMain')) + 1);
if (own.includes('--help')) process.exit(0);
const rights = /CapEff:\\t(\\w+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1];
const said = own.includes('--say') ? JSON.parse(own[own.indexOf('--say') + 1]) : {};
console.log('progress');
if (own.includes('--hang')) setTimeout(() => {}, 60_000).ref(), process.exitCode = 1;
else if (own.includes('--raw')) console.log(own[own.indexOf('--raw') + 1]), process.exit(1);
else console.log(JSON.stringify({ kind: own[0], target: own[1], user: process.getuid(), groups: process.getgroups(), rights: Number.parseInt(rights, 16), ...said }));
process.exitCode = 1;
`;

const SCENARIOS = `
service listener ${process.execPath} -e console.log('listens'),setInterval(()=>{},1000)
target url http://ADDRESS:8080/
scenario rights   none : icmp : without-rights
scenario at-url   none : url : right-url
scenario order    loss percent=30 : fig --say {"outcome":"answered","loss":0.3,"hops":[{"name":"a"},{"name":"b","quiet":true}]} : some-loss
scenario any-hop  none : fig --say {"outcome":"answered","loss":0,"hops":[{"name":"a"},{"name":"b","quiet":true}]} : quiet-hop
scenario wrong    none : fig --say {"outcome":"answered","loss":0,"hops":[]} : some-loss
scenario garbage  none : fig --raw not{json : some-loss
scenario unknown  none : fig --say {"outcome":"odd"} : some-loss
class without-rights icmp user=65534 rights=0 groups[0]=65534
class right-url url target=http://10.2.0.10:8080/
class right-url url target=http://[2001:db8:2::10]:8080/
class by-both fig outcome=by-a,b
class some-loss fig outcome=answered loss>0.1 loss<0.5
class quiet-hop fig hops[*].quiet=true
class plain fig outcome!=odd
detail fig some-loss {loss} of all, by {hops[*].name}; {absent}
then order fig --say {"outcome":"by-{hops[*].name}"} : by-both
`;

const ENDLESS = `
service listener ${process.execPath} -e console.log('listens'),setInterval(()=>{},1001)
scenario endless delay ms=50 : fig --hang : plain
`;

describe('lab run', { timeout: 180_000, skip: cannot }, () => {
  const lab = new Lab();
  let env;
  let folder;
  before(() => {
    // Not in the tests' scratch folder, which only its owner may enter.
    folder = mkdtempSync(join(tmpdir(), 'sentinel-lab-'));
    const java = join(folder, 'stand-in');
    writeFileSync(java, STAND_IN);
    writeFileSync(join(folder, 'scenarios'), SCENARIOS);
    writeFileSync(join(folder, 'endless'), ENDLESS);
    for (const file of [folder, java]) chmodSync(file, 0o755);
    env = { SENTINEL_JAVA: java, SENTINEL_SKIP_BUILD: '1', SENTINEL_LAB_SCENARIOS: join(folder, 'scenarios') };
  });
  after(async () => {
    await lab.remove();
    rmSync(folder, { recursive: true });
  });

  const run = (...args) => lab.labWith(env, 'run', ...args);
  const rows = (stdout) => stdout.split('\n').filter((line) => / IPv[46] /.test(line)).map((line) => line.trim().split(/ {2,}/));

  it('probes as a user without rights, in a lab of its own that is gone afterwards, or in the one that is up', async () => {
    const own = await run('rights');
    assert.equal(own.code, 0, own.said);
    assert.deepEqual(rows(own.stdout), [
      ['rights', 'IPv4', 'icmp', 'without-rights', 'without-rights', 'ok'],
      ['rights', 'IPv6', 'icmp', 'without-rights', 'without-rights', 'ok'],
    ]);
    assert.equal(existsSync(lab.dir), false);

    await lab.lab('up', '--sites', '2');
    assert.equal((await run('at-url', '--family', '6')).code, 0);
    assert.equal((await lab.lab('status')).code, 0);
  });

  it('tells each class, and fails if one is not as expected', async () => {
    const { code, stdout, stderr } = await run('all', '--family', '4');

    assert.deepEqual(rows(stdout), [
      ['rights', 'IPv4', 'icmp', 'without-rights', 'without-rights', 'ok'],
      ['at-url', 'IPv4', 'url', 'right-url', 'right-url', 'ok'],
      ['order', 'IPv4', 'fig', 'some-loss', 'some-loss', 'ok'],
      ['then', 'IPv4', 'fig', 'by-both', 'by-both', 'ok'],
      ['any-hop', 'IPv4', 'fig', 'quiet-hop', 'quiet-hop', 'ok'],
      ['wrong', 'IPv4', 'fig', 'plain', 'some-loss', 'NOT OK'],
      ['garbage', 'IPv4', 'fig', '?', 'some-loss', 'NOT OK'],
      ['unknown', 'IPv4', 'fig', '? odd', 'some-loss', 'NOT OK'],
    ]);
    assert.match(stdout, /^ +0\.3 of all, by a,b; \?$/m);
    assert.match(stderr, /3 of 8 are not as expected/);
    assert.equal(code, 1);
    assert.deepEqual((await lab.status()).faults, []);
  });

  it('interrupted, takes the fault back and ends what it started', async () => {
    await lab.lab('up', '--sites', '2');
    const running = lab.inBackground({ ...env, SENTINEL_LAB_SCENARIOS: join(folder, 'endless') }, 'run', 'endless');
    const ended = new Promise((resolve) => running.on('exit', (code, signal) => resolve(code ?? signal)));
    await eventually('it probes', 20_000, async () => processesWith('fig 10.2.0.10 --hang').length > 0);
    assert.equal((await lab.status()).faults.length, 1);
    process.kill(running.pid, 'SIGTERM');

    assert.equal(await ended, 143);
    const { faults, sites } = await lab.status();
    assert.deepEqual(faults, []);
    assert.equal(sites[1].delayMicros, 12_000);
    assert.deepEqual([...processesWith('setInterval(()=>{},1001)'), ...processesWith('fig 10.2.0.10 --hang')], []);
  });

  it('is not run while other faults are in force', async () => {
    await lab.lab('fault', 'down');
    const { code, stderr } = await run('rights');
    await lab.lab('fault', '--clear');

    assert.equal(code, 1);
    assert.match(stderr, /faults are in force in this lab: down[^]*--clear/);
  });
});
