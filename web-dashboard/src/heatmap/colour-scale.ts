import { microsOfDelayCode } from '../api/delay-code';
import { cellStateOf, lossRatioOf } from '../api/stream-message';
import type { Metric } from '../place/place';
import { mix, rgbOf, type Palette, type Rgb } from '../theme/palette';

/** Both ends of the delay scale in microseconds: from one machine to the other side of the earth. */
export const SHORT_MICROS = 10;
export const LONG_MICROS = 300_000;

/** 0 to 1 on a logarithmic scale: a tenfold delay is the same step everywhere. */
export function delayShare(micros: number): number {
  const share = Math.log(Math.max(micros, 1) / SHORT_MICROS) / Math.log(LONG_MICROS / SHORT_MICROS);
  return Math.min(1, Math.max(0, share));
}

/** Little loss moves the colour most: the difference between 1 % and 5 % matters more than that between 80 % and 90 %. */
export function lossShare(lossRatio: number): number {
  return Math.sqrt(Math.min(1, Math.max(0, lossRatio)));
}

export function cellColour(
  state: number,
  lossCode: number,
  delayCode: number,
  metric: Metric,
  palette: Palette,
): Rgb {
  const name = cellStateOf(state);
  if (name === 'ok') {
    const share = metric === 'delay' ? delayShare(microsOfDelayCode(delayCode) ?? SHORT_MICROS) : 0.35;
    return mix(rgbOf(palette.okShort), rgbOf(palette.okLong), share);
  }
  if (name === 'degraded' && metric === 'loss') {
    const share = lossShare(lossRatioOf(lossCode) ?? 0);
    return mix(rgbOf(palette.lossLittle), rgbOf(palette.lossMuch), share);
  }
  return rgbOf(palette.fills[name]);
}

/** Cells as pixels need their colour in some ten nanoseconds: every delay and loss code is worked out once. */
export class PixelColours {
  private readonly ok = new Uint32Array(65_536);
  private readonly degraded = new Uint32Array(256);
  private readonly others = new Uint32Array(256);

  constructor(metric: Metric, palette: Palette) {
    for (let code = 0; code < 65_536; code++) this.ok[code] = packed(cellColour(1, 0, code, metric, palette));
    for (let code = 0; code < 256; code++) {
      this.degraded[code] = packed(cellColour(2, code, 0, metric, palette));
      this.others[code] = packed(cellColour(code, 0, 0, metric, palette));
    }
  }

  of(state: number, lossCode: number, delayCode: number): number {
    if (state === 1) return this.ok[delayCode] ?? 0;
    if (state === 2) return this.degraded[lossCode] ?? 0;
    return this.others[state] ?? 0;
  }
}

/** As an ImageData seen through a Uint32Array on a little-endian machine, which every browser's is. */
export function packed([red, green, blue]: Rgb): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
