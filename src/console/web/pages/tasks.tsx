import type { TaskRow } from '../../pages/tasks.ts';
import { Board } from '../board.tsx';
import { Export } from '../export.tsx';
import { Calendar } from '../lists/calendar.tsx';
import { LoadState } from '../lists/load-state.tsx';
import { useData } from '../use-data.ts';
import { hoursText, timeText, word } from '../words.ts';

/** 任务: lists the tasks of volunteers by day, without a ranking of volunteers. */
export default function Tasks() {
  const loaded = useData<readonly TaskRow[]>('tasks');
  const { data, load } = loaded;
  return (
    <Board
      title={word('pages.tasks')}
      starts={[{ flow: 'give-task', label: word('tasks.new') }]}
      flow="task-board"
      onChanged={load}
    >
      <LoadState loaded={loaded} empty={data?.length === 0 && word('tasks.empty')} />
      {data && data.length > 0 && (
        <Export
          name="tasks"
          rows={() => [
            (['kind', 'place', 'words', 'state', 'from', 'until', 'taken'] as const).map((name) =>
              word(`tasks.columns.${name}`),
            ),
            ...data.map((row) => [
              row.kind,
              row.place,
              row.words,
              word(`tasks.state.${row.state}`),
              timeText(row.from),
              timeText(row.until),
              `${row.taken}/${row.needed}`,
            ]),
          ]}
        />
      )}
      {data && data.length > 0 && (
        <Calendar rows={data} none={word('tasks.none')} past={(n) => word('tasks.past', { n })}>
          {(row) => (
            <>
              <span class="what">
                <strong>{row.kind}</strong>
                <span class="place">{row.place}</span>
              </span>
              <span>{row.words}</span>
              <span class="how">
                <span>{word(`tasks.state.${row.state}`)}</span>
                <span>{hoursText(row)}</span>
                <span>{word('tasks.taken', { taken: row.taken, needed: row.needed })}</span>
              </span>
            </>
          )}
        </Calendar>
      )}
    </Board>
  );
}
