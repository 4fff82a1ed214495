/** What the page shows, as it stands in the address: every view is a link. */
export interface Place {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly range: RangeName;
  readonly metric: Metric;
  readonly view: View;
}

export const RANGES = { '15m': 15 * 60, '1h': 3_600, '6h': 6 * 3_600, '24h': 24 * 3_600 } as const;
export type RangeName = keyof typeof RANGES;
export const METRICS = ['delay', 'loss'] as const;
export type Metric = (typeof METRICS)[number];
export const VIEWS = ['matrix', 'table'] as const;
export type View = (typeof VIEWS)[number];

export const HOME: Place = { from: undefined, to: undefined, range: '1h', metric: 'delay', view: 'matrix' };

const SCREEN = '#/mesh';

/** What is missing or makes no sense in a hash falls back to the home view: a link never breaks the page. */
export function placeOf(hash: string): Place {
  const parameters = new URLSearchParams(hash.includes('?') ? hash.slice(hash.indexOf('?') + 1) : '');
  const from = parameters.get('from') ?? undefined;
  const to = parameters.get('to') ?? undefined;
  const range = parameters.get('range') ?? HOME.range;
  const metric = parameters.get('metric') ?? HOME.metric;
  const view = parameters.get('view') ?? HOME.view;
  return {
    from: from !== undefined && to !== undefined ? from : undefined,
    to: from !== undefined && to !== undefined ? to : undefined,
    range: range in RANGES ? (range as RangeName) : HOME.range,
    metric: METRICS.find((known) => known === metric) ?? HOME.metric,
    view: VIEWS.find((known) => known === view) ?? HOME.view,
  };
}

export function hashOf(place: Place): string {
  const parameters = new URLSearchParams();
  if (place.from !== undefined && place.to !== undefined) {
    parameters.set('from', place.from);
    parameters.set('to', place.to);
  }
  if (place.range !== HOME.range) parameters.set('range', place.range);
  if (place.metric !== HOME.metric) parameters.set('metric', place.metric);
  if (place.view !== HOME.view) parameters.set('view', place.view);
  const query = parameters.toString();
  return query === '' ? SCREEN : `${SCREEN}?${query}`;
}
