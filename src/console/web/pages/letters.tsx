import type { LetterBoard, LetterRow } from '../../pages/letters.ts';
import { Board } from '../board.tsx';
import { Export } from '../export.tsx';
import { Lines } from '../lists/lines.tsx';
import { LoadState } from '../lists/load-state.tsx';
import { serverNow } from '../state.ts';
import { useData } from '../use-data.ts';
import { dueText, timeText, word } from '../words.ts';

const COLUMNS = ['agree', 'reply', 'contested', 'deed', 'closed'] as const satisfies readonly LetterRow['column'][];

/** 提醒函: letters by state, each state by due time. It names units and desks, and no person. */
export default function Letters() {
  const loaded = useData<LetterBoard>('letters');
  const { data, load } = loaded;
  const letters = data?.letters ?? [];
  return (
    <Board
      title={word('pages.letters')}
      starts={data?.mayDraft ? [{ flow: 'write-letter', argument: 'new', label: word('letters.new') }] : []}
      flow="my-letters"
      onChanged={load}
      head={letters.length > 0 && <Export name="letters" rows={() => rowsOf(letters)} />}
    >
      <LoadState loaded={loaded} empty={data?.letters.length === 0 && word('letters.empty')} />
      {COLUMNS.map((column) => {
        const own = letters.filter((one) => one.column === column);
        return (
          own.length > 0 && (
            <section key={column}>
              <h2>
                {word(`letters.columns.${column}`)} · {own.length}
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

function Line({ row }: { readonly row: LetterRow }) {
  return (
    <>
      <span class="what">
        <strong>{row.to}</strong>
        <span class="place">{word('letters.rows', { matter: row.matter, failed: row.failed, of: row.of })}</span>
      </span>
      <span>{row.ask}</span>
      <span class="how">
        <span>{row.state}</span>
        {row.due !== undefined && (
          <span class={row.late ? 'due red' : 'due'} title={timeText(row.due)}>
            {dueText(row.due, serverNow())}
          </span>
        )}
        {row.steps > 0 && <span>{word('letters.steps', { n: row.steps })}</span>}
      </span>
    </>
  );
}

function rowsOf(letters: readonly LetterRow[]): readonly (readonly string[])[] {
  return [
    (['to', 'matter', 'failed', 'of', 'state', 'due', 'ask'] as const).map((name) => word(`letters.fields.${name}`)),
    ...letters.map((row) => [
      row.to,
      row.matter,
      String(row.failed),
      String(row.of),
      row.state,
      row.due === undefined ? '' : timeText(row.due),
      row.ask,
    ]),
  ];
}
