// A believable mesh that was never measured: delays, loss and faults made up, for looking at the dashboard without a
// server. What it says about one moment depends only on the seed and that moment, so history and live view agree.
import { randomUUID } from 'node:crypto';

const SITES = ['lyon', 'oslo', 'porto', 'turin', 'gdansk', 'malmo', 'ghent', 'zagreb', 'tartu', 'cork', 'bern', 'graz'];
const STEP_MILLIS = 10_000;
export const STATES = ['no-data', 'ok', 'degraded', 'down', 'not-probed', 'maintenance', 'prober-impaired'];

export class SimulatedMesh {
  constructor({ agents = 9, perSite = 1, loopback = false, now = Date.now } = {}) {
    this.now = now;
    this.loopback = loopback;
    this.startedAt = now();
    this.nodes = Array.from({ length: agents }, (_, index) => {
      const site = siteName(Math.floor(index / perSite));
      return {
        index,
        id: randomUUID(),
        name: perSite === 1 ? `${site}-1` : `${site}-${(index % perSite) + 1}`,
        site,
        role: 'agent',
        state: 'connected',
        place: [noise(index, 1), noise(index, 2)],
      };
    });
    /** Set by `fault`: functions from (source, destination) to a change of what would be measured. */
    this.faults = new Map();
  }

  /** `faultOf(source, destination)` answers undefined or { loss, addMicros, state }. */
  fault(name, faultOf) {
    this.faults.set(name, faultOf);
  }

  mend(name) {
    this.faults.delete(name);
  }

  lose(index, state = 'lost') {
    this.nodes[index].state = state;
  }

  comeBack(index) {
    this.nodes[index].state = 'connected';
  }

  baseMicros(source, destination) {
    if (this.loopback) return 18 + 30 * noise(source * 1_009 + destination, 3);
    const a = this.nodes[source];
    const b = this.nodes[destination];
    if (a.site === b.site) return 120 + 300 * noise(source * 1_009 + destination, 3);
    return 2_000 + 45_000 * Math.hypot(a.place[0] - b.place[0], a.place[1] - b.place[1]);
  }

  /** One round of one directed pair at a moment. */
  round(source, destination, atMillis, faultsToo = true) {
    const slot = Math.floor(atMillis / STEP_MILLIS);
    const key = source * 65_537 + destination;
    const base = this.baseMicros(source, destination);
    const fault = faultsToo ? this.faultOf(source, destination) : undefined;
    const wave = 1 + 0.04 * Math.sin(slot / 60 + key) + 0.03 * noise(key, slot);
    const median = base * wave + (fault?.addMicros ?? 0);
    const spread = median * (0.01 + 0.05 * noise(key, slot + 7) ** 4);
    let lost = noise(key, slot + 13) > 0.997 ? 1 : 0;
    if (fault?.loss !== undefined) lost = Math.min(10, Math.round(10 * fault.loss * (0.7 + 0.6 * noise(key, slot))));
    if (fault?.loss === 1) lost = 10;
    const late = noise(key, slot + 29) > 0.985 ? median * 3 * noise(key, slot + 31) : 0;
    return {
      sent: 10,
      received: 10 - lost,
      delays: {
        min: Math.round(median - 2 * spread),
        lowerQuartile: Math.round(median - spread * 0.7),
        median: Math.round(median),
        upperQuartile: Math.round(median + spread),
        max: Math.round(median + 3 * spread + late),
      },
    };
  }

  cell(source, destination, atMillis) {
    const fault = this.faultOf(source, destination);
    if (fault?.state !== undefined) return { state: fault.state, sent: 0, received: 0 };
    if (this.nodes[source].state !== 'connected') return { state: 'no-data', sent: 0, received: 0 };
    const round = this.round(source, destination, atMillis);
    const state = round.received === 0 ? 'down' : round.received < round.sent || fault?.addMicros > 0 ? 'degraded' : 'ok';
    return { state, ...round };
  }

  history(source, destination, fromMillis, toMillis, stepSeconds) {
    const step = (stepSeconds ?? Math.max(10, Math.ceil((toMillis - fromMillis) / 720 / 10_000) * 10)) * 1_000;
    const points = [];
    for (let at = Math.ceil(fromMillis / step) * step; at < toMillis; at += step) {
      // Every six hours some minutes of nothing, so that gaps can be seen; an incident an hour and a half ago.
      if (Math.floor(at / 60_000) % 360 < 8) continue;
      const live = toMillis - at < 60_000;
      if (live && this.nodes[source].state !== 'connected') continue;
      const round = this.round(source, destination, at, live || toMillis - at < 180_000);
      const minutesAgo = (this.startedAt - at) / 60_000;
      if (minutesAgo > 21 && minutesAgo < 26) round.received = Math.min(round.received, 10 - Math.ceil(4 * noise(source + at, 3)));
      if (minutesAgo > 95 && minutesAgo < 99) round.received = 0;
      points.push({
        at: new Date(at).toISOString(),
        sent: round.sent,
        received: round.received,
        lossRatio: 1 - round.received / round.sent,
        ...(round.received === 0 ? {} : { roundTripDelayMicros: round.delays }),
      });
    }
    return { stepSeconds: step / 1_000, points };
  }

  faultOf(source, destination) {
    for (const faultOf of this.faults.values()) {
      const fault = faultOf(this.nodes[source], this.nodes[destination]);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }
}

function siteName(ordinal) {
  const name = SITES[ordinal % SITES.length];
  return ordinal < SITES.length ? name : `${name}-${String.fromCharCode(97 + (Math.floor(ordinal / SITES.length) % 26))}`;
}

/** 0 to 1, always the same for the same two numbers. */
function noise(a, b) {
  let x = (Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35)) >>> 0;
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d) >>> 0;
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39) >>> 0;
  return ((x ^ (x >>> 15)) >>> 0) / 0xffff_ffff;
}
