import { useEffect } from 'preact/hooks';
import type { Home, HomeCharts } from '../../pages/home.ts';
import { Bars, DayLines } from '../charts/charts.tsx';
import { Failed } from '../failed.tsx';
import { onChange, onReconnect } from '../live.ts';
import { CityMap } from '../map/city-map.tsx';
import { addressOf, go } from '../router.ts';
import { me, serverNow } from '../state.ts';
import { useData } from '../use-data.ts';
import { useSoon } from '../use-soon.ts';
import { dueText, word } from '../words.ts';
import { FirstSteps } from './first-steps.tsx';

/** The numbers are loaded again this long after a change, ms. */
const SETTLE_MS = 150;

/** 工作台: the numbers of the scope, and the work of today. */
export default function HomePage() {
  const { data, failed, load } = useData<Home>('home');
  const charts = useData<HomeCharts>('home/charts');
  const soon = useSoon(() => void load(), SETTLE_MS);
  useEffect(() => {
    // Charts cost more than numbers: only a gap in the changes loads them anew.
    const stops = [onChange(soon), onReconnect(soon), onReconnect(() => void charts.load())];
    return () => {
      for (const stop of stops) stop();
    };
  }, []);
  if (failed && !data) return <Failed onRetry={load} />;
  if (!data) return <p class="wait">{word('loading')}</p>;
  const { counts, late, oldest, today, mine } = data;
  const now = serverNow();
  const isEmpty = Object.values(counts).every((n) => n === 0);
  return (
    <div class="home">
      <h1>{word('pages.home')}</h1>
      {isEmpty && me.value?.pages.includes('settings') && <FirstSteps />}
      <ul class="tiles">
        <Tile
          name={word('home.intake')}
          value={counts.intake}
          note={oldest === undefined ? word('home.none_waits') : word('home.oldest', { span: ageText(oldest, now) })}
          params={{ stage: 'intake' }}
        />
        <Tile
          name={word('home.work')}
          value={counts.work}
          note={word('home.late', { n: late })}
          params={{ stage: 'all', only: 'overdue' }}
        />
        <Tile
          name={word('home.check')}
          value={counts.check}
          note={word('home.shelved', { n: counts.shelved })}
          params={{ stage: 'check' }}
        />
        <Tile
          name={word('home.ended')}
          value={counts.ended}
          note={word('home.ended_note')}
          params={{ stage: 'ended' }}
        />
      </ul>
      <section aria-labelledby="today-title">
        <h2 id="today-title">{word('home.today', { n: mine })}</h2>
        {today.length === 0 && <p class="state">{word('home.nothing_today')}</p>}
        <ol class="rows">
          {today.map((row) => (
            <li key={row.number}>
              <a
                href={addressOf('cases', { case: row.number, stage: row.stage })}
                onClick={(event) => {
                  event.preventDefault();
                  go('cases', { case: row.number, stage: row.stage });
                }}
              >
                <span class="what">
                  {row.urgent && <b class="tag urgent">{word('cases.urgent')}</b>}
                  <strong>{row.category}</strong>
                  <span class="place">{row.place}</span>
                </span>
                <span class="how">
                  <span>{row.state}</span>
                  {row.due !== undefined && <span class={`due ${row.light}`}>{dueText(row.due, now)}</span>}
                </span>
              </a>
            </li>
          ))}
        </ol>
      </section>
      {charts.data && <Charts charts={charts.data} />}
    </div>
  );
}

function Charts({ charts: { days, kinds, regions, figures } }: { readonly charts: HomeCharts }) {
  const most = Math.max(1, ...regions.map(({ open }) => open));
  const ofRegion = new Map(regions.map((one) => [one.id, one]));
  return (
    <div class="charts">
      <section>
        <h2>{word('home.map')}</h2>
        <CityMap
          title={word('home.map')}
          shadeOf={(id) => (ofRegion.get(id)?.open ?? 0) / most}
          textOf={(id) =>
            word('home.in_region', { open: ofRegion.get(id)?.open ?? 0, late: ofRegion.get(id)?.late ?? 0 })
          }
          hrefOf={(region) => addressOf('cases', { stage: 'all', region })}
          onRegion={(region) => go('cases', { stage: 'all', region })}
        />
        <details>
          <summary>{word('charts.table')}</summary>
          <table>
            <tbody>
              {regions
                .toSorted((a, b) => b.open - a.open)
                .map(({ id, name, open, late }) => (
                  <tr key={id}>
                    <th scope="row">
                      <a href={addressOf('cases', { stage: 'all', region: id })}>{name}</a>
                    </th>
                    <td>{word('home.in_region', { open, late })}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </details>
      </section>
      <DayLines
        title={word('home.days')}
        days={days.map(({ day }) => day)}
        series={[
          { name: word('home.filed'), className: 'filed', values: days.map(({ filed }) => filed) },
          { name: word('home.closed'), className: 'closed', values: days.map(({ closed }) => closed) },
        ]}
      />
      <Bars title={word('home.kinds')} bars={kinds.map(({ name, count }) => ({ name, value: count }))} />
      <section>
        <h2>{word('home.figures')}</h2>
        <table class="figures">
          <tbody>
            {figures
              .filter(({ of }) => of > 0)
              .map(({ name, of, have }) => (
                <tr key={name}>
                  <th scope="row">{word(`figures.${name}`)}</th>
                  <td>{word('home.of', { have, of })}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}

type TileProps = {
  readonly name: string;
  readonly value: number;
  readonly note: string;
  readonly params: Readonly<Record<string, string>>;
};

function Tile({ name, value, note, params }: TileProps) {
  return (
    <li>
      <a
        href={addressOf('cases', params)}
        onClick={(event) => {
          event.preventDefault();
          go('cases', params);
        }}
      >
        <span>{name}</span>
        <strong>{value}</strong>
        <small>{note}</small>
      </a>
    </li>
  );
}

function ageText(since: number, now: number): string {
  const hours = Math.max(1, Math.round((now - since) / 3_600_000));
  return hours < 48 ? word('due.hours', { n: hours }) : word('due.days', { n: Math.round(hours / 24) });
}
