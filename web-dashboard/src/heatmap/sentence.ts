import { microsOfDelayCode } from '../api/delay-code';
import type { StreamNode } from '../api/live-stream';
import { cellStateOf, lossRatioOf, type CellState } from '../api/stream-message';
import { formatDelay } from '../format/delay';
import { formatLoss } from '../format/loss';
import { formatAgo } from '../format/time';
import type { CellCodes } from '../mesh/live-matrix';
import type { Metric } from '../place/place';

/** How a state is called on the screen. */
export const STATE_WORDS: Readonly<Record<CellState, string>> = {
  ok: 'ok',
  degraded: 'degraded',
  down: 'down',
  'no-data': 'no data',
  'not-probed': 'not probed by design',
  'behind-nat': 'not probed: behind NAT',
  maintenance: 'maintenance',
  'prober-impaired': 'prober impaired',
};

/** From good to bad to unknown, as legend and summary list them. */
export const STATES_IN_WORDS_ORDER: readonly CellState[] = [
  'ok',
  'degraded',
  'down',
  'no-data',
  'not-probed',
  'behind-nat',
  'maintenance',
  'prober-impaired',
];

/** One sentence that explains a cell, for the tooltip and for those who listen to the page. */
export function cellSentence(
  source: StreamNode,
  destination: StreamNode,
  cell: CellCodes,
  rowAgeMillis: number | undefined,
): string {
  if (source.index === destination.index) return `${source.name} itself: a node does not measure itself.`;
  const reported = rowAgeMillis === undefined ? '' : `; reported ${formatAgo(rowAgeMillis)}`;
  return `${source.name} → ${destination.name}: ${whyOf(source, cell)}${reported}.`;
}

/** What the state rests on; docs/states.md has the rules. */
export function whyOf(source: StreamNode, cell: CellCodes): string {
  const lossRatio = lossRatioOf(cell.lossCode);
  const micros = microsOfDelayCode(cell.delayCode);
  const delay = micros === undefined ? '' : `, ${formatDelay(micros)} median round-trip delay`;
  const state = cellStateOf(cell.state);
  switch (state) {
    case 'ok':
      return `ok${delay}, no loss`;
    case 'degraded':
      return lossRatio !== undefined && lossRatio > 0
        ? `degraded, ${formatLoss(lossRatio)} lost in the newest round${delay}`
        : `degraded${delay}, well above what this pair usually needs, no loss`;
    case 'down':
      return lossRatio !== undefined && lossRatio < 1
        ? `down, the newest test packets are unanswered (${formatLoss(lossRatio)} lost in the newest round)`
        : 'down, no test packet is answered';
    case 'no-data':
      if (source.state === 'lost') return `no data, agent ${source.name} is lost`;
      if (source.state === 'left') return `no data, agent ${source.name} has left`;
      return `no data, ${source.name} has reported nothing about it lately`;
    case 'not-probed':
      return 'not probed by design';
    case 'behind-nat':
      return 'not probed, as packets of others do not get to an agent behind NAT';
    case 'maintenance':
      return 'in maintenance';
    case 'prober-impaired':
      return `the prober on ${source.name} is impaired, so this says nothing about the network`;
  }
}

/** The figure printed in a roomy cell; empty: the glyph says it alone. */
export function cellFigure(cell: CellCodes, metric: Metric): string {
  const state = cellStateOf(cell.state);
  if (state === 'down') return 'down';
  if (state === 'no-data') return 'no data';
  if (state !== 'ok' && state !== 'degraded') return '';
  if (metric === 'loss') {
    const lossRatio = lossRatioOf(cell.lossCode);
    return lossRatio === undefined ? '' : formatLoss(lossRatio);
  }
  const micros = microsOfDelayCode(cell.delayCode);
  return micros === undefined ? '' : formatDelay(micros);
}
