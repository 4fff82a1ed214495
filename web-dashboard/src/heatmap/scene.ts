import type { LiveMatrix } from '../mesh/live-matrix';
import type { Axes } from '../mesh/order';
import type { Metric } from '../place/place';
import type { Palette } from '../theme/palette';
import type { Layout, Spot } from './layout';

/** All that a painter needs to know; nothing here knows signals or the DOM. */
export interface Scene {
  readonly axes: Axes;
  readonly layout: Layout;
  readonly matrix: LiveMatrix;
  readonly palette: Palette;
  readonly metric: Metric;
  readonly hovered: Spot | undefined;
  readonly selected: Spot | undefined;
  /** By the source's place: its newest report is old. */
  readonly rowIsOld: (place: number) => boolean;
}
