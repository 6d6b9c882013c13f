import { useEffect, useRef, useState } from 'preact/hooks';
import type { Person } from './sim.ts';
import { ask } from './sim.ts';
import { word } from './words.ts';

type WebAppProps = { readonly person: Person; readonly url: string; readonly onClose: () => void };

/** A page that a button of the bot opens on a phone, with the launch data that Telegram signs for its person. */
export function WebApp({ person, url, onClose }: WebAppProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    dialog.current?.showModal();
    void ask<{ init_data: string }>(`people/${person.id}/web_app`, {}).then(({ init_data }) => {
      const launch = new URLSearchParams({ tgWebAppData: init_data, tgWebAppVersion: '8.0', tgWebAppPlatform: 'web' });
      setAddress(`${url.split('#')[0]}#${launch}`);
    });
  }, [person.id, url]);
  const title = word('app_of', { name: person.first_name });
  return (
    <dialog class="app" ref={dialog} aria-label={title} onClose={onClose}>
      <button type="button" class="quiet" onClick={() => dialog.current?.close()}>
        {word('close')}
      </button>
      {address && <iframe src={address} title={title} />}
    </dialog>
  );
}
