import { INSPECTION_REDRAW } from '../../../inspections/draw/redraw.ts';
import type { DrawBoard, DrawPage } from '../../pages/inspections.ts';
import { Board } from '../board.tsx';
import { ColumnHeads } from '../column-heads.tsx';
import { DrawHashes } from '../draw-hashes.tsx';
import { Export } from '../export.tsx';
import { Failed } from '../failed.tsx';
import { Lines } from '../lists/lines.tsx';
import { LoadState } from '../lists/load-state.tsx';
import { route, setParams } from '../router.ts';
import { useData } from '../use-data.ts';
import { word, yearDayText } from '../words.ts';

/** 抽查: draws and what is public of them. The list of a draw under way is sealed and not sent to the page. */
export default function Inspections() {
  const loaded = useData<DrawBoard>('inspections');
  const { data, load } = loaded;
  const shown = route.value.params.get('draw') ?? undefined;
  return (
    <Board
      title={word('pages.inspections')}
      starts={data?.mayPlan ? [{ flow: 'my-draws', argument: 'new', label: word('inspections.new') }] : []}
      flow="my-draws"
      onChanged={load}
      beside={shown && <Draw key={shown} id={shown} />}
      onLeave={() => setParams({ draw: undefined })}
    >
      <LoadState loaded={loaded} empty={data?.draws.length === 0 && word('inspections.empty')} />
      <Lines rows={data?.draws ?? []} shown={shown} opens={(id) => ({ draw: id, id: undefined })}>
        {(row) => (
          <>
            <span class="what">
              <strong>{row.region}</strong>
              <span class="place">{row.series.join(' · ')}</span>
            </span>
            <span class="how">
              <span>{word(`inspections.state.${row.state}`)}</span>
              <span>{daysOf(row)}</span>
              {row.holiday && <span>{word('inspections.holiday', { holiday: row.holiday })}</span>}
              {row.because && <span>{word(`inspections.because.${row.because}`)}</span>}
            </span>
          </>
        )}
      </Lines>
    </Board>
  );
}

function daysOf({ from, until }: Pick<DrawPage, 'from' | 'until'>): string {
  const [first, last] = [from, until].map((day) => yearDayText(Date.parse(day)));
  return word('inspections.days', { from: first ?? '', until: last ?? '' });
}

function Draw({ id }: { readonly id: string }) {
  const { data, missing, failed, load } = useData<DrawPage>(`inspections/${id}`);
  if (failed) return <Failed onRetry={load} />;
  if (missing) return <p class="state">{word('inspections.missing')}</p>;
  if (!data) return <p class="wait">{word('loading')}</p>;
  return (
    <article class="results">
      <h2>{data.region}</h2>
      <p>
        {data.series.join(' · ')} · {word(`inspections.state.${data.state}`)} · {daysOf(data)}
      </p>
      <div class="controls">
        <button type="button" onClick={() => setParams({ id, draw: undefined })}>
          {word('inspections.manage')}
        </button>
        <button type="button" onClick={() => print()}>
          {word('print')}
        </button>
        {data.items.length > 0 && <Export name="inspections" rows={() => rowsOf(data)} />}
      </div>
      <DrawHashes
        draw={data}
        name={data.id}
        redraw={INSPECTION_REDRAW}
        part={(part) => word(`inspections.part.${part}`)}
        sealed={word('inspections.sealed')}
      />
      <Coverage draw={data} />
      <Items draw={data} />
    </article>
  );
}

function Coverage({ draw: { coverage, repeats, alike } }: { readonly draw: DrawPage }) {
  if (coverage.length === 0) return null;
  return (
    <section>
      <h3>{word('inspections.coverage')}</h3>
      <table>
        <ColumnHeads
          columns={['series', 'drawn', 'named', 'done', 'missed']}
          label={(name) => word(`inspections.columns.${name}`)}
        />
        <tbody>
          {coverage.map(({ series, drawn, named, done, missed }) => (
            <tr key={series}>
              <th scope="row">{series}</th>
              <td>{drawn}</td>
              <td>{named}</td>
              <td>{done}</td>
              <td>{missed}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>{word('inspections.repeats', { ...repeats, alike })}</p>
    </section>
  );
}

function Items({ draw: { items } }: { readonly draw: DrawPage }) {
  if (items.length === 0) return null;
  return (
    <section>
      <h3>{word('inspections.items')}</h3>
      <p>{word('inspections.items_explained')}</p>
      <div class="scroll">
        <table class="items">
          <ColumnHeads
            columns={['item', 'n', 'equal', 'kappa', 'found']}
            label={(name) => word(`inspections.columns.${name}`)}
          />
          <tbody>
            {items.map(({ name, n, equal, kappa, full, half, none }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{n}</td>
                <td>{Math.round(equal * 100)}%</td>
                <td>{kappa === undefined ? '–' : kappa.toFixed(2)}</td>
                <td>
                  {full} / {half} / {none}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function rowsOf({ items }: DrawPage): readonly (readonly string[])[] {
  return [
    (['item', 'n', 'equal', 'kappa', 'found'] as const).map((name) => word(`inspections.columns.${name}`)),
    ...items.map(({ name, n, equal, kappa, full, half, none }) => [
      name,
      String(n),
      equal.toFixed(3),
      kappa?.toFixed(3) ?? '',
      `${full} / ${half} / ${none}`,
    ]),
  ];
}
