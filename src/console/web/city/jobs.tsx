import type { SettingsPage } from '../../pages/settings.ts';
import { Export, rowsOf } from '../export.tsx';
import { Scroll } from '../scroll.tsx';
import { durationText, timeText, word } from '../words.ts';

/** The background jobs, those that failed first. Folded while all go well. */
export function Jobs({ jobs }: { readonly jobs: SettingsPage['jobs'] }) {
  const isFailed = ({ last }: (typeof jobs)[number]) => last?.outcome === 'failed';
  const inOrder = jobs.toSorted(
    (a, b) => Number(isFailed(b)) - Number(isFailed(a)) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
  const failed = jobs.filter(isFailed).length;
  return (
    <section>
      <h2>{word('settings.jobs')}</h2>
      <details open={failed > 0}>
        <summary>
          {failed > 0
            ? word('settings.jobs_failed', { n: failed, of: jobs.length })
            : word('settings.jobs_well', { of: jobs.length })}
        </summary>
        <Export name="jobs" rows={() => rowsOf(document.querySelector<HTMLTableElement>('table.jobs'))} />
        <Scroll label={word('settings.jobs')}>
          <table class="jobs">
            <thead>
              <tr>
                <th scope="col">{word('settings.job')}</th>
                <th scope="col">{word('settings.every')}</th>
                <th scope="col">{word('settings.last')}</th>
                <th scope="col">{word('settings.result')}</th>
              </tr>
            </thead>
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
