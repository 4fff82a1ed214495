import { describe, expect, test } from 'vitest';
import { contrast, seenDifference, VISION_NAMES } from './colour-vision';
import { mix, PALETTES, rgbOf, type Palette, type Rgb } from './palette';

/** Each state's colours: ok all along its scale, lossy cells at both ends of theirs. */
function stateColours({ okShort, okLong, lossLittle, lossMuch, fills }: Palette): [state: string, colour: Rgb][] {
  const between = [0.25, 0.5, 0.75].map((share): [string, Rgb] => ['ok', mix(rgbOf(okShort), rgbOf(okLong), share)]);
  const ends = [['ok', okShort], ['ok', okLong], ['degraded', lossLittle], ['degraded', lossMuch], ...Object.entries(fills)].map(
    ([state = '', hex = '']): [string, Rgb] => [state, rgbOf(hex)],
  );
  return [...between, ...ends];
}

describe.each(Object.entries(PALETTES))('in %s', (_, palette) => {
  test.each(VISION_NAMES)('the states stay apart for eyes with %s vision', (vision) => {
    const colours = stateColours(palette);
    for (const [a, first] of colours) {
      for (const [b, second] of colours) {
        if (a >= b) continue;
        expect(seenDifference(first, second, vision), `${a} ${first} and ${b} ${second}`).toBeGreaterThan(0.04);
      }
    }
  });

  test('text on the page has contrast of at least 4.5', () => {
    for (const ground of [palette.page, palette.surface, palette.sunken]) {
      for (const text of [palette.ink, palette.muted, palette.accent]) {
        expect(contrast(rgbOf(text), rgbOf(ground)), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
      }
    }
    expect(contrast(rgbOf(palette.onAccent), rgbOf(palette.accent))).toBeGreaterThanOrEqual(4.5);
  });

  test('figures and glyphs in cells have contrast of at least 4.5', () => {
    for (const share of [0, 0.5, 1]) {
      const ok = mix(rgbOf(palette.okShort), rgbOf(palette.okLong), share);
      const lossy = mix(rgbOf(palette.lossLittle), rgbOf(palette.lossMuch), share);
      expect(contrast(rgbOf(palette.inks.ok), ok)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(rgbOf(palette.inks.degraded), lossy)).toBeGreaterThanOrEqual(4.5);
    }
    for (const [state, fill] of Object.entries(palette.fills)) {
      const ink = palette.inks[state as keyof Palette['fills']];
      expect(contrast(rgbOf(ink), rgbOf(fill)), state).toBeGreaterThanOrEqual(4.5);
    }
  });
});
