// What the agents' spools say of themselves, what the database holds, and whether the two agree.
import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './mesh.mjs';

const LIMIT_MS = 90_000;
const query = join(root, 'scripts', 'e2e', 'Query.java');

/** Test packets of one pair in one round, unless the settings say otherwise. */
export const PACKETS = 10;

function run(command, env = {}) {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, NO_COLOR: '1', ...env }, maxBuffer: 256 << 20, timeout: LIMIT_MS };
    execFile(command[0], command.slice(1), options, (error, stdout, stderr) => {
      resolve({ code: error ? (error.code ?? error.signal) : 0, stdout, stderr });
    }).stdin.end();
  });
}

let javaFound;
/** The JDK that scripts/sentinel takes. */
function java() {
  const lib = join(root, 'scripts', 'lib');
  javaFound ??= execFileSync('bash', ['-c', 'source "$0/say.sh" && source "$0/jdk.sh" && require_jdk25', lib], { encoding: 'utf8' }).trim();
  return join(javaFound, 'bin', 'java');
}

/** Rows of an SQL question to the aggregator's embedded PostgreSQL, each an array of texts. `place`: a prefix, such as a namespace's. */
export async function rows(aggregatorData, sql, place = []) {
  const { code, stdout, stderr } = await run([...place, java(), '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC',
    '-cp', `${root}/aggregator/target/lib/*`, query, join(aggregatorData, 'postgres'), sql]);
  if (code !== 0) throw new Error(`the database does not answer: ${stderr.trim().split('\n')[0]}`);
  return stdout.split('\n').filter((line) => line !== '').map((line) => line.split('\t'));
}

/** `agent spool inspect --json` of an agent's data folder, dead or alive. */
export async function inspect(agentData) {
  const { stdout, stderr } = await run([join(root, 'scripts', 'sentinel'), 'agent', 'spool', 'inspect', '--json', '--data-dir', agentData]);
  if (stdout === '') throw new Error(`the spool does not tell: ${stderr.trim()}`);
  return JSON.parse(stdout);
}

/** Results dropped for whatever reason. */
export const dropped = (books) => Object.values(books.dropped).reduce((sum, of) => sum + of.results, 0);

/** made = acknowledged + waiting + dropped, in rounds and in results; else what is wrong with it. */
export function imbalance(books) {
  for (const of of ['rounds', 'results']) {
    const given = Object.values(books.dropped).reduce((sum, each) => sum + each[of], 0);
    const sum = books.acknowledged[of] + books.waiting[of] + given;
    if (books.made[of] !== sum) return `${of}: made ${books.made[of]}, but acknowledged + waiting + dropped = ${sum}`;
  }
  return undefined;
}

/** Results in the database by the name of their source. */
export async function storedResults(aggregatorData, place) {
  const sql = `SELECT source, count(*) FROM v_results GROUP BY source`;
  return new Map((await rows(aggregatorData, sql, place)).map(([source, count]) => [source, Number(count)]));
}

/** Rows of results that were stored twice: told by delays to the microsecond that are the same, or by more packets than a round has. */
export async function storedTwice(aggregatorData, { place, packets = PACKETS } = {}) {
  // Half as many more: a packet that a busy host sends late may fall into the next round, twelve packets are not yet two rounds.
  // A tile's bytes hold every delay, so two with answers are the same only if one was stored twice. Byte 1: how many cells.
  const sql = `SELECT 'same ' || s.name || ' ' || t.time, count(*) FROM tile t JOIN node s ON s.number = t.source
    WHERE EXISTS (SELECT FROM generate_series(1, get_byte(t.cells, 1)) cell WHERE tile_received(t.cells, cell) > 0)
    GROUP BY s.name, t.time, t.tile, t.kind, t.cells HAVING count(*) > 1
    UNION ALL
    SELECT 'many ' || source || ' to ' || destination || ' ' || time, sum(sent + not_sent) FROM v_results WHERE kind <> 'stamp'
    GROUP BY source, destination, kind, time HAVING sum(sent + not_sent) > ${packets * 1.5} LIMIT 50`;
  return (await rows(aggregatorData, sql, place)).map((row) => row.join(': '));
}

/**
 * Which rounds of each source are stored, by its echo: source → [{at, pairs, least, most}], oldest first. `at`: the round's start in ms;
 * `pairs`: to how many destinations; `least` and `most`: packets to one of them, sent or not. Of a round that a restart cut in two both
 * parts count.
 */
export async function timelines(aggregatorData, { place, from = new Date(0) } = {}) {
  const sql = `SELECT source, at, count(*), min(packets), max(packets) FROM (
      SELECT source, (extract(epoch FROM time) * 1000)::bigint AS at, sum(sent + not_sent) AS packets
      FROM v_results WHERE kind <> 'stamp' AND time >= '${from.toISOString()}' GROUP BY source, destination, time) each
    GROUP BY source, at ORDER BY at`;
  const found = new Map();
  for (const [source, at, pairs, least, most] of await rows(aggregatorData, sql, place)) {
    if (!found.has(source)) found.set(source, []);
    found.get(source).push({ at: Number(at), pairs: Number(pairs), least: Number(least), most: Number(most) });
  }
  return found;
}

/** Gaps between neighbouring rounds of one source that are longer than a round: [{after, ms}], ms: what is missing. */
export function gaps(timeline, roundMs) {
  return timeline.slice(1).map(({ at }, i) => ({ after: timeline[i].at, ms: at - timeline[i].at - roundMs })).filter(({ ms }) => ms > 0);
}
