import type { PublicNumber, WavePage, WaveRow } from '../../pages/surveys.ts';
import { Board } from '../board.tsx';
import { Trend } from '../charts/trend.tsx';
import { Export } from '../export.tsx';
import { Failed } from '../failed.tsx';
import { Lines } from '../lists/lines.tsx';
import { LoadState } from '../lists/load-state.tsx';
import { route, setParams } from '../router.ts';
import { useData } from '../use-data.ts';
import { timeText, word } from '../words.ts';

/** 问卷: waves and their results. A withheld number has a hatch and a word, and no reason. */
export default function Surveys() {
  const loaded = useData<readonly WaveRow[]>('surveys');
  const { data, load } = loaded;
  const shown = route.value.params.get('wave') ?? undefined;
  return (
    <Board
      title={word('pages.surveys')}
      starts={[{ flow: 'my-surveys', argument: 'new', label: word('surveys.new') }]}
      flow="my-surveys"
      onChanged={load}
      beside={shown && <Results id={shown} />}
      onLeave={() => setParams({ wave: undefined })}
    >
      <LoadState loaded={loaded} empty={data?.length === 0 && word('surveys.empty')} />
      <Lines rows={data ?? []} shown={shown} opens={(id) => ({ wave: id, id: undefined })}>
        {(row) => (
          <>
            <span class="what">
              <strong>{row.title}</strong>
              <span class="place">{row.region}</span>
            </span>
            <span class="how">
              <span>{word(`surveys.state.${row.state}`)}</span>
              <span>{word('surveys.closes', { at: timeText(row.closes) })}</span>
            </span>
          </>
        )}
      </Lines>
    </Board>
  );
}

function Results({ id }: { readonly id: string }) {
  const { data, missing, failed, load } = useData<WavePage>(`surveys/${id}`);
  if (failed) return <Failed onRetry={load} />;
  if (missing) return <p class="state">{word('surveys.missing')}</p>;
  if (!data) return <p class="wait">{word('loading')}</p>;
  return (
    <article class="results">
      <h2>{data.title}</h2>
      <p>
        {data.region} · {word(`surveys.state.${data.state}`)}
      </p>
      <div class="controls">
        <button type="button" onClick={() => setParams({ id, wave: undefined })}>
          {word('surveys.manage')}
        </button>
        <button type="button" onClick={() => print()}>
          {word('print')}
        </button>
        <Export name="survey" rows={() => rowsOfResults(data)} />
      </div>
      {data.lines.map((text) => (
        <p key={text}>{text}</p>
      ))}
      {data.indicators.map(({ name, whole, regions, trend }) => (
        <section key={name}>
          <h3>{name}</h3>
          <NumberBar number={whole} name={name} />
          <Trend title={name} points={trend} textOf={numberText} />
          {regions.length > 0 && (
            <details>
              <summary>{word('surveys.by_region')}</summary>
              <table>
                <tbody>
                  {regions.map((region) => (
                    <tr key={region.id}>
                      <th scope="row">{region.name}</th>
                      <td>
                        <NumberBar number={region.number} name={region.name} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </details>
          )}
        </section>
      ))}
      {data.composites.length > 0 && (
        <section>
          <h3>{word('surveys.composite')}</h3>
          <table>
            <tbody>
              {data.composites.map(({ id: region, name, text }) => (
                <tr key={region}>
                  <th scope="row">{name}</th>
                  <td>{text}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {data.questions.map(({ title, options }) => (
        <section key={title}>
          <h3>{title}</h3>
          <table>
            <tbody>
              {options.map((option) => (
                <tr key={option.name}>
                  <th scope="row">{option.name}</th>
                  <td>
                    <NumberBar number={option.number} name={option.name} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ))}
    </article>
  );
}

/** All shown numbers as rows; a withheld one has its word only. */
function rowsOfResults({ indicators, composites, questions }: WavePage): readonly (readonly string[])[] {
  return [
    (['what', 'of', 'number'] as const).map((name) => word(`surveys.columns.${name}`)),
    ...indicators.flatMap(({ name, whole, regions }) => [
      [name, '', numberText(whole)],
      ...regions.map((region) => [name, region.name, numberText(region.number)]),
    ]),
    ...composites.map(({ name, text }) => [word('surveys.composite'), name, text]),
    ...questions.flatMap(({ title, options }) =>
      options.map((option) => [title, option.name, numberText(option.number)]),
    ),
  ];
}

function numberText(number: PublicNumber): string {
  if (number.type === 'withheld') return word('surveys.withheld');
  return number.type === 'shown'
    ? word('surveys.share', { percent: number.percent, lo: number.lo, hi: number.hi, n: number.n })
    : word(`surveys.${number.type}`, { percent: number.percent, n: number.n });
}

/** A share with its interval as a band, or the hatch of a withheld one. */
function NumberBar({ number, name }: { readonly number: PublicNumber; readonly name: string }) {
  if (number.type === 'withheld')
    return (
      <span class="share withheld">
        <svg class="band" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
          <rect class="hatch" width="100" height="12" />
        </svg>
        <span>{word('surveys.withheld')}</span>
      </span>
    );
  const text = numberText(number);
  return (
    <span class="share">
      {number.type === 'shown' && (
        <svg class="band" viewBox="0 0 100 12" preserveAspectRatio="none" role="img" aria-label={`${name} ${text}`}>
          <rect class="scale" width="100" height="12" />
          <rect class="interval" x={number.lo} width={Math.max(0.5, number.hi - number.lo)} height="12" />
          <rect class="point" x={Math.max(0, number.percent - 0.5)} width="1" height="12" />
        </svg>
      )}
      <span>{text}</span>
    </span>
  );
}
