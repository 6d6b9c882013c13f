import type { LossRows, ScoreCellRow, ScoreRegionPage } from '../../pages/score-rows.ts';
import { CaseLink } from '../case-link.tsx';
import { ColumnHeads } from '../column-heads.tsx';
import { Export } from '../export.tsx';
import { Failed } from '../failed.tsx';
import { route, setParams } from '../router.ts';
import { Talk } from '../talk/talk.tsx';
import { useData } from '../use-data.ts';
import { word } from '../words.ts';
import { placeText, scoreText } from './score-bars.tsx';

type RegionProps = { readonly month: string; readonly region: string };

/** One region: where its points went, and the rows behind them. */
export function RegionScore({ month, region }: RegionProps) {
  const version = route.value.params.get('version');
  const path = `score/${month}/${region}${version ? `?version=${version}` : ''}`;
  const { data, failed, missing, load } = useData<ScoreRegionPage>(path);
  const contested = route.value.params.get('object') ?? undefined;
  if (failed) return <Failed onRetry={load} />;
  if (missing) return <p class="state">{word('score.missing')}</p>;
  if (!data) return <p class="wait">{word('loading')}</p>;
  const cells = data.cells.toSorted((a, b) => b.loss - a.loss);
  return (
    <article class="results">
      <button type="button" class="back" onClick={() => setParams({ region: undefined, object: undefined })}>
        {word('close')}
      </button>
      <h2>
        {data.name} · {month}
      </h2>
      <p class="headline">
        <strong>{data.score ? scoreText(data.score) : word('score.too_little')}</strong> {placeText(data)}
      </p>
      {data.weakest && <p>{word('score.weakest', { name: data.weakest })}</p>}
      <h3>{word('score.loss')}</h3>
      <table class="cells">
        <ColumnHeads columns={['indicator', 'share', 'loss']} label={(name) => word(`score.columns.${name}`)} />
        <tbody>
          {cells.map((cell) => (
            <tr key={cell.code} class={cell.status}>
              <th scope="row">{cell.name}</th>
              <td>
                {cellText(cell)}
                {notesOf(cell, data).map((note) => (
                  <div key={note} class="note">
                    {note}
                  </div>
                ))}
              </td>
              <td>{cell.status === 'own' && cell.loss > 0 ? `−${cell.loss}` : ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Export name={`score-${month}`} rows={() => rowsOf(data)} />
      <p>{word('score.filed', { filed: data.filed })}</p>
      {data.rejected.length > 0 && (
        <p class="note">
          {word('score.rejected')} {data.rejected.map(({ reason, count }) => `${reason} ${count}`).join(' · ')}
        </p>
      )}
      {data.reread && data.reread.drawn > 0 && <p class="note">{word('score.reread', data.reread)}</p>}
      {data.losses.length > 0 && (
        <>
          <h3>{word('score.rows')}</h3>
          <LossLists
            losses={data.losses}
            onObject={data.mayObject ? (code) => setParams({ object: `${month}.${region}.${code}` }) : undefined}
          />
        </>
      )}
      {contested && (
        <Talk
          key={contested}
          flow="object-rows"
          argument={contested}
          onClose={() => setParams({ object: undefined })}
          onOpen={() => undefined}
          onDone={load}
        />
      )}
      {data.objections.length > 0 && (
        <>
          <h3>{word('score.objections')}</h3>
          <ul>
            {data.objections.map(({ id, indicator, rows, why, answer }) => (
              <li key={id}>
                {indicator} · {rows.join(' ')} · {why}
                <br />
                {answer
                  ? `${word(answer.upheld ? 'score.upheld' : 'score.refused')} ${answer.why}`
                  : word('score.undecided')}
              </li>
            ))}
          </ul>
        </>
      )}
    </article>
  );
}

type LossProps = {
  readonly losses: readonly LossRows[];
  readonly onObject?: ((code: string) => void) | undefined;
};

/** Rows that cost points, by indicator; a number opens its case. */
export function LossLists({ losses, onObject }: LossProps) {
  return (
    <>
      {losses.map(({ code, name, rows }) => (
        <details key={code}>
          <summary>
            {name} · {word('score.row_count', { count: rows.length })}
          </summary>
          <ul class="score-chips">
            {rows.map(({ number, state }) => (
              <li key={number}>
                <CaseLink number={number} /> <small>{word(`score.row.${state}`)}</small>
              </li>
            ))}
          </ul>
          {onObject && (
            <button type="button" onClick={() => onObject(code)}>
              {word('score.object')}
            </button>
          )}
        </details>
      ))}
    </>
  );
}

function cellText({ status, share, lo, hi, y, n, from, change }: ScoreCellRow): string {
  if (status === 'withheld') return word('score.withheld', { from: from ?? '' });
  if (status === 'prior') return word('score.no_data');
  const moved =
    change && change.direction !== 'no_difference'
      ? ` ${word(`score.change.${change.direction === 'up' ? 'up' : 'down'}`, change)}`
      : '';
  return word('score.cell', { share, lo, hi, y, n }) + moved;
}

/** The result of an indicator's guard stands beside it. */
function notesOf({ code, flag }: ScoreCellRow, { classes, checks }: ScoreRegionPage): readonly string[] {
  const isRead = code === 'contained_in_time' && classes !== undefined && classes.drawn > 0;
  const isSeen = code === 'rework' && checks !== undefined && checks.drawn > 0;
  return [
    ...(isRead ? [word('score.classes', classes)] : []),
    ...(isSeen ? [word('score.checks', checks)] : []),
    ...(flag ? [word(`score.flag.${flag}`)] : []),
  ];
}

function rowsOf({ cells }: ScoreRegionPage): readonly (readonly string[])[] {
  return [
    (['indicator', 'share', 'loss'] as const).map((name) => word(`score.columns.${name}`)),
    ...cells.map((cell) => [cell.name, cellText(cell), cell.status === 'own' ? String(cell.loss) : '']),
  ];
}
