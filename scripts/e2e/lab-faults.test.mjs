// Each fault of scripts/lab does what it says, in both families, and taken back leaves nothing: shown with ping,
// traceroute and plain sockets, so that a wrong probe of ours and a wrong lab cannot agree with each other.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, afterEach, before, describe, it } from 'node:test';
import { cannot, Lab, unprivileged } from './lab.mjs';

const FAMILIES = [
  { family: 4, siteB: '10.2.0.10', siteC: '10.3.0.10', icmp: 'icmp' },
  { family: 6, siteB: '2001:db8:2::10', siteC: '2001:db8:3::10', icmp: 'icmpv6' },
];
const PORT = 8080;
/** For fping, and for ping: not to be fragmented, and bigger than the lowered MTU. */
const TOO_BIG = ['-M', '-b', '1400'];
const TOO_BIG_PING = ['-M', 'do', '-s', '1400'];

describe('faults in the lab', { timeout: 300_000, skip: cannot }, () => {
  const lab = new Lab();
  let server;

  before(async () => {
    const up = await lab.lab('up');
    assert.equal(up.code, 0, up.said);
    // Answers with as much as it was asked for, over both families.
    server = lab.spawn('site-b', process.execPath, '-e', `require('net').createServer((socket) => socket.on('error', () => {})
      .on('data', (data) => socket.write(Buffer.alloc(Number(data))))).listen(${PORT}, '::', () => console.log('listens'))`);
    await new Promise((resolve) => server.stdout.once('data', resolve));
    await Promise.all(FAMILIES.flatMap(({ siteB, siteC }) => [echo(siteB), echo(siteC)])); // neighbours known, code warm
  });
  afterEach(async () => {
    await lab.lab('fault', '--clear');
    const echoes = await Promise.all(FAMILIES.map(({ siteB }) => echo(siteB, { more: TOO_BIG })));
    assert.deepEqual(echoes.map(({ received }) => received), [5, 5], 'taken back, the fault leaves nothing, a remembered path MTU included');
  });
  after(async () => {
    await lab.remove();
    server?.kill();
  });

  async function fault(...args) {
    const { code, said } = await lab.lab('fault', ...args);
    assert.equal(code, 0, said);
  }

  /** Echo requests 20 ms apart, each with 0.7 s for its answer: {received, milliseconds}, the quickest's. */
  async function echo(target, { count = 5, more = [] } = {}) {
    const { said } = await lab.exec('site-a', 'fping', '-q', '-c', String(count), '-p', '20', '-t', '700', ...more, target);
    const figures = /= (\d+)\/(\d+)\/\d+%(?:, min\/avg\/max = ([\d.]+))?/.exec(said);
    assert.equal(Number(figures?.[1]), count, said);
    return { received: Number(figures[2]), milliseconds: Number(figures[3]) };
  }

  /** The errors that five echo requests meet, in ping's words. */
  async function errors(target, ...options) {
    const { said } = await lab.exec('site-a', 'ping', '-n', '-i', '0.02', '-W', '1', '-c', '5', ...options, target);
    return said.split('\n').filter((line) => /^From|^ping:/.test(line));
  }

  let prefix;
  before(async () => ({ prefix } = await lab.status()));

  /** What the node's packet filter has counted since now. */
  function counter(node, icmp, rule) {
    const table = `proof-${icmp}`;
    const nft = (...args) => ['netns', 'exec', `${prefix}-${node}`, 'nft', ...args];
    execFileSync('ip', nft('-f', '-'), { input: `table inet ${table} { }; delete table inet ${table}
      table inet ${table} { chain c { type filter hook input priority 0; ${icmp} ${rule} counter; }; }` });
    return () => Number(/packets (\d+)/.exec(execFileSync('ip', nft('list', 'table', 'inet', table), { encoding: 'utf8' }))[1]);
  }

  /** Connects, asks for some bytes and says how that went, and after how long it was connected. */
  async function tcp(target, bytes = 10) {
    const { stdout } = await lab.exec('site-a', ...unprivileged, process.execPath, '-e', `
      let connected = false, got = 0;
      const say = (what) => { console.log(what + (connected ? ' after connect' : '')); process.exit(); };
      const socket = require('net').connect(${PORT}, '${target}', () => { connected = true; socket.write('${bytes}'); });
      socket.on('data', (data) => { got += data.length; if (got >= ${bytes}) say('answered'); });
      socket.on('error', (error) => say(error.code));
      setTimeout(() => say('silence'), 1500);`);
    return stdout.trim();
  }

  /** The claim for both families at once; what it finds wrong says of which. */
  const both = (claim) =>
    Promise.all(FAMILIES.map(async (of) => {
      try {
        return await claim(of);
      } catch (error) {
        error.message = `IPv${of.family}: ${error.message}`;
        throw error;
      }
    }));

  it('without a fault everything arrives, after the delays of the two links there and back', () =>
    both(async ({ siteB }) => {
      const { received, milliseconds } = await echo(siteB);

      assert.equal(received, 5);
      assert.ok(milliseconds >= 28 && milliseconds < 45, `${milliseconds} ms over 2 × (3 + 12) ms`);
      assert.equal(await tcp(siteB, 50_000), 'answered after connect');
    }));

  it('loss: both ways some packets are missing, and the other sites lose nothing', async () => {
    await fault('loss', '--percent', '50');

    await both(async ({ siteB, siteC, icmp }) => {
      const requests = counter('site-b', icmp, 'type echo-request');
      const { received } = await echo(siteB, { count: 60 });
      assert.ok(requests() > 10 && requests() < 50, `${requests()} of 60 arrived`);
      assert.ok(received < requests(), `${received} answers to ${requests()} requests`);
      assert.equal((await echo(siteC)).received, 5);
    });
  });

  it('asymmetric-loss: what reaches the site is answered', async () => {
    await fault('asymmetric-loss', '--percent', '50');

    await both(async ({ siteB, icmp }) => {
      const requests = counter('site-b', icmp, 'type echo-request');
      const { received } = await echo(siteB, { count: 60 });
      assert.ok(requests() > 10 && requests() < 50, `${requests()} of 60 arrived`);
      assert.equal(received, requests());
    });
  });

  it('down: silence, and only there', async () => {
    await fault('down');

    await both(async ({ siteB, siteC }) => {
      const [cutOff, met, other] = await Promise.all([echo(siteB), errors(siteB), echo(siteC)]);
      assert.equal(cutOff.received, 0);
      assert.deepEqual(met, []);
      assert.equal(other.received, 5);
    });
  });

  it('delay: as much longer each way as was ordered, and nothing lost', async () => {
    await fault('delay', '--ms', '30');

    await both(async ({ siteB }) => {
      const { received, milliseconds } = await echo(siteB);
      assert.equal(received, 5);
      assert.ok(milliseconds >= 86 && milliseconds < 120, `${milliseconds} ms over 2 × (3 + 12 + 30) ms`);
    });
  });

  it('mtu-black-hole: what is too big is gone without a word', async () => {
    await fault('mtu-black-hole');

    await both(async ({ siteB }) => {
      const [small, big, met] = await Promise.all([echo(siteB), echo(siteB, { more: TOO_BIG }), errors(siteB, ...TOO_BIG_PING)]);
      assert.equal(small.received, 5);
      assert.equal(big.received, 0);
      assert.deepEqual(met, []);
    });
  });

  it('frag-needed: the router says which size fits, and a sender that listens gets through', async () => {
    await fault('frag-needed');

    await both(async ({ family, siteB }) => {
      const [first] = await errors(siteB, ...TOO_BIG_PING);
      assert.match(first, family === 4 ? /Frag needed and DF set \(mtu = 1300\)/ : /Packet too big: mtu=1300/);
      assert.equal(await tcp(siteB, 50_000), 'answered after connect');
    });
  });

  for (const [name, messages] of Object.entries({
    'admin-prohibited': { 4: /Packet filtered/, 6: /Administratively prohibited/ },
    'host-unreachable': { 4: /Destination Host Unreachable/, 6: /Address unreachable/ },
    'net-unreachable': { 4: /Destination Net Unreachable/, 6: /No route/ },
    'ttl-loop': { 4: /Time to live exceeded/, 6: /Time exceeded: Hop limit/ },
  })) {
    it(`${name}: each packet is answered with that error, by a router`, async () => {
      await fault(name);

      await both(async ({ family, siteB }) => {
        const [met, { received }] = await Promise.all([errors(siteB), echo(siteB)]);
        const byRouters = met.filter((line) => /^From (10\.2\.1|2001:db8:[12]:1)/.test(line));
        assert.equal(byRouters.filter((line) => messages[family].test(line)).length, 5, met.join('\n'));
        assert.equal(received, 0);
      });
    });
  }

  it('refused: no connection comes about, and echo goes on', async () => {
    await fault('refused');

    await both(async ({ siteB }) => {
      assert.equal(await tcp(siteB), 'ECONNREFUSED');
      assert.equal((await echo(siteB)).received, 5);
    });
  });

  it('reset: the connection comes about and does not outlive the first data', async () => {
    await fault('reset');

    await both(async ({ siteB }) => assert.equal(await tcp(siteB), 'ECONNRESET after connect'));
  });

  it('icmp-rate-limited: the same router is silent where it spoke before', async () => {
    const answers = async ({ family, siteC }) => {
      const { stdout } = await lab.exec('site-a', 'traceroute', `-${family}`, '-n', '-f', '3', '-m', '3', '-q', '10', '-N', '10', '-w', '0.5', siteC);
      return stdout.split(/\s/).filter((word) => word === 'ms').length;
    };
    assert.deepEqual(await both(answers), [10, 10]);

    await fault('icmp-rate-limited');

    await both(async (of) => {
      assert.ok((await answers(of)) <= 6);
      assert.equal((await echo(of.siteB)).received, 5);
    });
  });

  it('dead-ecmp-member: some flows lose everything and others nothing, and the dead core still answers for itself', async () => {
    await fault('dead-ecmp-member');

    await both(async ({ family, siteB }) => {
      const flows = await Promise.all(Array.from({ length: 16 }, async (_, flow) => {
        const { stdout } = await lab.exec('site-a', 'traceroute', `-${family}`, '-n', '-U', `--sport=${33_500 + flow}`, '-f', '3', '-m', '6', '-q', '1',
          '-w', '0.7', siteB);
        const core = /^ 3 +10\.1\.1([12])\.2|^ 3 +2001:db8:1:1([12])::2/m.exec(stdout);
        return { core: core?.[1] ?? core?.[2], arrived: new RegExp(`^ 6 +${siteB}`, 'm').test(stdout) };
      }));
      for (const { core, arrived } of flows) assert.equal(arrived, core === '1', JSON.stringify(flows));
      const dead = flows.filter(({ core }) => core === '2').length;
      assert.ok(dead >= 2 && dead <= 14, `${dead} of 16`);
    });
  });

  it('dscp-remark: the mark that was sent does not arrive, and does without the fault', async () => {
    const marked = await both(async ({ family, siteB, icmp }) => {
      const arrived = counter('site-b', icmp, `type echo-request ${family === 4 ? 'ip' : 'ip6'} dscp af41`);
      await echo(siteB, { more: ['-O', '0x88'] });
      assert.equal(arrived(), 5);
      return arrived;
    });

    await fault('dscp-remark');

    await both(async ({ siteB }) => assert.equal((await echo(siteB, { more: ['-O', '0x88'] })).received, 5));
    assert.deepEqual(marked.map((arrived) => arrived()), [5, 5]);
  });

  it('faults add up, are listed, and are taken back one by one', async () => {
    await fault('down', '--site', 'site-c');
    await fault('delay', '--ms', '30');
    assert.deepEqual((await lab.status()).faults, [{ name: 'delay', site: 'site-b', ms: '30' }, { name: 'down', site: 'site-c' }]);

    await fault('down', '--clear');
    const [four] = FAMILIES;
    assert.equal((await echo(four.siteC)).received, 5);
    assert.ok((await echo(four.siteB)).milliseconds > 80);
  });

  it('two faults that lower the same MTU add up: it stays low until both are taken back', async () => {
    const met = () => both(({ siteB }) => errors(siteB, ...TOO_BIG_PING));
    const lowered = [/mtu = 1300/, /mtu=1300/];
    await fault('mtu-black-hole');
    await fault('frag-needed');
    assert.deepEqual(await met(), [[], []], 'the filter of the black hole holds');

    await fault('mtu-black-hole', '--clear');
    (await met()).forEach(([first], i) => assert.match(first, lowered[i]));

    await fault('mtu-black-hole');
    await fault('frag-needed', '--clear');
    await both(async ({ siteB }) => assert.equal((await echo(siteB, { more: TOO_BIG })).received, 0));
  });

  it('a fault that is ordered again moves', async () => {
    const [four] = FAMILIES;
    await fault('down');
    await fault('down', '--site', 'site-c');

    assert.equal((await echo(four.siteB)).received, 5);
    assert.equal((await echo(four.siteC)).received, 0);
  });

  it('sites reach the host and the host the sites, apart from the way between the sites', async () => {
    const { host, sites } = await lab.status();
    const siteB = sites[1];
    await fault('down');

    assert.equal((await echo(host.address)).received, 5);
    assert.match(execFileSync('ping', ['-c', '1', '-W', '1', siteB.management], { encoding: 'utf8' }), / 1 received/);
    assert.equal((await echo(siteB.ipv4)).received, 0);
  });

  it('what is not a fault, or not a setting of one, is refused with the remedy', async () => {
    for (const [args, message] of [
      [['plague'], /no fault 'plague'[^]*faults/],
      [[], /needs a name/],
      [['loss', '--percent', '101'], /--percent must be from 1 to 100/],
      [['delay', '--ms', '-3'], /--ms must be/],
      [['loss', '--site', 'site-z'], /no site 'site-z'[^]*site-a site-b site-c/],
      [['loss', 'delay'], /one name/],
    ]) {
      const { code, stderr } = await lab.lab('fault', ...args);
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, message);
    }
  });
});
