import { headlineOf } from '../mesh/summary';
import { summary } from '../mesh/mesh-state';
import { goTo, place } from '../place/place-state';
import { Choice } from '../page/Choice';
import { Heatmap } from './Heatmap';
import { Legend } from './Legend';
import { PairTable } from './PairTable';

export function HeatmapCard() {
  const { metric, view } = place.value;
  return (
    <section class="card matrix-card" aria-labelledby="matrix-title">
      <header class="card-head">
        <div>
          <h2 id="matrix-title">Mesh</h2>
          <p class="headline">{headlineOf(summary.value)}</p>
        </div>
        <div class="choices">
          <Choice
            label="Figure"
            value={metric}
            options={[['delay', 'Delay'], ['loss', 'Loss']]}
            onChange={(chosen) => goTo({ metric: chosen })}
          />
          <Choice
            label="View"
            value={view}
            options={[['matrix', 'Matrix'], ['table', 'Table']]}
            onChange={(chosen) => goTo({ view: chosen })}
          />
        </div>
      </header>
      {view === 'matrix' ? <Heatmap /> : <PairTable />}
      <Legend />
    </section>
  );
}
