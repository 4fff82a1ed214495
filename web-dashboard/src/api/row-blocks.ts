/** The row blocks of a stream message (docs/stream.md): one source's cells as columns. */

const NO_REPORT = 0xffff_ffff;
const NOT_TOLD = 0xffff_fffe;
const BITMAP = 1;
const COLUMNS = 4;
/** What a block without cells has, and what one with cells has before its columns. */
const SHORT_BYTES = 10;
const LONG_BYTES = 14;

interface Block {
  readonly source: number;
  readonly age: number;
  readonly count: number;
  readonly bitmap: boolean;
  /** Where the bits begin, or the list of destinations. */
  readonly destinationsAt: number;
  readonly destinationBytes: number;
  readonly columns: boolean;
  readonly others: number;
  readonly usualState: number;
  readonly usualLoss: number;
  readonly verdictsAt: number;
  readonly delaysAt: number;
  readonly end: number;
}

/** What is wrong with them, if anything. */
export function checkBlocks(view: DataView, from: number, blockCount: number, cellCount: number): string | undefined {
  let at = from;
  let cells = 0;
  for (let i = 0; i < blockCount; i++) {
    const block = blockAt(view, at);
    if (block === undefined) return `block ${i} of ${blockCount} is cut off`;
    if (block.bitmap && bitsSet(view, block) !== block.count) return `block ${i} has other bits than cells`;
    if (!block.columns && !placesFit(view, block)) return `block ${i} has an exception beyond its cells`;
    cells += block.count;
    at = block.end;
  }
  if (at !== view.byteLength) return `${view.byteLength - at} bytes behind the last block`;
  return cells === cellCount ? undefined : `${cells} cells where the header announces ${cellCount}`;
}

export function visitRows(view: DataView, from: number, blockCount: number, visit: (source: number, ageMillis: number | undefined) => void): void {
  let at = from;
  for (let i = 0; i < blockCount; i++) {
    const block = blockAt(view, at);
    if (block === undefined) return;
    if (block.age !== NOT_TOLD) visit(block.source, block.age === NO_REPORT ? undefined : block.age);
    at = block.end;
  }
}

export function visitCells(
  view: DataView,
  from: number,
  blockCount: number,
  visit: (source: number, destination: number, state: number, lossCode: number, delayCode: number) => void,
): void {
  const reader = new CellReader(view, visit);
  let at = from;
  for (let i = 0; i < blockCount; i++) {
    const block = blockAt(view, at);
    if (block === undefined) return;
    if (block.count > 0) reader.read(block);
    at = block.end;
  }
}

/** undefined: the message ends before the block does. */
function blockAt(view: DataView, at: number): Block | undefined {
  const room = view.byteLength - at;
  if (room < SHORT_BYTES) return undefined;
  const forms = view.getUint16(at + 2, true);
  const count = view.getUint16(at + 8, true);
  if (count > 0 && room < LONG_BYTES + 2) return undefined;
  const bitmap = (forms & BITMAP) !== 0;
  const columns = (forms & COLUMNS) !== 0;
  const others = count === 0 ? 0 : view.getUint16(at + 10, true);
  const destinationsAt = at + (count === 0 ? SHORT_BYTES : bitmap ? LONG_BYTES + 2 : LONG_BYTES);
  const destinationBytes = count > 0 && bitmap ? view.getUint16(at + LONG_BYTES, true) : 2 * count;
  const verdictsAt = destinationsAt + destinationBytes;
  const delaysAt = verdictsAt + (columns ? 2 * count : 4 * others);
  const end = delaysAt + 2 * count;
  if (end > view.byteLength) return undefined;
  return {
    source: view.getUint16(at, true),
    age: view.getUint32(at + 4, true),
    count,
    bitmap,
    destinationsAt,
    destinationBytes,
    columns,
    others,
    usualState: count === 0 ? 0 : view.getUint8(at + 12),
    usualLoss: count === 0 ? 0 : view.getUint8(at + 13),
    verdictsAt,
    delaysAt,
    end,
  };
}

function bitsSet(view: DataView, block: Block): number {
  let set = 0;
  for (let i = 0; i < block.destinationBytes; i++) {
    for (let bits = view.getUint8(block.destinationsAt + i); bits !== 0; bits &= bits - 1) set++;
  }
  return set;
}

function placesFit(view: DataView, block: Block): boolean {
  for (let i = 0; i < block.others; i++) {
    if (view.getUint16(block.verdictsAt + 4 * i, true) >= block.count) return false;
  }
  return true;
}

/** Hands out the cells of one block after the other; its scratch columns are made once for all of them. */
class CellReader {
  private states = new Uint8Array(0);
  private losses = new Uint8Array(0);

  constructor(
    private readonly view: DataView,
    private readonly visit: (source: number, destination: number, state: number, lossCode: number, delayCode: number) => void,
  ) {}

  read(block: Block): void {
    this.verdicts(block);
    const { view, visit, states, losses } = this;
    const { source, count, destinationsAt, delaysAt } = block;
    if (!block.bitmap) {
      for (let i = 0; i < count; i++) {
        visit(source, view.getUint16(destinationsAt + 2 * i, true), states[i] ?? 0, losses[i] ?? 0, view.getUint16(delaysAt + 2 * i, true));
      }
      return;
    }
    let cell = 0;
    for (let byte = 0; byte < block.destinationBytes; byte++) {
      for (let bits = view.getUint8(destinationsAt + byte); bits !== 0; bits &= bits - 1) {
        const destination = 8 * byte + 31 - Math.clz32(bits & -bits);
        visit(source, destination, states[cell] ?? 0, losses[cell] ?? 0, view.getUint16(delaysAt + 2 * cell, true));
        cell++;
      }
    }
  }

  private verdicts(block: Block): void {
    const { view } = this;
    const { count, verdictsAt } = block;
    if (this.states.length < count) {
      this.states = new Uint8Array(count);
      this.losses = new Uint8Array(count);
    }
    if (block.columns) {
      for (let i = 0; i < count; i++) {
        this.states[i] = view.getUint8(verdictsAt + i);
        this.losses[i] = view.getUint8(verdictsAt + count + i);
      }
      return;
    }
    this.states.fill(block.usualState, 0, count);
    this.losses.fill(block.usualLoss, 0, count);
    for (let i = 0, at = verdictsAt; i < block.others; i++, at += 4) {
      const place = view.getUint16(at, true);
      this.states[place] = view.getUint8(at + 2);
      this.losses[place] = view.getUint8(at + 3);
    }
  }
}
