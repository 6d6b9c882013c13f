import type { CaseRow } from '../../cases.ts';
import { addressOf, route } from '../router.ts';
import { serverNow } from '../state.ts';
import { dueText, word } from '../words.ts';
import { toggled } from './toggled.ts';

type RowsProps = {
  readonly rows: readonly CaseRow[];
  readonly chosen: string | undefined;
  readonly ticked: ReadonlySet<string>;
  readonly onTick: (ticked: ReadonlySet<string>) => void;
  readonly onOpen: (number: string) => void;
  readonly onAt: (index: number) => void;
};

/** The list of cases, each with a box to select it. */
export function Rows({ rows, chosen, ticked, onTick, onOpen, onAt }: RowsProps) {
  const now = serverNow();
  return (
    <ol class="rows">
      {rows.map((row, i) => (
        <li key={row.number} data-row={row.number} class={row.number === chosen ? 'here' : ''}>
          <input
            type="checkbox"
            aria-label={word('cases.tick', { number: row.shown })}
            checked={ticked.has(row.number)}
            onChange={() => onTick(toggled(ticked, row.number))}
          />
          <a
            href={addressOf('cases', { ...Object.fromEntries(route.value.params), case: row.number })}
            aria-current={row.number === chosen ? 'true' : undefined}
            onFocus={() => onAt(i)}
            onClick={(event) => {
              if (event.ctrlKey || event.metaKey || event.shiftKey) return;
              event.preventDefault();
              onAt(i);
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
      ))}
    </ol>
  );
}
