// What the programs themselves refuse, as a user of scripts/sentinel sees it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Mesh } from './mesh.mjs';

describe('agent and aggregator on the command line', { timeout: 60_000 }, () => {
  let mesh;
  let folder;
  before(async () => {
    mesh = await Mesh.create();
    folder = mkdtempSync(join(tmpdir(), 'sentinel-config-'));
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await mesh.remove();
  });

  it('a key that the configuration does not know is refused with its line', async () => {
    const config = join(folder, 'bad.yaml');
    writeFileSync(config, 'name: fra-1\naddress: 192.0.2.10\nadress: 192.0.2.11\n');

    const { code, stderr } = await mesh.run(['agent', '--config', config]);

    assert.equal(code, 2);
    assert.match(stderr, /bad\.yaml:3\b|line 3\b/);
    assert.match(stderr, /adress/);
  });

  for (const program of ['agent', 'aggregator']) {
    it(`${program}: an unknown option is refused by its name`, async () => {
      const { code, stderr } = await mesh.run([program, '--frobnicate']);

      assert.equal(code, 2);
      assert.match(stderr, /--frobnicate/);
    });

    it(`${program} --help tells its options`, async () => {
      const { code, stdout } = await mesh.run([program, '--help']);

      assert.equal(code, 0);
      assert.match(stdout, /--data-dir/);
    });
  }
});
