import type { RosterPage, ShiftRow } from '../../pages/roster.ts';
import { Board } from '../board.tsx';
import { Calendar } from '../lists/calendar.tsx';
import { LoadState } from '../lists/load-state.tsx';
import { me } from '../state.ts';
import { useData } from '../use-data.ts';
import { hoursText, word } from '../words.ts';

/** 值班: shifts by day, and the weekly test calls by place. It counts no person's shifts. */
export default function Roster() {
  const loaded = useData<RosterPage>('roster');
  const { data, load } = loaded;
  const plans = me.value?.pages.includes('people') ?? false;
  return (
    <Board
      title={word('pages.roster')}
      starts={plans ? [{ flow: 'roster', argument: 'new', label: word('roster.new') }] : []}
      flow="roster"
      onChanged={load}
    >
      <LoadState loaded={loaded} empty={data?.shifts.length === 0 && word('roster.empty')} />
      {data && (
        <Calendar rows={data.shifts} none={word('roster.none')} past={(n) => word('roster.past', { n })}>
          {(row) => (
            <>
              <span class="what">
                <strong>{row.place}</strong>
                <span class="place">{stateText(row)}</span>
              </span>
              {row.note !== '' && <span>{word('roster.note', { note: row.note })}</span>}
              <span class="how">
                <span>{hoursText(row)}</span>
              </span>
            </>
          )}
        </Calendar>
      )}
      {data && data.calls.length > 0 && (
        <section>
          <h2>{word('roster.calls')}</h2>
          <p>{word('roster.calls_about')}</p>
          <table>
            <tbody>
              {data.calls.map(({ place, weeks }) => (
                <tr key={place}>
                  <th scope="row">{place}</th>
                  <td>
                    {weeks.map(({ week, answered }) => (
                      <span key={week} title={week}>
                        {word(answered ? 'roster.yes' : 'roster.no', { week: week.slice(5) })}{' '}
                      </span>
                    ))}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Board>
  );
}

function stateText({ state, who }: ShiftRow): string {
  return word(`roster.state.${state}`, { who });
}
