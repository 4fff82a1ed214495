import { NOTHING_SENT, type StreamMessage } from '../api/stream-message';

/** A cell as packed in the stream; heatmap and summary read it without making objects. */
export interface CellCodes {
  readonly state: number;
  readonly lossCode: number;
  readonly delayCode: number;
}

const NO_DATA = 0;
const NOT_PROBED = 4;
const BEHIND_NAT = 7;
/** No cell entry, or one that took the cell back. Not a code of the stream's. */
const UNTOLD = 255;

/**
 * The newest state of every pair by the stream's node indexes. Typed arrays, because a thousand nodes make a million
 * cells; they grow by doubling when a node with a higher index appears. A pair that was not told of is not probed by
 * design if its source reports, or because its destination is behind NAT, and has no data if its source does not report
 * (docs/stream.md).
 */
export class LiveMatrix {
  private run: number | undefined;
  private side = 0;
  private states = new Uint8Array(0);
  private losses = new Uint8Array(0);
  private delays = new Uint16Array(0);
  /** When each row's newest report was taken, by the aggregator's clock; NaN: never. */
  private reportedAt = new Float64Array(0);
  /** How many cells each row has. */
  private told = new Uint32Array(0);
  /** How many cells have each state code. */
  private readonly counts = new Uint32Array(256);
  private behindNat: ReadonlySet<number> = new Set();

  reserve(nodeCount: number): void {
    if (nodeCount <= this.side) return;
    const side = Math.max(nodeCount, Math.min(2 * this.side, 65_536), 8);
    const states = new Uint8Array(side * side).fill(UNTOLD);
    const losses = new Uint8Array(side * side).fill(NOTHING_SENT);
    const delays = new Uint16Array(side * side);
    const reportedAt = new Float64Array(side).fill(Number.NaN);
    const told = new Uint32Array(side);
    for (let row = 0; row < this.side; row++) {
      const from = row * this.side;
      states.set(this.states.subarray(from, from + this.side), row * side);
      losses.set(this.losses.subarray(from, from + this.side), row * side);
      delays.set(this.delays.subarray(from, from + this.side), row * side);
    }
    reportedAt.set(this.reportedAt);
    told.set(this.told);
    this.side = side;
    this.states = states;
    this.losses = losses;
    this.delays = delays;
    this.reportedAt = reportedAt;
    this.told = told;
  }

  /** Indexes of the nodes that packets of others do not get to. */
  setBehindNat(indexes: ReadonlySet<number>): void {
    this.behindNat = indexes;
  }

  isBehindNat(index: number): boolean {
    return this.behindNat.has(index);
  }

  /** What was told in another run of the aggregator is of other indexes. */
  enterRun(run: number): void {
    if (this.run !== run) this.forget();
    this.run = run;
  }

  /** Calls `changed` for every cell that the message changes. */
  apply(message: StreamMessage, changed: (source: number, destination: number) => void): void {
    if (message.kind === 'snapshot') this.forget();
    message.forEachRow((source, ageMillis) => {
      this.reserve(source + 1);
      const began = this.rowReportedAt(source) === undefined;
      this.reportedAt[source] = ageMillis === undefined ? Number.NaN : message.at - ageMillis;
      if (message.kind === 'delta' && began !== (ageMillis === undefined)) this.tellUntold(source, changed);
    });
    message.forEachCell((source, destination, state, lossCode, delayCode) => {
      this.reserve(Math.max(source, destination) + 1);
      const at = source * this.side + destination;
      const before = this.states[at] ?? UNTOLD;
      const after = state === NOT_PROBED ? UNTOLD : state;
      this.counts[before] = (this.counts[before] ?? 0) - 1;
      this.counts[after] = (this.counts[after] ?? 0) + 1;
      this.told[source] = (this.told[source] ?? 0) + (after === UNTOLD ? 0 : 1) - (before === UNTOLD ? 0 : 1);
      this.states[at] = after;
      this.losses[at] = lossCode;
      this.delays[at] = delayCode;
      changed(source, destination);
    });
  }

  /** A row that begins or ends to report changes what its pairs without a cell are. */
  private tellUntold(source: number, changed: (source: number, destination: number) => void): void {
    for (let destination = 0; destination < this.side; destination++) {
      if (this.states[source * this.side + destination] === UNTOLD) changed(source, destination);
    }
  }

  private stateOf(source: number, destination: number): number {
    const at = source * this.side + destination;
    const told = this.states[at] ?? UNTOLD;
    if (told !== UNTOLD) return told;
    if (this.rowReportedAt(source) === undefined) return NO_DATA;
    return this.behindNat.has(destination) ? BEHIND_NAT : NOT_PROBED;
  }

  /** Cells of this source that were told of. */
  cellsOf(source: number): number {
    return this.told[source] ?? 0;
  }

  /** Cells that were told to be in that state; not for code 0, 4 and 7, since nobody tells of most of those. */
  countOf(stateCode: number): number {
    return this.counts[stateCode] ?? 0;
  }

  cell(source: number, destination: number): CellCodes {
    if (source >= this.side || destination >= this.side) return { state: 0, lossCode: NOTHING_SENT, delayCode: 0 };
    const at = source * this.side + destination;
    return { state: this.stateOf(source, destination), lossCode: this.losses[at] ?? NOTHING_SENT, delayCode: this.delays[at] ?? 0 };
  }

  stateCode(source: number, destination: number): number {
    return source < this.side && destination < this.side ? this.stateOf(source, destination) : 0;
  }

  lossCode(source: number, destination: number): number {
    return source < this.side && destination < this.side ? (this.losses[source * this.side + destination] ?? 0) : NOTHING_SENT;
  }

  delayCode(source: number, destination: number): number {
    return source < this.side && destination < this.side ? (this.delays[source * this.side + destination] ?? 0) : 0;
  }

  /** By the aggregator's clock; undefined: this row never reported. */
  rowReportedAt(source: number): number | undefined {
    const at = this.reportedAt[source];
    return at === undefined || Number.isNaN(at) ? undefined : at;
  }

  private forget(): void {
    this.states.fill(UNTOLD);
    this.told.fill(0);
    this.counts.fill(0);
    this.losses.fill(NOTHING_SENT);
    this.delays.fill(0);
    this.reportedAt.fill(Number.NaN);
  }
}
