import type { SettingsPage } from '../../pages/settings.ts';
import { ColumnHeads } from '../column-heads.tsx';
import { Export, rowsOf } from '../export.tsx';
import { Scroll } from '../scroll.tsx';
import { durationText, timeText, word } from '../words.ts';

/** The background jobs, those that failed first. Folded while all go well. */
export function Jobs({ jobs }: { readonly jobs: SettingsPage['jobs'] }) {
  const isFailed = ({ last }: (typeof jobs)[number]) => last?.outcome === 'failed';
  const byName = jobs.toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
  const failed = byName.filter(isFailed);
  const inOrder = [...failed, ...byName.filter((job) => !isFailed(job))];
  return (
    <section>
      <h2>{word('settings.jobs')}</h2>
      <details open={failed.length > 0}>
        <summary>
          {failed.length > 0
            ? word('settings.jobs_failed', { n: failed.length, of: jobs.length })
            : word('settings.jobs_well', { of: jobs.length })}
        </summary>
        <Export name="jobs" rows={() => rowsOf(document.querySelector<HTMLTableElement>('table.jobs'))} />
        <Scroll label={word('settings.jobs')}>
          <table class="jobs">
            <ColumnHeads columns={['job', 'every', 'last', 'result']} label={(name) => word(`settings.${name}`)} />
            <tbody>
              {inOrder.map(({ name, every, last }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{durationText(every)}</td>
                  <td>{last ? timeText(last.at) : word('settings.never')}</td>
                  <td class={last?.outcome === 'failed' ? 'late' : ''}>
                    {last ? word(`settings.outcome.${last.outcome}`, { ms: Math.round(last.ms) }) : ''}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </details>
    </section>
  );
}
