// What scripts/bench ingest tells of the browser, without the bench.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encode } from '../../web-dashboard/dev/stream-writer.mjs';
import { delays, figures } from '../lib/sample-to-browser.mjs';
import { Frames, Seen } from '../lib/stream-reader.mjs';

const AT = 1_700_000_000_000;
const cell = (source, destination, state = 1) => ({ source, destination, state, loss: 0, delay: 300 + destination });
const many = Array.from({ length: 200 }, (_, i) => cell(0, i + 1, i % 3));

function message(kind, tick, at, rows, cells) {
  return encode({ kind, run: 7, tick, at, rows, cells });
}

/** As a server sends them: unmasked, in one frame. */
function framed(opcode, payload) {
  const head = Buffer.alloc(payload.length < 126 ? 2 : payload.length < 65_536 ? 4 : 10);
  head[0] = 0x80 | opcode;
  head[1] = payload.length < 126 ? payload.length : payload.length < 65_536 ? 126 : 127;
  if (head.length === 4) head.writeUInt16BE(payload.length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([head, payload]);
}

describe('the browser of a benchmark', () => {
  it('knows each report once, in whatever pieces the stream comes', () => {
    const nodes = Buffer.from(JSON.stringify({ type: 'nodes', nodes: [{ index: 0, name: 's001-1' }, { index: 1, name: 's001-2' }] }));
    const bytes = Buffer.concat([
      framed(1, nodes),
      framed(2, message('snapshot', 1, AT, [{ source: 0, ageMillis: 40 }, { source: 1, ageMillis: null }], [...many, cell(1, 0)])),
      framed(9, Buffer.from('?')),
      framed(2, message('delta', 2, AT + 250, [{ source: 1, ageMillis: 10 }], [cell(0, 3), cell(1, 0)])),
      framed(2, message('delta', 3, AT + 500, [{ source: 0, ageMillis: 541 }], [])),
    ]);
    for (const size of [1, 7, bytes.length]) {
      const seen = new Seen();
      let pings = 0;
      const frames = new Frames({ text: (each) => seen.text(each), binary: (each) => seen.binary(each), ping: () => pings++ });
      for (let at = 0; at < bytes.length; at += size) frames.push(bytes.subarray(at, at + size));
      assert.equal(pings, 1);
      assert.deepEqual(seen.lines.map((line) => line.split('\t').slice(0, 2)), [['s001-1', `${AT - 40}`], ['s001-2', `${AT + 240}`]]);
      assert.equal(seen.figures.messages, 4);
      assert.equal(seen.figures.snapshots, 1);
    }
  });

  it('counts rows that never came, and takes a later one for none of them', () => {
    const sent = [['a', 1_000], ['a', 11_000], ['a', 21_000], ['b', 5_000]];
    const seen = [['a', 1_010, 1_200], ['a', 21_030, 21_100]];

    const found = delays(sent, seen, 0, Infinity);

    assert.deepEqual(found, { rows: 4, took: [100, 200] });
    assert.deepEqual(figures(found), {
      sample_to_browser_p50_ms: null, sample_to_browser_p99_ms: null, sample_to_browser_max_ms: 200, samples: 2, samples_sent: 4,
    });
  });

  it('takes what never came for slower than all that did', () => {
    const took = Array.from({ length: 995 }, (_, i) => i + 1);

    const found = figures({ rows: 1_000, took });

    assert.equal(found.sample_to_browser_p50_ms, 501);
    assert.equal(found.sample_to_browser_p99_ms, 991);
    assert.equal(found.sample_to_browser_max_ms, 995);
    assert.equal(figures({ rows: 1_000, took: took.slice(5) }).sample_to_browser_p99_ms, null);
  });

  it('leaves out rows from before and after the measuring', () => {
    assert.deepEqual(delays([['a', 1_000], ['a', 2_000], ['a', 3_000]], [['a', 1_001, 1_002], ['a', 2_001, 2_005]], 2_000, 3_000),
      { rows: 1, took: [5] });
  });
});
