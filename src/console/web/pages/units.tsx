import type { UnitList } from '../../pages/units.ts';
import { Board } from '../board.tsx';
import { Lines } from '../lists/lines.tsx';
import { LoadState } from '../lists/load-state.tsx';
import { route, setParams } from '../router.ts';
import { Standards } from '../units/standards.tsx';
import { Plan } from '../units/unit-plan.tsx';
import { Unit } from '../units/unit-sheet.tsx';
import { useData } from '../use-data.ts';
import { word, yearDayText } from '../words.ts';

/** 创建: premises by series with state and date; beside them one of them, or the plan by quarter. */
export default function Units() {
  const loaded = useData<UnitList>('units');
  const { data, load } = loaded;
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
      <LoadState loaded={loaded} empty={data?.units.length === 0 && word('units.empty')} />
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
          <Lines rows={some} shown={shown} opens={(id) => ({ unit: id, id: undefined, view: undefined })}>
            {(row) => (
              <>
                <span class="what">
                  <strong>{row.name}</strong>
                </span>
                <span class="how">
                  <span>{row.stateName}</span>
                  {row.level && <span>{row.level}</span>}
                  {row.due !== undefined && <span>{word('units.until', { day: yearDayText(row.due) })}</span>}
                </span>
              </>
            )}
          </Lines>
        </section>
      ))}
    </Board>
  );
}
