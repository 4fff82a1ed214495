import type { CellState } from '../api/stream-message';

/**
 * All colours of the page, the only place that names any. The style sheet sees them as custom properties, the canvases
 * read them here. States differ in lightness and in hue along blue-yellow, so that they stay apart for colour-blind
 * eyes; each has a glyph or pattern besides (heatmap/glyphs.ts).
 */
export interface Palette {
  readonly page: string;
  readonly surface: string;
  readonly sunken: string;
  readonly line: string;
  readonly ink: string;
  readonly muted: string;
  readonly accent: string;
  readonly onAccent: string;
  /** Ends of the scale of ok cells, short delay to long. */
  readonly okShort: string;
  readonly okLong: string;
  /** Ends of the scale of lossy cells, little loss to much. */
  readonly lossLittle: string;
  readonly lossMuch: string;
  readonly fills: Readonly<Record<Exclude<CellState, 'ok'>, string>>;
  /** Text and glyphs upon a cell of that state. */
  readonly inks: Readonly<Record<CellState, string>>;
  /** Where a cell is large enough for a pattern, "no data" is hatched in its own colour upon this. */
  readonly empty: string;
  readonly self: string;
}

export type ThemeName = 'light' | 'dark';

export const PALETTES: Readonly<Record<ThemeName, Palette>> = {
  light: {
    page: '#f3f5f7',
    surface: '#ffffff',
    sunken: '#eef1f4',
    line: '#dbe1e6',
    ink: '#14212b',
    muted: '#566572',
    accent: '#0f6d86',
    onAccent: '#ffffff',
    okShort: '#d5ecf2',
    okLong: '#8ac6d6',
    lossLittle: '#fbd98a',
    lossMuch: '#ef9a1a',
    fills: {
      'no-data': '#a6adb3',
      degraded: '#f6b73c',
      down: '#c1292e',
      'not-probed': '#f7f8f9',
      'behind-nat': '#ccc09c',
      maintenance: '#8d79c9',
      'prober-impaired': '#6d4a5e',
    },
    inks: {
      'no-data': '#1f2a33',
      ok: '#0d2c36',
      degraded: '#3a2600',
      down: '#ffffff',
      'not-probed': '#606d78',
      'behind-nat': '#4f4638',
      maintenance: '#140b33',
      'prober-impaired': '#ffffff',
    },
    empty: '#e6eaed',
    self: '#eef1f4',
  },
  dark: {
    page: '#0c1217',
    surface: '#131b22',
    sunken: '#0f161c',
    line: '#25313b',
    ink: '#e6edf2',
    muted: '#93a3b0',
    accent: '#63c0d6',
    onAccent: '#06222a',
    okShort: '#165468',
    okLong: '#28778f',
    lossLittle: '#c2963a',
    lossMuch: '#f0a52b',
    fills: {
      'no-data': '#353a40',
      degraded: '#f0b13a',
      down: '#e5484d',
      'not-probed': '#161f26',
      'behind-nat': '#54462f',
      maintenance: '#8b78cf',
      'prober-impaired': '#d9b3c9',
    },
    inks: {
      'no-data': '#bec7ce',
      ok: '#f2fafc',
      degraded: '#2b1c00',
      down: '#1d0204',
      'not-probed': '#8794a0',
      'behind-nat': '#cfc4b2',
      maintenance: '#0f0729',
      'prober-impaired': '#2c0b1f',
    },
    empty: '#1b2228',
    self: '#18222a',
  },
};

export type Rgb = readonly [red: number, green: number, blue: number];

export function rgbOf(hex: string): Rgb {
  const packed = Number.parseInt(hex.slice(1), 16);
  return [(packed >> 16) & 0xff, (packed >> 8) & 0xff, packed & 0xff];
}

export function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const at = (i: 0 | 1 | 2): number => Math.round(from[i] + (to[i] - from[i]) * share);
  return [at(0), at(1), at(2)];
}

export function cssOf([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`;
}
