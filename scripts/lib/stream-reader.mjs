// A browser's part in a benchmark: reads the live stream of an aggregator on this host until it is ended, and prints what came as one
// JSON object. usage: stream-reader.mjs HOST PORT; the token in SENTINEL_API_TOKEN. The protocol's client side (RFC 6455) in so many lines,
// since a benchmark must run without the dashboard's libraries.
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';

const [host, port] = process.argv.slice(2);
const token = process.env.SENTINEL_API_TOKEN ?? '';
const seen = { messages: 0, bytes: 0, snapshots: 0, largest_bytes: 0 };

function end() {
  process.stdout.write(`${JSON.stringify(seen)}\n`, () => process.exit(0));
}
process.on('SIGTERM', end);
process.on('SIGINT', end);

const asked = request({
  host, port, path: '/api/v1/stream',
  headers: {
    Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'), ...(token && { Authorization: `Bearer ${token}` }),
  },
});
asked.on('response', (answer) => {
  console.error(`no stream: HTTP ${answer.statusCode}`);
  process.exit(1);
});
asked.on('error', (failure) => {
  console.error(`no stream: ${failure.message}`);
  process.exit(1);
});
asked.on('upgrade', (_, socket, first) => {
  let waiting = first;
  let message = 0;
  let kind = 0;
  const take = () => {
    for (;;) {
      if (waiting.length < 2) return;
      let length = waiting[1] & 127;
      let start = 2;
      if (length === 126) {
        if (waiting.length < 4) return;
        length = waiting.readUInt16BE(2);
        start = 4;
      } else if (length === 127) {
        if (waiting.length < 10) return;
        length = Number(waiting.readBigUInt64BE(2));
        start = 10;
      }
      if (waiting.length < start + length) return;
      const payload = waiting.subarray(start, start + length);
      const opcode = waiting[0] & 15;
      if (opcode === 9) socket.write(Buffer.concat([Buffer.from([0x8a, 0x80 | length, 0, 0, 0, 0]), payload])); // masked with zero
      if (opcode === 1 || opcode === 2) {
        message = 0;
        kind = opcode === 2 ? payload[1] : 0;
      }
      if (opcode <= 2) {
        message += length;
        seen.bytes += length;
        if (waiting[0] & 128) {
          seen.messages += 1;
          if (kind === 1) seen.snapshots += 1;
          if (message > seen.largest_bytes) seen.largest_bytes = message;
        }
      }
      waiting = waiting.subarray(start + length);
    }
  };
  socket.on('data', (more) => {
    waiting = waiting.length === 0 ? more : Buffer.concat([waiting, more]);
    take();
  });
  socket.on('close', () => {
    console.error('the stream was closed');
    end();
  });
  take();
});
asked.end();
