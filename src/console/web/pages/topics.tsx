import type { ShownShare } from '../../../deliberation/consensus/shown-share.ts';
import type { TopicBoard, TopicPage, TopicRow } from '../../pages/topics.ts';
import { Board } from '../board.tsx';
import { OpinionMap } from '../charts/opinion-map.tsx';
import { ColumnHeads } from '../column-heads.tsx';
import { Export } from '../export.tsx';
import { Lines } from '../lists/lines.tsx';
import { LoadState } from '../lists/load-state.tsx';
import { route } from '../router.ts';
import { serverNow } from '../state.ts';
import { useData } from '../use-data.ts';
import { dayText, dueText, timeText, word } from '../words.ts';

/** Columns of the board: those in which a person waits for an organiser come first. */
const COLUMNS = {
  moderation: ['proposed'],
  answer: ['decided'],
  promised: ['promised'],
  talking: ['discussing'],
  voting: ['deciding'],
  gathering: ['moderated', 'seconding'],
  ended: ['reviewed', 'lapsed', 'declined', 'merged', 'withdrawn'],
} as const satisfies Readonly<Record<string, readonly TopicRow['state'][]>>;
const COLUMN_NAMES = Object.keys(COLUMNS) as readonly (keyof typeof COLUMNS)[];

/** 议事: topics by state with their clocks, the ledger of promises, and what a discussion came to. It names no person. */
export default function Topics() {
  const loaded = useData<TopicBoard>('topics');
  const { data, load } = loaded;
  const id = route.value.params.get('id') ?? undefined;
  const topics = data?.topics ?? [];
  return (
    <Board
      title={word('pages.topics')}
      starts={data?.maySteer ? [{ flow: 'house-codes', argument: 'new', label: word('topics.codes') }] : []}
      flow="steer-topics"
      onChanged={load}
      head={topics.length > 0 && <Export name="topics" rows={() => rowsOf(topics)} />}
      wide={data && <Ledger board={data} />}
      beside={id !== undefined && <TopicSheet key={id} id={id} />}
    >
      <LoadState loaded={loaded} empty={data?.topics.length === 0 && word('topics.empty')} />
      {COLUMN_NAMES.map((column) => {
        const states: readonly TopicRow['state'][] = COLUMNS[column];
        const own = topics.filter(({ state }) => states.includes(state));
        return (
          own.length > 0 && (
            <section key={column}>
              <h2>
                {word(`topics.columns.${column}`)} · {own.length}
              </h2>
              <Lines rows={own} opens={(id) => ({ id })}>
                {(row) => <Line row={row} />}
              </Lines>
            </section>
          )
        );
      })}
    </Board>
  );
}

function Line({ row }: { readonly row: TopicRow }) {
  const { words, where, state, kind, due, late, needed, unit } = row;
  return (
    <>
      <span class="what">
        <strong>{words}</strong>
        <span class="place">{where}</span>
      </span>
      <span class="how">
        <span>{word(`topics.state.${state}`)}</span>
        {needed !== undefined && <span>{word('topics.needed', { n: needed })}</span>}
        {kind === 'meeting' && <span>{word('topics.meeting')}</span>}
        {unit !== undefined && <span>{unit}</span>}
        {due !== undefined && (
          <span class={late ? 'due red' : 'due'} title={timeText(due)}>
            {dueText(due, serverNow())}
          </span>
        )}
      </span>
    </>
  );
}

function Ledger({ board: { ledger, refusals } }: { readonly board: TopicBoard }) {
  const { kept, late, changed, broken, unproven, open, overdue, due } = ledger;
  const refused = refusals.filter(({ n }) => n > 0);
  const isEmpty = kept + late + changed + broken + unproven + open === 0;
  return (
    <section class="promises">
      <h2>{word('topics.ledger.title')}</h2>
      {isEmpty ? (
        <p>{word('topics.ledger.none')}</p>
      ) : (
        <>
          <p>
            <strong>{word('topics.ledger.in_time', { kept, due })}</strong>
          </p>
          <p>{word('topics.ledger.rest', { late, changed, broken, unproven, open, overdue })}</p>
        </>
      )}
      {refused.length > 0 && (
        <p>
          {word('topics.refusals.title')} ·{' '}
          {refused.map(({ reason, n }) => `${word(`topics.refusals.${reason}`)} ${n}`).join(' · ')}
        </p>
      )}
    </section>
  );
}

/** What a topic shows beside its card. */
function TopicSheet({ id }: { readonly id: string }) {
  const { data } = useData<TopicPage>(`topics/${id}`);
  if (!data) return null;
  return (
    <>
      {data.promise && <Promised promise={data.promise} />}
      {(data.counted || !data.promise) && <Discussion data={data} />}
    </>
  );
}

/** A promise, and the cases, tasks and projects that tell its state. */
function Promised({ promise }: { readonly promise: NonNullable<TopicPage['promise']> }) {
  const { unit, measure, due, changed, state, work } = promise;
  const isBad = state === 'overdue' || state === 'broken';
  return (
    <section class="promises">
      <h2>
        {word('topics.promise.title')} · <span class={isBad ? 'red' : ''}>{word(`topics.promise.state.${state}`)}</span>
      </h2>
      <p>{word('topics.promise.said', { unit, measure, day: dayText(due) })}</p>
      {changed && <p>{word('topics.promise.changed', { day: dayText(changed.from), why: changed.why })}</p>}
      {work.length > 0 && (
        <ul>
          {work.map(({ name, state: one }, i) => (
            // Work may be deleted, and then has no name.
            <li key={`${i} ${name}`}>
              {name || '–'} · {word(`topics.promise.work.${one}`)}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Discussion({ data }: { readonly data: TopicPage }) {
  if (!data.counted) return <p class="state">{word('topics.discussion.none')}</p>;
  return (
    <section class="discussion">
      <h2>{word('topics.discussion.title')}</h2>
      {data.notes.map((note) => (
        <p key={note} class="amber">
          {word(`topics.notes.${note}`)}
        </p>
      ))}
      <table>
        <ColumnHeads
          columns={['statement', 'agree', 'lowest', 'consensus']}
          label={(name) => word(`topics.discussion.${name}`)}
        />
        <tbody>
          {data.statements.map((one) => (
            <tr key={one.id}>
              <th scope="row">{one.words}</th>
              <td>{shareText(one.agree)}</td>
              <td>{one.lowest ? shareText(one.lowest) : word('topics.discussion.alone')}</td>
              <td>{one.agree.type === 'withheld' ? '' : one.consensus.toFixed(2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {data.dots.length > 0 ? <OpinionMap dots={data.dots} parted={data.parted} /> : <p>{word('topics.map.few')}</p>}
    </section>
  );
}

function shareText(share: ShownShare): string {
  if (share.type === 'withheld') return word('topics.discussion.hidden');
  const sign = { shown: '', at_least: '≥', at_most: '≤' }[share.type];
  return `${sign}${share.percent}%`;
}

function rowsOf(topics: readonly TopicRow[]): readonly (readonly string[])[] {
  return [
    (['words', 'where', 'state', 'due', 'unit'] as const).map((name) => word(`topics.fields.${name}`)),
    ...topics.map(({ words, where, state, due, unit = '' }) => [
      words,
      where,
      word(`topics.state.${state}`),
      due === undefined ? '' : timeText(due),
      unit,
    ]),
  ];
}
