import { useEffect, useRef, useState } from 'preact/hooks';
import type { DemoOrganiser } from '../../console-settings.ts';
import { CallFailed, call, keepToken } from '../api.ts';
import { waitForNumber } from '../proof.tsx';
import type { WordKey } from '../words.ts';
import { word } from '../words.ts';

/** Reasons with which a sign-in by OAuth leads back. */
const REFUSALS = ['no_role', 'not_proven', 'too_many'] as const;
const IN_WECOM = /wxwork\//i.test(navigator.userAgent);

/** The address that leads to the platform and back to the present page. */
function oauthFrom(scheme: string): string {
  return `/console/oauth/${scheme}?to=${encodeURIComponent(location.pathname + location.search)}`;
}

/** The sign-in: by the bot's link, inside Telegram, or by a card of the demo. `over`: a page lies below. */
export function SignIn({ over, onDone }: { readonly over: boolean; readonly onDone: () => Promise<void> }) {
  const [number, setNumber] = useState<number>();
  const [trouble, setTrouble] = useState<WordKey>();
  const [cards, setCards] = useState<readonly DemoOrganiser[]>([]);
  const [doors, setDoors] = useState<readonly string[]>([]);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
    let wanted = true;
    void open();
    return () => {
      wanted = false;
    };

    async function open(): Promise<void> {
      const hash = new URLSearchParams(location.hash.slice(1));
      const [token, proof] = [hash.get('t'), hash.get('tgWebAppData')];
      // The secret leaves the address before anything else happens.
      if (token || proof) history.replaceState(null, '', location.pathname + location.search);
      if (proof) return byProof(proof);
      if (token) return byLink(token);
      const refused = REFUSALS.find((one) => one === hash.get('e'));
      if (refused) {
        history.replaceState(null, '', location.pathname + location.search);
        setTrouble(`sign_in.${refused}`);
      }
      const schemes = await call<readonly string[]>('sign-in/oauth').catch((): readonly string[] => []);
      // Inside WeCom the app proves the member: no word of the person is needed.
      if (schemes.includes('wecom') && IN_WECOM && !refused) return location.replace(oauthFrom('wecom'));
      setDoors(schemes);
      setCards(await call<readonly DemoOrganiser[]>('sign-in/demo').catch(() => []));
    }

    async function byProof(proof: string): Promise<void> {
      try {
        const { token } = await call<{ token: string }>('sign-in/mini-app', 'POST', {
          channel: 'telegram',
          init_data: proof,
        });
        keepToken(token);
        await onDone();
      } catch {
        setTrouble('sign_in.not_proven');
      }
    }

    async function byLink(token: string): Promise<void> {
      try {
        const answer = await call<{ number: number }>('sign-in/link', 'POST', { token });
        setNumber(answer.number);
        const state = await waitForNumber(() => wanted);
        if (state === 'confirmed') return await onDone();
        setNumber(undefined);
        setTrouble(state === 'refused' ? 'sign_in.refused' : 'sign_in.expired');
      } catch (error) {
        const isMany = error instanceof CallFailed && error.status === 429;
        setTrouble(isMany ? 'sign_in.too_many' : 'sign_in.gone');
      }
    }
  }, []);
  const choose = async (urn: string) => {
    try {
      await call('sign-in/demo', 'POST', { urn });
      await onDone();
    } catch {
      setTrouble('failed');
    }
  };
  return (
    <section class={over ? 'sign-in over' : 'sign-in'} aria-labelledby="sign-in-title">
      <div class="card">
        <h1 id="sign-in-title" tabIndex={-1} ref={heading}>
          {word(over ? 'sign_in.again' : 'sign_in.title')}
        </h1>
        {trouble && <p role="alert">{word(trouble)}</p>}
        {number === undefined ? (
          <p>{word('sign_in.how')}</p>
        ) : (
          <>
            <p>{word('sign_in.number')}</p>
            <p class="number" aria-live="assertive">
              {number}
            </p>
          </>
        )}
        {IN_WECOM && number === undefined && doors.includes('wecom') && (
          <p>
            <a href={oauthFrom('wecom')}>{word('sign_in.wecom')}</a>
          </p>
        )}
        {cards.length > 0 && number === undefined && (
          <>
            <h2>{word('sign_in.demo')}</h2>
            <ul class="cards">
              {cards.map(({ urn, name, roles }) => (
                <li key={urn}>
                  <button type="button" onClick={() => choose(urn)}>
                    <strong>{name}</strong>
                    <span>{roles.map((role) => word(`roles.${role}`)).join('、')}</span>
                  </button>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </section>
  );
}
