import { useEffect, useRef } from 'preact/hooks';
import type { AlertPage, AlertRow, AlertsPage, PrecisionRow } from '../../pages/alerts.ts';
import { AlertChart } from '../alerts/alert-chart.tsx';
import { Board } from '../board.tsx';
import { ColumnHeads } from '../column-heads.tsx';
import { Export } from '../export.tsx';
import { Failed } from '../failed.tsx';
import { Lines } from '../lists/lines.tsx';
import { LoadState } from '../lists/load-state.tsx';
import { CityMap } from '../map/city-map.tsx';
import { route, setParams } from '../router.ts';
import { useData } from '../use-data.ts';
import { dayText, word } from '../words.ts';

/** 苗头: unusual rises of reports, their charts and answers, and how often each detector was right. */
export default function Alerts() {
  const loaded = useData<AlertsPage>('alerts');
  const { data, load } = loaded;
  const shown = route.value.params.get('alert') ?? undefined;
  const open = data?.alerts.filter(({ isOpen }) => isOpen) ?? [];
  const past = data?.alerts.filter(({ isOpen }) => !isOpen) ?? [];
  return (
    <Board
      title={word('pages.alerts')}
      starts={[]}
      flow="alerts"
      onChanged={load}
      beside={shown && <Detail key={shown} id={shown} />}
      onLeave={() => setParams({ alert: undefined })}
    >
      <p>{word('alerts.about')}</p>
      <LoadState loaded={loaded} empty={data && open.length === 0 && word('alerts.empty')} />
      <Rows rows={open} shown={shown} />
      {past.length > 0 && (
        <section>
          <h2>{word('alerts.history')}</h2>
          <Rows rows={past} shown={shown} />
        </section>
      )}
      {data && <PrecisionTable rows={data.precision} />}
      {data && data.alerts.length > 0 && <Export name="alerts" rows={() => tableOf(data.alerts)} />}
    </Board>
  );
}

function Rows({ rows, shown }: { readonly rows: readonly AlertRow[]; readonly shown: string | undefined }) {
  return (
    <Lines rows={rows} shown={shown} opens={(id) => ({ alert: id, id: undefined })}>
      {(row) => (
        <>
          <span class="what">
            <strong>{row.what}</strong>
            <span class="place">{row.where}</span>
          </span>
          <span>{countText(row)}</span>
          <span class="how">
            <span>{row.state}</span>
            <span>{spanText(row)}</span>
          </span>
        </>
      )}
    </Lines>
  );
}

function Detail({ id }: { readonly id: string }) {
  const { data, missing, failed, load } = useData<AlertPage>(`alerts/${id}`);
  const top = useRef<HTMLElement>(null);
  // The list above may be longer than a screen.
  useEffect(() => top.current?.scrollIntoView({ block: 'nearest' }), [data === undefined]);
  if (failed) return <Failed onRetry={load} />;
  if (missing) return <p class="state">{word('alerts.missing')}</p>;
  if (!data) return <p class="wait">{word('loading')}</p>;
  const most = Math.max(1, ...Object.values(data.communities));
  return (
    <article class="results" ref={top}>
      <h2>
        {data.what} · {data.where}
      </h2>
      <p>{countText(data)}</p>
      <p>{word('alerts.chance', { n: data.chance, detector: data.detector })}</p>
      {data.notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
      <p>
        {data.state} · {data.answer}
      </p>
      {data.mayAnswer && data.isOpen && (
        <div class="controls">
          <button type="button" class="main" onClick={() => setParams({ id })}>
            {word('alerts.answer')}
          </button>
        </div>
      )}
      <AlertChart alert={data} />
      <CityMap
        title={word('alerts.map')}
        shadeOf={(region) => (data.communities[region] ?? 0) / most || undefined}
        textOf={(region) => word('alerts.cases', { n: data.communities[region] ?? 0 })}
      />
    </article>
  );
}

function PrecisionTable({ rows }: { readonly rows: readonly PrecisionRow[] }) {
  return (
    <section>
      <h2>{word('alerts.precision.title')}</h2>
      <p>{word('alerts.precision.about')}</p>
      <table>
        <ColumnHeads
          columns={['detector', 'confirmed', 'open', 'halvings']}
          label={(name) => word(`alerts.precision.${name}`)}
        />
        <tbody>
          {rows.map(({ detector, confirmed, answered, open, halvings }) => (
            <tr key={detector}>
              <th scope="row">{detector}</th>
              <td>{word('alerts.precision.of', { confirmed, answered })}</td>
              <td>{open}</td>
              <td>{halvings === 0 ? '–' : word('alerts.precision.halved', { n: halvings })}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function countText({ count, expected }: AlertRow): string {
  return expected < 1 ? word('alerts.count_rare', { count }) : word('alerts.count', { count, expected });
}

function spanText({ from, until }: AlertRow): string {
  return word('alerts.span', { from: dayText(from), until: dayText(until) });
}

function tableOf(rows: readonly AlertRow[]): readonly (readonly (string | number)[])[] {
  const columns = ['what', 'where', 'from', 'until', 'count', 'usual', 'chance', 'state', 'answer'] as const;
  return [
    columns.map((name) => word(`alerts.columns.${name}`)),
    ...rows.map((row) => [
      row.what,
      row.where,
      dayText(row.from),
      dayText(row.until),
      row.count,
      row.expected,
      `1/${row.chance}`,
      row.state,
      row.answer,
    ]),
  ];
}
