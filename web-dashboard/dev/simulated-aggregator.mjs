// Serves the built page with a simulated mesh behind it: node dev/simulated-aggregator.mjs [--port P] [--agents N]
// [--per-site N] [--loopback] [--token T] [--faults]
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { WebSocketServer } from 'ws';
import { SimulatedMesh, STATES } from './simulated-mesh.mjs';
import { delayCodeOf, encode, lossCodeOf } from './stream-writer.mjs';

const DIST = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist');
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const TICK_MILLIS = 250;
/** As strict as the aggregator's own: what passes here passes there. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** Answers { url, mesh, silence(boolean), dropClients(), close() }. */
export async function startSimulatedAggregator({ port = 0, mesh = new SimulatedMesh(), token } = {}) {
  let silent = false;
  let tick = 0;
  const run = 1 + Math.floor(Math.random() * 0xffff_fffe);
  const allowed = (request) => token === undefined || (request.headers.cookie ?? '').includes(`sentinel_session=${token}`);
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://localhost');
    response.setHeader('content-security-policy', POLICY);
    response.setHeader('x-content-type-options', 'nosniff');
    if (url.pathname === '/api/v1/session' && request.method === 'POST') return openSession(request, response, token);
    if (!url.pathname.startsWith('/api/')) return sendAsset(response, url.pathname);
    if (!allowed(request)) return problem(response, 401, 'An access token is needed', 'POST it to /api/v1/session.');
    return answer(response, mesh, url);
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (!request.url.startsWith('/api/v1/stream')) return socket.destroy();
    if (!allowed(request)) return socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
    return sockets.handleUpgrade(request, socket, head, (client) => greet(client));
  });

  const sentBefore = new Map();
  let nodesText = '';
  const greet = (client) => {
    if (silent) return;
    client.send(nodesMessage(run, mesh));
    client.send(encode({ kind: 'snapshot', run, tick, at: mesh.now(), rows: rowsOf(mesh), cells: [...cellsOf(mesh)] }));
  };
  const timer = setInterval(() => {
    if (silent) return;
    tick++;
    const text = nodesMessage(run, mesh);
    const nodesChanged = text !== nodesText;
    nodesText = text;
    const changed = [];
    for (const cell of cellsOf(mesh)) {
      const key = cell.source * 65_536 + cell.destination;
      const value = cell.state * 2 ** 24 + cell.loss * 2 ** 16 + cell.delay;
      if (sentBefore.get(key) === value) continue;
      sentBefore.set(key, value);
      changed.push(cell);
    }
    const message = encode({ kind: 'delta', run, tick, at: mesh.now(), rows: rowsOf(mesh), cells: changed });
    for (const client of sockets.clients) {
      if (nodesChanged) client.send(text);
      client.send(message);
    }
  }, TICK_MILLIS);

  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    mesh,
    silence(quiet) {
      silent = quiet;
    },
    dropClients() {
      for (const client of sockets.clients) client.terminate();
    },
    async close() {
      clearInterval(timer);
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function nodesMessage(run, mesh) {
  return JSON.stringify({ type: 'nodes', run, nodes: mesh.nodes.map(({ place: _, ...node }) => node) });
}

function rowsOf(mesh) {
  return mesh.nodes.filter((node) => node.state === 'connected').map((node) => ({ source: node.index, ageMillis: mesh.now() % 1_000 }));
}

function* cellsOf(mesh) {
  const now = mesh.now();
  for (const { index: source } of mesh.nodes) {
    // Each source's round ends at its own moment, as in a real mesh.
    const at = now - ((source * 2_741) % 10_000);
    for (const { index: destination } of mesh.nodes) {
      if (source === destination) continue;
      const cell = mesh.cell(source, destination, at);
      yield {
        source,
        destination,
        state: STATES.indexOf(cell.state),
        loss: lossCodeOf(cell.sent, cell.received),
        delay: cell.received === 0 ? 0 : delayCodeOf(cell.delays?.median),
      };
    }
  }
}

function answer(response, mesh, url) {
  const at = new Date(mesh.now()).toISOString();
  const node = ({ id, name, site, role }) => ({ id, name, site, role });
  if (url.pathname === '/api/v1/agents') {
    return json(response, 200, { at, agents: mesh.nodes.filter((each) => each.role === 'agent').map((each) => agentOf(mesh, each)) });
  }
  if (url.pathname === '/api/v1/matrix') {
    const nodes = mesh.nodes.map(node);
    const cells = [];
    for (const source of mesh.nodes) {
      for (const destination of mesh.nodes) {
        if (source === destination) continue;
        const { state, sent, received, delays } = mesh.cell(source.index, destination.index, mesh.now());
        cells.push({
          source: source.id,
          destination: destination.id,
          state,
          kind: 'icmp-echo',
          sent,
          received,
          ...(sent === 0 ? {} : { lossRatio: 1 - received / sent }),
          ...(received === 0 ? {} : { roundTripDelayMicros: { min: delays.min, median: delays.median, max: delays.max } }),
          at,
        });
      }
    }
    return json(response, 200, { at, sources: nodes, destinations: nodes, cells });
  }
  const pair = /^\/api\/v1\/pairs\/([^/]+)\/([^/]+)\/history$/.exec(url.pathname);
  if (pair !== null) {
    const source = mesh.nodes.find((each) => each.id === pair[1]);
    const destination = mesh.nodes.find((each) => each.id === pair[2]);
    if (source === undefined || destination === undefined) {
      return problem(response, 404, 'No such pair', 'One of the two ids is not known; GET /api/v1/agents lists them.');
    }
    const to = Date.parse(url.searchParams.get('to') ?? at);
    const from = Date.parse(url.searchParams.get('from') ?? new Date(to - 3_600_000).toISOString());
    const history = mesh.history(source.index, destination.index, from, to);
    return json(response, 200, {
      source: node(source),
      destination: node(destination),
      kind: 'icmp-echo',
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      ...history,
    });
  }
  return problem(response, 404, 'Not here', `Nothing is served at ${url.pathname}.`);
}

function agentOf(mesh, node) {
  const lastRung = node.index % 7 === 5;
  node.seenAt = node.state === 'connected' ? mesh.now() - (mesh.now() % 1_000) : (node.seenAt ?? mesh.now());
  return {
    id: node.id,
    name: node.name,
    site: node.site,
    address: mesh.loopback ? `127.0.1.${node.index + 1}` : `192.0.2.${(node.index % 250) + 1}`,
    version: '0.1.0',
    state: node.state,
    lastSeen: new Date(node.seenAt).toISOString(),
    startedAt: new Date(mesh.startedAt).toISOString(),
    rung: lastRung ? 'tcp-connect' : node.index % 3 === 1 ? 'icmp-raw' : 'icmp-datagram',
    kind: lastRung ? 'tcp-connect' : 'icmp-echo',
    ...(lastRung ? { remedy: 'sysctl -w net.ipv4.ping_group_range="0 2147483647"' } : {}),
  };
}

function openSession(request, response, token) {
  let body = '';
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    if (token === undefined || JSON.parse(body).token !== token) return problem(response, 401, 'Not this token', 'Try another.');
    response.setHeader('set-cookie', `sentinel_session=${token}; HttpOnly; SameSite=Strict; Path=/`);
    response.writeHead(204).end();
    return undefined;
  });
}

