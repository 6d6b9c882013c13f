import { useMemo } from 'preact/hooks';
import type { CaseRow } from '../../pages/cases.ts';
import { addressOf, route } from '../router.ts';
import { serverNow } from '../state.ts';
import { dueText, language, word } from '../words.ts';

/** The functions must not read state that changes: a row keeps those of its last drawing. */
type RowDeeds = {
  readonly onTick: (number: string) => void;
  readonly onOpen: (number: string) => void;
  readonly onAt: (index: number) => void;
};
type RowsProps = RowDeeds & {
  readonly rows: readonly CaseRow[];
  readonly chosen: string | undefined;
  readonly ticked: ReadonlySet<string>;
};

/** The list of cases, each with a box to select it. */
export function Rows({ rows, chosen, ticked, ...deeds }: RowsProps) {
  const here = Object.fromEntries(route.value.params);
  // The words of a deadline change by the minute.
  const minute = Math.floor(serverNow() / 60_000) * 60_000;
  const { case: _chosen, ...filters } = here;
  return (
    <ol class="rows">
      {rows.map((row, i) => (
        <Row
          key={row.number}
          row={row}
          at={i}
          isChosen={row.number === chosen}
          isTicked={ticked.has(row.number)}
          address={addressOf('cases', { ...filters, case: row.number })}
          now={minute}
          {...deeds}
        />
      ))}
    </ol>
  );
}

type RowProps = RowDeeds & {
  readonly row: CaseRow;
  readonly at: number;
  readonly isChosen: boolean;
  readonly isTicked: boolean;
  readonly address: string;
  readonly now: number; // ms since the epoch
};

/** One case. It is drawn anew only if something that it shows has changed: a click redraws two rows of fifty. */
function Row({ row, at, isChosen, isTicked, address, now, onTick, onOpen, onAt }: RowProps) {
  const draw = () => (
    <li data-row={row.number} class={isChosen ? 'here' : ''}>
      <input
        type="checkbox"
        aria-label={word('cases.tick', { number: row.shown })}
        checked={isTicked}
        onChange={() => onTick(row.number)}
      />
      <a
        href={address}
        aria-current={isChosen ? 'true' : undefined}
        onFocus={() => onAt(at)}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          onAt(at);
          onOpen(row.number);
        }}
      >
        <span class="what">
          {row.urgent && <b class="tag urgent">{word('cases.urgent')}</b>}
          {row.highRisk && <b class="tag">{word('cases.high_risk')}</b>}
          <strong>{row.category}</strong>
          <span class="place">{row.place}</span>
        </span>
        <span class="how">
          <span class="number">{row.shown}</span>
          <span>{row.state}</span>
          {row.unit && <span>{row.unit}</span>}
          {row.mine && <span class="mine">{word('cases.mine')}</span>}
          {row.due !== undefined && <span class={`due ${row.light}`}>{dueText(row.due, now)}</span>}
        </span>
      </a>
    </li>
  );
  return useMemo(draw, [row, at, isChosen, isTicked, address, now, language.value]);
}
