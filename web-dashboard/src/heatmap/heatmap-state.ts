import { computed, signal } from '@preact/signals';
import { axes, nodeById } from '../mesh/mesh-state';
import { place } from '../place/place-state';
import { layoutOf, type Spot } from './layout';
import { FONT } from './paint-roomy';

export const boxWidth = signal(800);
/** Under the pointer, or where the keyboard's cursor stands. */
export const hovered = signal<Spot | undefined>(undefined);

const widestName = computed(() => {
  const g = document.createElement('canvas').getContext('2d');
  if (g === null) return 80;
  const { sources, destinations } = axes.value;
  const bySite = [sources, destinations].some((axis) => axis.groups.some((group) => group.length > 1));
  let widest = 0;
  // A thousand names differ little in width: the longest few by letters decide.
  const names = new Set([...sources.nodes, ...destinations.nodes].flatMap((node) => (bySite ? [node.name] : [node.name, node.site])));
  const longest = [...names].sort((a, b) => b.length - a.length).slice(0, 20);
  g.font = `650 13px ${FONT}`;
  for (const name of longest) widest = Math.max(widest, g.measureText(name).width);
  return widest;
});

export const layout = computed(() =>
  layoutOf(axes.value, {
    available: boxWidth.value,
    widestName: widestName.value,
    devicePixelRatio: window.devicePixelRatio,
  }),
);

export const selectedSpot = computed<Spot | undefined>(() => {
  const source = nodeById(place.value.from);
  const destination = nodeById(place.value.to);
  if (source === undefined || destination === undefined) return undefined;
  const row = axes.value.sources.placeOf.get(source.index);
  const column = axes.value.destinations.placeOf.get(destination.index);
  return row === undefined || column === undefined ? undefined : { row, column };
});
