import type { TaskRow } from '../../pages/tasks.ts';
import { Board } from '../board.tsx';
import { Export } from '../export.tsx';
import { Lines } from '../lines.tsx';
import { LoadState } from '../load-state.tsx';
import { useData } from '../use-data.ts';
import { dayText, timeText, word } from '../words.ts';

/** 任务: lists the tasks of volunteers by day, without a ranking of volunteers. */
export default function Tasks() {
  const loaded = useData<readonly TaskRow[]>('tasks');
  const { data, load } = loaded;
  const byDay = Map.groupBy(data ?? [], ({ from }) => dayText(from));
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
      {[...byDay].map(([day, rows]) => (
        <section key={day}>
          <h2>{day}</h2>
          <Lines rows={rows} opens={(id) => ({ id })}>
            {(row) => (
              <>
                <span class="what">
                  <strong>{row.kind}</strong>
                  <span class="place">{row.place}</span>
                </span>
                <span>{row.words}</span>
                <span class="how">
                  <span>{word(`tasks.state.${row.state}`)}</span>
                  <span>
                    {timeText(row.from)} – {timeText(row.until)}
                  </span>
                  <span>{word('tasks.taken', { taken: row.taken, needed: row.needed })}</span>
                </span>
              </>
            )}
          </Lines>
        </section>
      ))}
    </Board>
  );
}
