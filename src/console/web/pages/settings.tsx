import { useState } from 'preact/hooks';
import type { AuditPage, SettingsPage } from '../../pages/settings.ts';
import { call } from '../api.ts';
import { Board } from '../board.tsx';
import { CityData } from '../city/city-data.tsx';
import { Jobs } from '../city/jobs.tsx';
import { Export, rowsOf } from '../export.tsx';
import { Failed } from '../failed.tsx';
import { Scroll } from '../scroll.tsx';
import { me, notice } from '../state.ts';
import { useData } from '../use-data.ts';
import { timeText, word } from '../words.ts';

/** 设置: jobs, keys and webhooks, safe mode, and the audit log with its check. */
export default function Settings() {
  const isOffice = me.value?.roles.some(({ role }) => role === 'office') ?? false;
  const { data, failed, load } = useData<SettingsPage>(isOffice ? 'settings' : undefined);
  const revoke = async (kind: 'webhooks' | 'keys', id: string) => {
    await call(`settings/${kind}/${id}`, 'DELETE').catch(() => undefined);
    notice.value = word('settings.revoked');
    await load();
  };
  return (
    <Board
      title={word('pages.settings')}
      starts={[
        ...(data?.safe_since === undefined ? [] : [{ flow: 'leave-safe-mode', label: word('settings.leave_safe') }]),
        ...(isOffice ? [{ flow: 'public-page', label: word('settings.public_page') }] : []),
      ]}
      flow="leave-safe-mode"
      onChanged={load}
    >
      {failed && <Failed onRetry={load} />}
      {data && (
        <>
          <p>
            {data.safe_since === undefined
              ? word('settings.sending', { waiting: data.waiting, undelivered: data.undelivered })
              : word('settings.safe', { since: timeText(data.safe_since) })}
          </p>
          <p>{word('settings.city', { regions: data.regions, units: data.units })}</p>
          <h2>{word('settings.keys')}</h2>
          {data.keys.length + data.webhooks.length === 0 && <p class="state">{word('settings.no_keys')}</p>}
          <ul>
            {data.keys.map(({ id, name, at }) => (
              <li key={id}>
                {word('settings.key', { name, at: timeText(at) })}{' '}
                <button type="button" onClick={() => revoke('keys', id)}>
                  {word('settings.revoke')}
                </button>
              </li>
            ))}
            {data.webhooks.map(({ id, url, at }) => (
              <li key={id}>
                {word('settings.webhook', { url, at: timeText(at) })}{' '}
                <button type="button" onClick={() => revoke('webhooks', id)}>
                  {word('settings.revoke')}
                </button>
              </li>
            ))}
          </ul>
          <Jobs jobs={data.jobs} />
        </>
      )}
      {isOffice && <CityData />}
      <AuditLog />
    </Board>
  );
}

function AuditLog() {
  const [what, setWhat] = useState('');
  const [before, setBefore] = useState('');
  const { data, load } = useData<AuditPage>(`settings/audit?what=${encodeURIComponent(what)}&before=${before}`);
  const [checked, setChecked] = useState('');
  const check = async () => {
    const { faults } = await call<{ faults: readonly string[] }>('settings/audit/check');
    setChecked(faults.length === 0 ? word('settings.chain_holds') : faults.join('\n'));
  };
  return (
    <section>
      <h2>{word('settings.audit')}</h2>
      <div class="row">
        <input
          type="search"
          value={what}
          placeholder={word('settings.audit_find')}
          aria-label={word('settings.audit_find')}
          onInput={(event) => {
            setBefore('');
            setWhat(event.currentTarget.value.trim());
          }}
        />
        <button type="button" onClick={check}>
          {word('settings.check')}
        </button>
        <button type="button" onClick={() => (before ? setBefore('') : load())}>
          {word('settings.newest')}
        </button>
        <Export name="audit" rows={() => rowsOf(document.querySelector<HTMLTableElement>('table.audit'))} />
      </div>
      {checked && <p role="status">{checked}</p>}
      <Scroll label={word('settings.audit')}>
        <table class="audit">
          <thead>
            <tr>
              <th scope="col">#</th>
              <th scope="col">{word('settings.at')}</th>
              <th scope="col">{word('settings.what')}</th>
              <th scope="col">{word('people.who')}</th>
            </tr>
          </thead>
          <tbody>
            {data?.entries.map(({ n, at, what: id, words, who }) => (
              <tr key={n}>
                <td>{n}</td>
                <td>{timeText(at)}</td>
                <td title={id}>{words}</td>
                <td>{who}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {data?.before && (
        <button type="button" onClick={() => setBefore(data.before ?? '')}>
          {word('settings.older')}
        </button>
      )}
    </section>
  );
}
