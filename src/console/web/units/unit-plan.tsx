import { RECHECK_REDRAW } from '../../../creation/rechecks/recheck-draw.ts';
import type { UnitPlan } from '../../pages/units.ts';
import { ColumnHeads } from '../column-heads.tsx';
import { DrawHashes } from '../draw-hashes.tsx';
import { Failed } from '../failed.tsx';
import { setParams } from '../router.ts';
import { useData } from '../use-data.ts';
import { language, word } from '../words.ts';

/** The plan by quarter and series, and the year's re-checks. */
export function Plan() {
  const { data, failed, load } = useData<UnitPlan>('units/plan');
  if (failed) return <Failed onRetry={load} />;
  if (!data) return <p class="wait">{word('loading')}</p>;
  return (
    <article class="results" lang={language.value}>
      <button type="button" class="back" onClick={() => setParams({ view: undefined })}>
        {word('close')}
      </button>
      <h2>{word('units.plan')}</h2>
      <table>
        <ColumnHeads
          columns={['quarter', 'series', 'target', 'met']}
          label={(name) => word(`units.plan_columns.${name}`)}
        />
        <tbody>
          {data.cells.map((cell) => (
            <tr key={`${cell.quarter} ${cell.series}`}>
              <td>{cell.quarter}</td>
              <td>{cell.series}</td>
              <td>{cell.target}</td>
              <td>{cell.met}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>{word('units.on_time', data.projects)}</p>
      <p>{word('units.levels', data.levels)}</p>
      {data.drills.length > 0 && <Drills drills={data.drills} />}
      {data.rechecks.map((rechecks) => (
        <Rechecks key={rechecks.year} rechecks={rechecks} />
      ))}
    </article>
  );
}

/** Drills by quarter, the watched ones among them, and the half of the seed. */
function Drills({ drills }: { readonly drills: UnitPlan['drills'] }) {
  return (
    <section>
      <h3>{word('units.drills.title')}</h3>
      <p>{word('units.drills.hint')}</p>
      <table>
        <ColumnHeads
          columns={['quarter', 'drills', 'watched', 'held', 'notHeld']}
          label={(name) => word(`units.drills.columns.${name}`)}
        />
        <tbody>
          {drills.map(({ quarter, drills: all, watched, held, notHeld }) => (
            <tr key={quarter}>
              <td>{quarter}</td>
              <td>{all}</td>
              <td>{watched}</td>
              <td>{held}</td>
              <td>{notHeld}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <details>
        <summary>{word('units.proof')}</summary>
        <p>{word('units.drills.proof')}</p>
        <dl class="hashes">
          {drills.map(({ quarter, halfHash, half }) => (
            <div key={quarter}>
              <dt>{quarter}</dt>
              <dd>
                <code>{half === undefined ? halfHash : `${halfHash} = SHA-256(${half})`}</code>
              </dd>
            </div>
          ))}
        </dl>
      </details>
    </section>
  );
}

/** The re-checks of a year: target and done by quarter, and what is public of the draw. */
function Rechecks({ rechecks }: { readonly rechecks: UnitPlan['rechecks'][number] }) {
  const { year, quarters, open } = rechecks;
  return (
    <section class="rechecks">
      <h3>{word('units.rechecks.title', { year })}</h3>
      {!open && <p>{word(quarters.length > 0 ? 'units.rechecks.hint' : 'units.rechecks.soon')}</p>}
      {quarters.length > 0 && (
        <table>
          <ColumnHeads
            columns={['quarter', 'target', 'done']}
            label={(name) => word(`units.rechecks.columns.${name}`)}
          />
          <tbody>
            {quarters.map(({ quarter, target, done }) => (
              <tr key={quarter}>
                <td>{quarter}</td>
                <td>{target}</td>
                <td>{done}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <DrawHashes
        draw={rechecks}
        name={`recheck-${year}`}
        redraw={RECHECK_REDRAW}
        part={(part) => word(`units.rechecks.part.${part}`)}
        sealed={word('units.rechecks.sealed')}
      />
    </section>
  );
}
