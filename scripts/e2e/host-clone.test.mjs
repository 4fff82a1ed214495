// What a new user does: a fresh clone, one command, a mesh. Nothing that this clone has built is used.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { eventually, Mesh, root } from './mesh.mjs';

const FIRST_BUILD_LIMIT_MS = 600_000;

describe('a fresh clone', { timeout: FIRST_BUILD_LIMIT_MS + 60_000 }, () => {
  let folder;
  let mesh;
  before(async () => {
    folder = mkdtempSync(join(process.env.SENTINEL_E2E_SCRATCH ?? tmpdir(), 'a clone '));
    // The tree as it is now, uncommitted work too, as git would check it out.
    execFileSync('bash', ['-c', `git ls-files -z --cached --others --exclude-standard |
      while IFS= read -r -d '' file; do [ ! -f "$file" ] || printf '%s\\0' "$file"; done |
      tar --null --files-from=- -cf - | tar -xf - -C "$1"`, 'copy', folder], { cwd: root });
    mesh = await Mesh.create({ clone: folder });
  });
  after(async () => {
    await mesh?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it('builds and shows the mesh with one command', async () => {
    const up = await mesh.run(['up', '--agents', '3', '--detach', '--port', String(mesh.port)], { limit: FIRST_BUILD_LIMIT_MS });
    mesh.dataDir = join(folder, '.sentinel');
    assert.equal(up.code, 0, up.stderr);
    assert.equal(up.stdout, `${mesh.url}\n`);
    assert.match(up.stderr, /first build, about/);
    assert.match(up.stderr, /built in/);

    await eventually('6 cells ok', 20_000, async () => {
      const cells = await mesh.cells();
      return cells.size === 6 && [...cells.values()].every((cell) => cell.state === 'ok');
    });
    const purge = await mesh.sentinel('down', '--purge');

    assert.equal(purge.code, 0, purge.stderr);
    assert.ok(!existsSync(join(folder, '.sentinel')));
    const left = spawnSync('pgrep', ['-af', folder], { encoding: 'utf8' }).stdout;
    assert.equal(left, '', 'what still runs of the clone');
  });
});
