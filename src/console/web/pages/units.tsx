import type { UnitList } from '../../pages/units.ts';
import { Board } from '../board.tsx';
import { Failed } from '../failed.tsx';
import { route, setParams } from '../router.ts';
import { Standards } from '../units/standards.tsx';
import { Plan } from '../units/unit-plan.tsx';
import { Unit } from '../units/unit-sheet.tsx';
import { useData } from '../use-data.ts';
import { word, yearDayText } from '../words.ts';

/** 创建: premises by series with state and date; beside them one of them, or the plan by quarter. */
export default function Units() {
  const { data, failed, load } = useData<UnitList>('units');
  const { params } = route.value;
  const shown = params.get('unit') ?? undefined;
  const view = params.get('view');
  const state = params.get('state');
  // Premises without a round are many; their filter shows them.
  const rows = (data?.units ?? []).filter((row) => (state ? row.state === state : row.state !== 'known'));
  const bySeries = Map.groupBy(rows, ({ series }) => series);
  return (
    <Board
      title={word('pages.units')}
      starts={[{ flow: 'legal-basis', label: word('units.basis') }]}
      flow="my-premises"
      onChanged={load}
      drills={true}
      beside={
        view === 'plan' ? (
          <Plan />
        ) : view === 'standards' ? (
          <Standards />
        ) : (
          shown && ((open) => <Unit key={shown} id={shown} open={open} />)
        )
      }
      head={(['plan', 'standards'] as const).map((one) => (
        <button key={one} type="button" onClick={() => setParams({ view: one, unit: undefined, id: undefined })}>
          {word(one === 'plan' ? 'units.plan' : 'units.standards.title')}
        </button>
      ))}
    >
      {failed && <Failed onRetry={load} />}
      {!data && !failed && <p class="wait">{word('loading')}</p>}
      {data?.units.length === 0 && <p class="state">{word('units.empty')}</p>}
      <div class="filters row">
        {data?.states.map(({ id, name, n }) => (
          <button
            key={id}
            type="button"
            aria-pressed={state === id}
            onClick={() => setParams({ state: state === id ? undefined : id })}
          >
            {name} {n}
          </button>
        ))}
      </div>
      {[...bySeries].map(([series, some]) => (
        <section key={series}>
          <h2>{series}</h2>
          <ol class="rows">
            {some.map((row) => (
              <li key={row.id} class={row.id === shown ? 'here' : ''}>
                <button
                  type="button"
                  class="line"
                  onClick={() => setParams({ unit: row.id, id: undefined, view: undefined })}
                >
                  <span class="what">
                    <strong>{row.name}</strong>
                  </span>
                  <span class="how">
                    <span>{row.stateName}</span>
                    {row.level && <span>{row.level}</span>}
                    {row.due !== undefined && <span>{word('units.until', { day: yearDayText(row.due) })}</span>}
                  </span>
                </button>
              </li>
            ))}
          </ol>
        </section>
      ))}
    </Board>
  );
}