function json(response, status, value, type = 'application/json') {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(JSON.stringify(value));
}

function problem(response, status, title, detail) {
  json(response, status, { type: 'about:blank', title, status, detail }, 'application/problem+json');
}

function sendAsset(response, path) {
  const file = join(DIST, normalize(path === '/' ? '/index.html' : path));
  if (!file.startsWith(DIST) || !existsSync(file) || !statSync(file).isFile()) return problem(response, 404, 'Not here', path);
  response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
  return createReadStream(file).pipe(response);
}

/** Some of each kind of trouble, for looking at. */
export function someFaults(mesh) {
  const last = mesh.nodes.length - 1;
  mesh.fault('cut', (_, destination) => (destination.index === Math.min(3, last) ? { loss: 1 } : undefined));
  mesh.fault('lossy', (source, destination) => (source.index === 1 && destination.index === 5 ? { loss: 0.3 } : undefined));
  mesh.fault('slow', (source, destination) => (source.index === 6 && destination.index === 2 ? { addMicros: 60_000 } : undefined));
  if (last >= 7) mesh.lose(7);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8090' },
      agents: { type: 'string', default: '9' },
      'per-site': { type: 'string', default: '1' },
      loopback: { type: 'boolean', default: false },
      faults: { type: 'boolean', default: false },
      token: { type: 'string' },
    },
  });
  const mesh = new SimulatedMesh({ agents: Number(values.agents), perSite: Number(values['per-site']), loopback: values.loopback });
  if (values.faults) someFaults(mesh);
  const { url } = await startSimulatedAggregator({ port: Number(values.port), mesh, token: values.token });
  console.log(`A simulated mesh of ${values.agents} agents: ${url}`);
}
