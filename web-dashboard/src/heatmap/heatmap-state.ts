import { computed, signal } from '@preact/signals';
import { axes, nodeById } from '../mesh/mesh-state';
import { place } from '../place/place-state';
import { layoutOf, type Spot } from './layout';
import { FONT } from './paint-roomy';

export const boxWidth = signal(800);
/** Under the pointer, or where the keyboard's cursor stands. */
export const hovered = signal<Spot | undefined>(undefined);

const widestName = computed(() => widest(axes.value.destinations.nodes.map((node) => node.name)));
const widestSite = computed(() => widest(axes.value.destinations.groups.map((group) => group.site)));

/** In the label's font. A thousand names differ little in width: the longest few by letters decide. */
function widest(names: readonly string[]): number {
  const g = document.createElement('canvas').getContext('2d');
  if (g === null) return 80;
  g.font = `650 13px ${FONT}`;
  const longest = [...new Set(names)].sort((a, b) => b.length - a.length).slice(0, 20);
  return longest.reduce((most, name) => Math.max(most, g.measureText(name).width), 0);
}

export const layout = computed(() =>
  layoutOf(axes.value, {
    available: boxWidth.value,
    widestName: widestName.value,
    widestSite: widestSite.value,
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
