import { cellStateOf } from '../api/stream-message';
import { rgbOf } from '../theme/palette';
import { packed, PixelColours } from './colour-scale';
import { drawGlyph } from './glyphs';
import type { Scene } from './scene';

/** From here on a glyph inside a cell can be told apart. */
const GLYPH_NEEDS = 7;

/**
 * One pixel a cell in an image beside the screen, enlarged without smoothing. Between full repaints only the rows with
 * changed cells are copied.
 */
export class DenseImage {
  private readonly canvas = document.createElement('canvas');
  private image: ImageData | undefined;
  private pixels = new Uint32Array(0);
  private colours: PixelColours | undefined;
  private coloursOf: { metric: Scene['metric']; palette: Scene['palette'] } | undefined;
  private axes: Scene['axes'] | undefined;

  /** `touched`: places of the changed cells as row * columns + column; undefined paints everything. */
  paint(g: CanvasRenderingContext2D, scene: Scene, touched: readonly number[] | undefined): void {
    const whole = this.prepare(scene) || touched === undefined;
    if (whole) this.fillAll(scene);
    else if (touched.length > 0) this.fillTouched(scene, touched);
    const { columns, rows } = scene.layout;
    g.imageSmoothingEnabled = false;
    this.copyRuns(g, scene);
    if (columns.cell >= GLYPH_NEEDS) this.drawGlyphs(g, scene, columns.cell, rows.cell);
  }

  private prepare(scene: Scene): boolean {
    const wide = scene.axes.destinations.nodes.length;
    const high = scene.axes.sources.nodes.length;
    let fresh = this.axes !== scene.axes;
    this.axes = scene.axes;
    if (this.image === undefined || this.image.width !== wide || this.image.height !== high) {
      this.canvas.width = wide;
      this.canvas.height = high;
      this.image = new ImageData(wide, high);
      this.pixels = new Uint32Array(this.image.data.buffer);
      fresh = true;
    }
    if (this.coloursOf?.metric !== scene.metric || this.coloursOf.palette !== scene.palette) {
      this.colours = new PixelColours(scene.metric, scene.palette);
      this.coloursOf = { metric: scene.metric, palette: scene.palette };
      fresh = true;
    }
    return fresh;
  }

  private fillAll(scene: Scene): void {
    const wide = scene.axes.destinations.nodes.length;
    const high = scene.axes.sources.nodes.length;
    for (let row = 0; row < high; row++) for (let column = 0; column < wide; column++) this.fill(scene, row, column);
    this.put(0, high);
  }

  private fillTouched(scene: Scene, touched: readonly number[]): void {
    const wide = scene.axes.destinations.nodes.length;
    let first = Infinity;
    let last = -1;
    for (const at of touched) {
      const row = Math.floor(at / wide);
      this.fill(scene, row, at % wide);
      first = Math.min(first, row);
      last = Math.max(last, row);
    }
    this.put(first, last + 1);
  }

  private fill(scene: Scene, row: number, column: number): void {
    const source = scene.axes.sources.nodes[row]?.index ?? 0;
    const destination = scene.axes.destinations.nodes[column]?.index ?? 0;
    const at = row * scene.axes.destinations.nodes.length + column;
    if (source === destination) {
      this.pixels[at] = packed(rgbOf(scene.palette.self));
      return;
    }
    const { matrix } = scene;
    this.pixels[at] =
      this.colours?.of(
        matrix.stateCode(source, destination),
        matrix.lossCode(source, destination),
        matrix.delayCode(source, destination),
      ) ?? 0;
  }

  private put(firstRow: number, endRow: number): void {
    if (this.image === undefined || endRow <= firstRow) return;
    const g = this.canvas.getContext('2d');
    g?.putImageData(this.image, 0, 0, 0, firstRow, this.image.width, endRow - firstRow);
  }

  /** Site by site, because sites stand apart on both axes. */
  private copyRuns(g: CanvasRenderingContext2D, scene: Scene): void {
    const { columns, rows } = scene.layout;
    const split = columns.end - (columns.starts[0] ?? 0) > columns.starts.length * columns.cell + 0.5;
    const whole = (axis: typeof scene.axes.sources) => [{ start: 0, length: axis.nodes.length }];
    const columnRuns = split ? scene.axes.destinations.groups : whole(scene.axes.destinations);
    const rowRuns = split ? scene.axes.sources.groups : whole(scene.axes.sources);
    for (const down of rowRuns) {
      for (const across of columnRuns) {
        g.drawImage(
          this.canvas,
          across.start,
          down.start,
          across.length,
          down.length,
          columns.starts[across.start] ?? 0,
          rows.starts[down.start] ?? 0,
          across.length * columns.cell,
          down.length * rows.cell,
        );
      }
    }
  }

  private drawGlyphs(g: CanvasRenderingContext2D, scene: Scene, wide: number, high: number): void {
    const { axes, layout, matrix, palette } = scene;
    layout.rows.starts.forEach((y, row) => {
      const source = axes.sources.nodes[row]?.index ?? 0;
      layout.columns.starts.forEach((x, column) => {
        const destination = axes.destinations.nodes[column]?.index ?? 0;
        const code = matrix.stateCode(source, destination);
        if (code === 1 || source === destination) return;
        const state = cellStateOf(code);
        drawGlyph(g, state, x + wide / 2, y + high / 2, wide * 0.55, palette.inks[state]);
      });
    });
  }
}
