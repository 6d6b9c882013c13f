import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Bubble, moveAmongButtons } from './bubble.tsx';
import type { Sheet } from './composer.tsx';
import { Composer, PhotoSheet } from './composer.tsx';
import { CityMap } from './map.tsx';
import { isShown, messagesOf, use } from './phones.ts';
import type { Person } from './sim.ts';
import { ask } from './sim.ts';
import { WebApp } from './web-app.tsx';
import { word } from './words.ts';

const VOICE_SECONDS = 6;

/** One person's phone: the chat with the bot and its controls. */
export function Phone({ person }: { person: Person }) {
  const messages = messagesOf(person.id);
  const [sheet, setSheet] = useState<Sheet>();
  const [app, setApp] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const log = useRef<HTMLDivElement>(null);
  const keepFocus = useKeptFocus(log);
  const toEnd = () => log.current?.scrollTo(0, log.current.scrollHeight);
  const last = messages.at(-1);
  useEffect(toEnd, [last?.message_id, last?.edits, problem, person.blocked]);
  // The log becomes shorter when a sheet, a keyboard or a long text opens below it.
  useEffect(() => {
    const observer = new ResizeObserver(toEnd);
    if (log.current) observer.observe(log.current);
    return () => observer.disconnect();
  }, []);

  const act = async (verb: string, body: object) => {
    setSheet(undefined);
    setProblem(undefined);
    await ask(`people/${person.id}/${verb}`, body).catch((error: Error) => setProblem(error.message));
  };
  const closeOnEscape = ({ key }: KeyboardEvent) => {
    if (key === 'Escape') setSheet(undefined);
  };
  const keyboard = messages.findLast((message) => message.keyboard.length > 0)?.keyboard ?? [];
  const newest = messages.findLast(({ buttons }) => buttons.length > 0)?.message_id;
  return (
    <section
      class="phone"
      id={`phone-${person.id}`}
      hidden={!isShown(person.id)}
      aria-label={word('log_of', { name: person.first_name })}
      onKeyDown={closeOnEscape}
      onFocusIn={(event) => {
        use(person.id);
        keepFocus(event);
      }}
    >
      <div class="head">
        <h2>{person.first_name}</h2>
        <button type="button" class="quiet" onClick={() => act(person.blocked ? 'unblock' : 'block', {})}>
          {word(person.blocked ? 'unblock' : 'block')}
        </button>
      </div>
      <div
        class="log"
        role="log"
        aria-label={word('log_of', { name: person.first_name })}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        ref={log}
        onKeyDown={moveAmongButtons}
      >
        {messages.length === 0 && <Empty onStart={() => act('send', { text: '/start' })} />}
        {messages.map((message) => (
          <Bubble
            key={message.message_id}
            message={message}
            old={message.message_id !== newest}
            onImageLoad={toEnd}
            onApp={setApp}
            onTap={(button) => act('tap', { message_id: message.message_id, button })}
          />
        ))}
        {person.blocked && <p class="note">{word('blocked')}</p>}
        {problem && <p class="note">{problem}</p>}
      </div>
      {app && <WebApp person={person} url={app} onClose={() => setApp(undefined)} />}
      {sheet === 'photo' && <PhotoSheet onChoose={(photo) => act('send', { photo })} />}
      {sheet === 'place' && <CityMap onChoose={(location) => act('send', { location })} />}
      {!sheet && keyboard.length > 0 && (
        <div class="keyboard">
          {keyboard.map((row) => (
            <div class="row" key={row.join()}>
              {row.map((text) => (
                <button type="button" key={text} onClick={() => act('send', { text })}>
                  {text}
                </button>
              ))}
            </div>
          ))}
        </div>
      )}
      <Composer
        sheet={sheet}
        onText={(text) => act('send', { text })}
        onSheet={(one) => setSheet(sheet === one ? undefined : one)}
        onVoice={() => act('send', { voice: VOICE_SECONDS })}
      />
    </section>
  );
}

function Empty({ onStart }: { onStart: () => void }) {
  return (
    <div class="empty">
      <p>{word('hint')}</p>
      <button type="button" class="start" onClick={onStart}>
        {word('start')}
      </button>
    </div>
  );
}

/** Keeps the keyboard's place when a change removes the focused element: its message takes the focus, or the log. */
function useKeptFocus(log: { readonly current: HTMLElement | null }): (event: FocusEvent) => void {
  const last = useRef<{ readonly element: HTMLElement; readonly message: HTMLElement | null } | undefined>(undefined);
  useLayoutEffect(() => {
    if (!last.current || last.current.element.isConnected) return;
    const { message } = last.current;
    last.current = undefined;
    if (document.activeElement === document.body) (message?.isConnected ? message : log.current)?.focus();
  });
  return ({ target }) => {
    const element = target as HTMLElement;
    last.current = { element, message: element.closest<HTMLElement>('.turn') };
  };
}
