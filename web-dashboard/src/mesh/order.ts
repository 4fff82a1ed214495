import type { StreamNode } from '../api/live-stream';

/** A run of neighbouring nodes of one site on an axis; `start` and `length` count places on the axis. */
export interface SiteGroup {
  readonly site: string;
  readonly start: number;
  readonly length: number;
}

export interface Axis {
  readonly nodes: readonly StreamNode[];
  readonly groups: readonly SiteGroup[];
  /** From a node's stream index to its place on this axis. */
  readonly placeOf: ReadonlyMap<number, number>;
}

export interface Axes {
  /** Only agents measure, so only they have rows. */
  readonly sources: Axis;
  readonly destinations: Axis;
}



export function axesOf(nodes: readonly StreamNode[]): Axes {
  const ordered = [...nodes].sort(
    (a, b) => collator.compare(a.site, b.site) || collator.compare(a.name, b.name) || a.index - b.index,
  );
  return {
    sources: axisOf(ordered.filter((node) => node.role === 'agent')),
    destinations: axisOf(ordered),
  };
}

/** "site-2" comes before "site-10". */
const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function axisOf(nodes: readonly StreamNode[]): Axis {
  const groups: { site: string; start: number; length: number }[] = [];
  nodes.forEach((node, place) => {
    const last = groups.at(-1);
    if (last !== undefined && last.site === node.site) last.length++;
    else groups.push({ site: node.site, start: place, length: 1 });
  });
  return { nodes, groups, placeOf: new Map(nodes.map((node, place) => [node.index, place])) };
}

export const NO_AXES: Axes = axesOf([]);
