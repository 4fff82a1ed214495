import { formatDelay } from '../format/delay';
import { formatLoss } from '../format/loss';
import { now } from '../freshness/freshness-state';
import { axes, matrix } from '../mesh/mesh-state';
import { goTo, place } from '../place/place-state';
import { Swatch } from './Legend';
import { STATE_WORDS } from './sentence';
import { worstFirst } from './worst-first';

const ROWS_SHOWN = 200;

/** The matrix for those who cannot or do not want to read it as a picture. */
export function PairTable() {
  // Twice a second is enough for a table; the matrix follows every tick.
  void now.value;
  const { rows, hidden } = worstFirst(matrix, axes.value, ROWS_SHOWN);
  const { from, to } = place.value;
  return (
    <div class="table-box">
      <table class="pairs">
        <caption class="visually-hidden">All pairs, the worst first</caption>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col">State</th>
            <th scope="col" class="number">Median</th>
            <th scope="col" class="number">Loss</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ source, destination, state, lossRatio, medianMicros }) => (
            <tr key={`${source.id} ${destination.id}`} class={source.id === from && destination.id === to ? 'chosen' : ''}>
              <td>
                <button type="button" class="link" onClick={() => goTo({ from: source.id, to: destination.id })}>
                  {source.name}
                </button>
              </td>
              <td>{destination.name}</td>
              <td class="state">
                <Swatch state={state} size={14} /> {STATE_WORDS[state]}
              </td>
              <td class="number">{medianMicros === undefined ? '–' : formatDelay(medianMicros)}</td>
              <td class="number">{lossRatio === undefined ? '–' : formatLoss(lossRatio)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {hidden > 0 ? <p class="hint">{hidden.toLocaleString('en')} further pairs are not listed; the matrix shows them all.</p> : null}
    </div>
  );
}
