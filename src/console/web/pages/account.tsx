import { useState } from 'preact/hooks';
import type { AccountPage, FactorOffer } from '../../sign-in/account.ts';
import { call } from '../api.ts';
import { LoadState } from '../lists/load-state.tsx';
import { CodeForm, errorOf, ProofAndTrouble, useProof } from '../proof.tsx';
import { notice } from '../state.ts';
import { useData } from '../use-data.ts';
import { dayText, timeText, word } from '../words.ts';

/** 登录和安全: the second factor and the signed-in browsers of the organiser. */
export default function Account() {
  const loaded = useData<AccountPage>('account');
  const { data, load } = loaded;
  return (
    <section class="own">
      <h1>{word('pages.account')}</h1>
      <LoadState loaded={loaded} />
      {data && (
        <>
          <Factor since={data.factor} onChanged={load} />
          <Sessions sessions={data.sessions} onChanged={load} />
        </>
      )}
    </section>
  );
}

type FactorProps = { readonly since: number | undefined; readonly onChanged: () => Promise<void> };

function Factor({ since, onChanged }: FactorProps) {
  const proving = useProof();
  const [offer, setOffer] = useState<FactorOffer>();
  const [wrong, setWrong] = useState(false);
  const done = async (said: 'set' | 'ended') => {
    setOffer(undefined);
    setWrong(false);
    notice.value = word(`account_page.${said}`);
    await onChanged();
  };
  const begin = () => proving.withProof(async () => setOffer(await call<FactorOffer>('account/factor/new', 'POST')));
  const end = () => proving.withProof(() => call('account/factor', 'DELETE').then(() => done('ended')));
  const confirm = (code: string) =>
    proving.withProof(async () => {
      setWrong(false);
      try {
        await call('account/factor', 'POST', { offer: offer?.offer, code });
      } catch (error) {
        const why = errorOf(error);
        if (why === 'gone') return setOffer(undefined);
        if (why !== 'wrong_code') throw error;
        return setWrong(true);
      }
      await done('set');
    });
  return (
    <>
      <h2>{word('account_page.factor')}</h2>
      <p>{since === undefined ? word('account_page.off') : word('account_page.on', { since: dayText(since) })}</p>
      {!offer && (
        <button type="button" class={since === undefined ? 'main' : ''} onClick={since === undefined ? begin : end}>
          {word(since === undefined ? 'account_page.begin' : 'account_page.end')}
        </button>
      )}
      <ProofAndTrouble {...proving} />
      {offer && (
        <>
          <p>{word('account_page.scan')}</p>
          <svg class="qr" viewBox={`0 0 ${offer.size} ${offer.size}`} role="img" shape-rendering="crispEdges">
            <title>{word('account_page.code')}</title>
            <path d={offer.path} />
          </svg>
          <p>{word('account_page.type')}</p>
          <p class="secret">{offer.secret}</p>
          <CodeForm label={word('account_page.first_code')} wrong={wrong} onCode={confirm} />
        </>
      )}
    </>
  );
}

type SessionsProps = Pick<AccountPage, 'sessions'> & { readonly onChanged: () => Promise<void> };

function Sessions({ sessions, onChanged }: SessionsProps) {
  const end = async (id: string) => {
    await call(`sessions/${id}`, 'DELETE').catch(() => undefined);
    await onChanged();
  };
  return (
    <>
      <h2>{word('account_page.sessions')}</h2>
      <ul class="sessions">
        {sessions.map(({ id, browser, since, seen, current }) => (
          <li key={id}>
            {word('account_page.session', {
              browser: browser.join(' · '),
              since: timeText(since),
              seen: timeText(seen),
            })}{' '}
            {current ? (
              word('account_page.here')
            ) : (
              <button type="button" onClick={() => end(id)}>
                {word('account_page.end_session')}
              </button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
