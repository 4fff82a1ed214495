import { useEffect, useRef } from 'preact/hooks';
import { CELL_STATES, type CellState } from '../api/stream-message';
import { formatDelay } from '../format/delay';
import { summary } from '../mesh/mesh-state';
import { place } from '../place/place-state';
import { cssOf, mix, rgbOf, type Palette } from '../theme/palette';
import { palette } from '../theme/theme-state';
import { cellColour, LONG_MICROS, SHORT_MICROS } from './colour-scale';
import { drawGlyph, drawHatch } from './glyphs';
import { STATES_IN_WORDS_ORDER, STATE_WORDS } from './sentence';

/** Always explained; the reserved ones only where they occur. */
const ALWAYS: readonly CellState[] = ['ok', 'degraded', 'down', 'no-data'];

export function Legend() {
  const { perState } = summary.value;
  const order = STATES_IN_WORDS_ORDER.filter((state) => perState[state] > 0 || ALWAYS.includes(state));
  return (
    <div class="legend" aria-label="Legend">
      {order.map((state) => (
        <span class="legend-entry" key={state}>
          <Swatch state={state} />
          {STATE_WORDS[state]}
        </span>
      ))}
      {place.value.metric === 'delay' ? <Scale from={formatDelay(SHORT_MICROS)} to={formatDelay(LONG_MICROS)} kind="delay" /> : null}
      {place.value.metric === 'loss' ? <Scale from="1 %" to="100 %" kind="loss" /> : null}
    </div>
  );
}

/** Painted by the same code as the matrix, so that the legend cannot drift from it. */
export function Swatch({ state, size = 16 }: { state: CellState; size?: number }) {
  const colours = palette.value;
  const { metric } = place.value;
  const canvas = useCanvas(size, size, (g) => {
    const code = CELL_STATES.indexOf(state);
    g.fillStyle = cssOf(cellColour(code, 0, 1_500, state === 'degraded' ? 'delay' : metric, colours));
    g.beginPath();
    g.roundRect(0, 0, size, size, 4);
    g.fill();
    if (state === 'no-data') drawHatch(g, { x: 1, y: 1, width: size - 2, height: size - 2 }, colours);
    drawGlyph(g, state, size / 2, size / 2, size * 0.5, colours.inks[state]);
  });
  return <canvas ref={canvas} class="swatch" aria-hidden="true" />;
}

function Scale({ from, to, kind }: { from: string; to: string; kind: 'delay' | 'loss' }) {
  const colours = palette.value;
  const wide = 96;
  const canvas = useCanvas(wide, 10, (g) => {
    const [first, last] = ends(colours, kind);
    for (let x = 0; x < wide; x++) {
      g.fillStyle = cssOf(mix(rgbOf(first), rgbOf(last), kind === 'delay' ? x / (wide - 1) : Math.sqrt(x / (wide - 1))));
      g.fillRect(x, 0, 1, 10);
    }
  });
  return (
    <span class="legend-entry legend-scale" title={kind === 'delay' ? 'Median round-trip delay, logarithmic' : 'Loss of the newest round'}>
      {kind === 'delay' ? 'median' : 'loss'} <span class="figure">{from}</span> <canvas ref={canvas} class="swatch" aria-hidden="true" />{' '}
      <span class="figure">{to}</span>
    </span>
  );
}

function ends(colours: Palette, kind: 'delay' | 'loss'): readonly [string, string] {
  return kind === 'delay' ? [colours.okShort, colours.okLong] : [colours.lossLittle, colours.lossMuch];
}

function useCanvas(width: number, height: number, draw: (g: CanvasRenderingContext2D) => void) {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = ref.current;
    const g = canvas?.getContext('2d');
    if (canvas === null || g === null || g === undefined) return;
    const ratio = window.devicePixelRatio;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.clearRect(0, 0, width, height);
    draw(g);
  });
  return ref;
}
