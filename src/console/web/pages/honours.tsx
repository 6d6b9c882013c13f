import { BASIS_REDRAW } from '../../../review/honours/basis-draw.ts';
import type { BasisRow, HonourRow, HonourSheet } from '../../pages/honours.ts';
import { Board } from '../board.tsx';
import { ColumnHeads } from '../column-heads.tsx';
import { DrawHashes } from '../draw-hashes.tsx';
import { Export } from '../export.tsx';
import { LoadState } from '../lists/load-state.tsx';
import { setParams } from '../router.ts';
import { Scroll } from '../scroll.tsx';
import { useData } from '../use-data.ts';
import { timeText, word, yearDayText } from '../words.ts';

const SCREENS = ['funnel', 'reports', 'letter', 'listing', 'visit'] as const;
const COLUMNS = ['name', 'state', 'solved', 'lo', 'before', 'change', ...SCREENS, 'objections', 'until'] as const;

/** 表扬: the evidence of each nominee in the same columns, in the order of their names. There is no rank. */
export default function Honours() {
  const loaded = useData<HonourSheet>('honours');
  const { data, load } = loaded;
  const rows = data?.honours ?? [];
  return (
    <Board
      title={word('pages.honours')}
      starts={[
        ...(data?.mayNominate ? [{ flow: 'nominate-honour', argument: 'new', label: word('honours.new') }] : []),
        ...(data?.mayEnter ? [{ flow: 'honour-basis', label: word('honours.enter') }] : []),
      ]}
      flow="honours"
      onChanged={load}
      head={rows.length > 0 && <Export name="honours" rows={() => [headOf(), ...rows.map(cellsOf)]} />}
    >
      <LoadState loaded={loaded} empty={data?.honours.length === 0 && word('honours.empty')} />
      {rows.length > 0 && (
        <>
          <p>{word('honours.explained')}</p>
          <Scroll label={word('pages.honours')}>
            <table class="honours">
              <ColumnHeads columns={headOf()} label={(name) => name} />
              <tbody>
                {rows.map((row) => (
                  <Line key={row.id} row={row} />
                ))}
              </tbody>
            </table>
          </Scroll>
        </>
      )}
      {data?.bases.map((basis) => (
        <Basis key={basis.id} basis={basis} />
      ))}
    </Board>
  );
}

/** An approval: its number, who was named by lot, and how anybody repeats it. */
function Basis({ basis }: { readonly basis: BasisRow }) {
  const { id, document, body, kind, number, until, drawn } = basis;
  return (
    <section class="results">
      <h2>{word('honours.basis.title', { document })}</h2>
      <p>
        {word('honours.basis.said', { body, kind: word(`honours.kinds.${kind}`), number, day: yearDayText(until) })}
      </p>
      {drawn && (
        <p>
          {drawn.names.length > 0
            ? word('honours.basis.drawn', { all: drawn.all, names: drawn.names.join('、') })
            : word('honours.basis.none')}
        </p>
      )}
      <DrawHashes
        draw={basis}
        name={id}
        redraw={BASIS_REDRAW}
        part={(part) => word(`honours.basis.part.${part}`)}
        sealed={word('honours.basis.sealed')}
      />
    </section>
  );
}

function Line({ row }: { readonly row: HonourRow }) {
  const [name, ...rest] = cellsOf(row);
  return (
    <tr>
      <th scope="row">
        <button type="button" onClick={() => setParams({ id: row.id })}>
          {name}
        </button>
      </th>
      {rest.map((cell, i) => (
        <td key={COLUMNS[i + 1]}>{cell}</td>
      ))}
    </tr>
  );
}

function headOf(): readonly string[] {
  return COLUMNS.map((name) => word(`honours.columns.${name}`));
}

/** The cells of a nominee, in the order of the columns. Bounds are rounded down. */
function cellsOf({ name, state, objections, waiting, until, evidence, document }: HonourRow): readonly string[] {
  const figures = evidence
    ? [
        `${evidence.solved}/${evidence.closed}`,
        down(evidence.lo, '%'),
        `${evidence.solvedBefore}/${evidence.closedBefore}`,
        down(evidence.changeLo, ''),
        ...SCREENS.map((screen) => {
          const result = word(`honours.results.${evidence.screens[screen]}`);
          return screen === 'visit' && evidence.visit ? `${result} · ${evidence.visit}` : result;
        }),
      ]
    : Array.from({ length: 4 + SCREENS.length }, () => '–');
  return [
    name,
    [word(`honours.states.${state}`), ...(document ? [document] : [])].join(' · '),
    ...figures,
    waiting ? word('honours.waiting', { n: objections }) : String(objections),
    until === undefined ? '–' : timeText(until),
  ];
}

function down(share: number | undefined, unit: string): string {
  return share === undefined ? '–' : `${(Math.floor(share * 1000) / 10).toFixed(1)}${unit}`;
}
