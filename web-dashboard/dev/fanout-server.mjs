// The peer of scripts/bench fanout: sends the same buffer of so many bytes to every client ten times a second, by `ws`
// without compression. Prints its port; ends with its standard input.
import { WebSocketServer } from 'ws';

/** As in the aggregator: more unsent than this and a client is left out. */
const MOST_UNSENT_BYTES = 4 << 20;

const message = Buffer.alloc(Number(process.argv[2]));
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false }, () => console.log(server.address().port));
setInterval(() => {
  const shared = Buffer.from(message);
  shared.writeBigInt64LE(process.hrtime.bigint(), 0);
  for (const client of server.clients) {
    if (client.bufferedAmount < MOST_UNSENT_BYTES) client.send(shared);
  }
}, 100);
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
