import { useState } from 'preact/hooks';
import type { ScorePage } from '../../pages/score.ts';
import type { ScoreRow } from '../../pages/score-rows.ts';
import type { Opened } from '../board.tsx';
import { Board } from '../board.tsx';
import { ColumnHeads } from '../column-heads.tsx';
import { Failed } from '../failed.tsx';
import { route, setParams } from '../router.ts';
import { Funnels } from '../score/funnel.tsx';
import { LossLists, RegionScore } from '../score/region-score.tsx';
import { ScoreBars, scoreText } from '../score/score-bars.tsx';
import { useData } from '../use-data.ts';
import { timeText, word } from '../words.ts';

const TABS = ['scores', 'funnel', 'formula'] as const;

/** 平安指数: a month's scores with their bounds, the funnel of each indicator, and the formula. Ranks are tiers. */
export default function Score() {
  const { params } = route.value;
  const month = params.get('month') ?? 'now';
  const version = params.get('version');
  const { data, failed, missing, load } = useData<ScorePage>(`score/${month}${version ? `?version=${version}` : ''}`);
  const region = params.get('region') ?? undefined;
  const tab = TABS.find((one) => one === params.get('tab')) ?? 'scores';
  return (
    <Board
      title={word('pages.score')}
      starts={[]}
      flow="month-score"
      onChanged={load}
      drills
      beside={data && region && <RegionScore key={`${data.month} ${region}`} month={data.month} region={region} />}
    >
      {(open) => (
        <>
          {failed && <Failed onRetry={load} />}
          {missing && <p class="state">{word('score.missing')}</p>}
          {!data && !failed && !missing && <p class="wait">{word('loading')}</p>}
          {data && (
            <>
              <Head data={data} open={open} />
              <div class="controls">
                {TABS.map((one) => (
                  <button
                    key={one}
                    type="button"
                    aria-pressed={one === tab}
                    onClick={() => setParams({ tab: one === 'scores' ? undefined : one })}
                  >
                    {word(`score.tabs.${one}`)}
                  </button>
                ))}
              </div>
              {tab === 'scores' && <Scores data={data} />}
              {tab === 'funnel' && <Funnels funnels={data.funnels} />}
              {tab === 'formula' && <Formula data={data} open={open} />}
            </>
          )}
        </>
      )}
    </Board>
  );
}

type PartProps = { readonly data: ScorePage; readonly open: (flow: Opened) => void };

/** The month, the state of its figures, and the city's score. */
function Head({ data, open }: PartProps) {
  const { months, month, frozen, refusal, mayFreeze, city } = data;
  return (
    <>
      <div class="controls">
        <label>
          {word('score.month')}{' '}
          <select
            value={month}
            onChange={(event) =>
              setParams({ month: event.currentTarget.value, version: undefined, region: undefined, tab: undefined })
            }
          >
            {months.map((one) => (
              <option key={one.month} value={one.month}>
                {one.version ? one.month : word('score.open_month', { month: one.month })}
              </option>
            ))}
          </select>
        </label>
        {mayFreeze && !refusal && (
          <button type="button" class="main" onClick={() => open({ flow: 'freeze-month', argument: month })}>
            {word('score.freeze')}
          </button>
        )}
        <button type="button" onClick={() => print()}>
          {word('print')}
        </button>
      </div>
      {frozen ? (
        <p>
          {word('score.frozen', { version: frozen.version, at: timeText(frozen.at) })}{' '}
          {frozen.reason && word('score.corrected', { reason: frozen.reason })}{' '}
          <small class="hash" title={frozen.hash}>
            SHA-256 {frozen.hash.slice(0, 12)}
          </small>
        </p>
      ) : (
        <p>{word('score.as_of_now')}</p>
      )}
      {refusal && <p class="warning">{refusal}</p>}
      {city && (
        <p class="headline">
          {word('score.city')} <strong>{scoreText(city)}</strong>
        </p>
      )}
    </>
  );
}

function Scores({ data }: { readonly data: ScorePage }) {
  const [alone, setAlone] = useState(localStorage.getItem('anlin-score-alone') === 'yes');
  const { regions, neighbours, ranked, unitRows } = data;
  const streets = byTier(regions.filter(({ level }) => level === 'street'));
  const wider = regions.filter(({ level }) => level !== 'street');
  const few = regions.filter((region) => region.few);
  const choose = () => {
    localStorage.setItem('anlin-score-alone', alone ? 'no' : 'yes');
    setAlone(!alone);
  };
  return (
    <>
      {unitRows && (
        <section>
          <h2>{word('score.unit_rows')}</h2>
          {unitRows.length === 0 ? <p>{word('score.no_rows')}</p> : <LossLists losses={unitRows} />}
        </section>
      )}
      {regions.length > 0 && (
        <>
          <p class="note">{word(ranked ? 'score.ranked' : 'score.unranked')}</p>
          <ScoreBars title={word('score.streets')} rows={streets} />
          {wider.length > 0 && (
            <details open={streets.length === 0}>
              <summary>{word('score.wider')}</summary>
              <ScoreBars title={word('score.wider')} rows={wider} />
            </details>
          )}
          {few.map(({ id, name, few: reports }) => (
            <p key={id} class="warning">
              {word('score.few', { name, observed: reports?.observed ?? 0, expected: reports?.expected ?? 0 })}
            </p>
          ))}
        </>
      )}
      {neighbours.length > 0 && (
        <section class="neighbours">
          <button type="button" aria-pressed={alone} onClick={choose}>
            {word('score.alone')}
          </button>
          {!alone && (
            <ul class="tiers">
              {neighbours.map(({ id, name, tier }) => (
                <li key={id}>
                  {name} <span class={`tier ${tier}`}>{word(`score.tier.${tier}`)}</span>
                </li>
              ))}
            </ul>
          )}
        </section>
      )}
    </>
  );
}

function Formula({ data: { formula, months, month }, open }: PartProps) {
  const newest = months.find((one) => one.month === month)?.version ?? 1;
  return (
    <section>
      <p>{word('score.formula_version', { version: formula.version })}</p>
      <table>
        <ColumnHeads columns={['indicator', 'weight', 'goalposts']} label={(name) => word(`score.columns.${name}`)} />
        <tbody>
          {formula.terms.map(({ name, w, a, b }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>
                <span class="weight" style={{ width: `${w * 4}px` }} /> {w}
              </td>
              <td>
                {Math.round(a * 100)}% → {Math.round(b * 100)}%
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="note">{word('score.method')}</p>
      <button type="button" onClick={() => open({ flow: 'score-formula' })}>
        {word('score.change_formula')}
      </button>
      {newest > 1 && (
        <p>
          {Array.from({ length: newest }, (_, i) => (
            <button key={i} type="button" onClick={() => setParams({ version: String(i + 1) })}>
              {word('score.version', { version: i + 1 })}
            </button>
          ))}
        </p>
      )}
    </section>
  );
}

const TIERS = ['upper', 'level', 'lower'] as const;

/** By tier, then in the order of the city's list: an order by points would be a league table. */
function byTier(rows: readonly ScoreRow[]): readonly ScoreRow[] {
  const tierOf = ({ place }: ScoreRow) => TIERS.indexOf(place?.tier ?? 'level');
  return rows.toSorted((a, b) => tierOf(a) - tierOf(b) || a.id.localeCompare(b.id));
}
