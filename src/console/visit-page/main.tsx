import { useSignal } from '@preact/signals';
import { render } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { language } from '../../channels/web/page/language.ts';
import { grow, size } from '../../channels/web/page/text-size.ts';
import { Item } from './item.tsx';
import { handIn, pump, takeBack } from './send.ts';
import { change, isKept, isLoaded, isOffline, load, missing, others, visit } from './state.ts';
import { nameIn, refusal, word } from './words.ts';
import workerUrl from './worker.ts?worker&url';

const canReopen = 'serviceWorker' in navigator;

function Page() {
  const { list, state, refused } = visit.value ?? {};
  return (
    <>
      <header>
        <h1>{list ? nameIn(list.premises) : word('title')}</h1>
        <button type="button" class="size" onClick={grow} aria-pressed={size.value !== 'usual'}>
          {size.value === 'largest' ? word('usual') : word('larger')}
        </button>
      </header>
      <main class="log">
        {!list && <p class="hello">{isLoaded.value ? without(refused) : word('loading')}</p>}
        {list && state === 'sent' && <Sent />}
        {list && state !== 'sent' && <Sheet />}
        {others.value.map((one) => (
          <p key={one.id}>
            <a href={`/visit/#${one.id}`}>{word('other', { premises: nameIn(one.list?.premises ?? {}) })}</a>
          </p>
        ))}
      </main>
      {list && state !== 'sent' && <Foot />}
    </>
  );
}

/** The sentence in place of a list. */
function without(refused: string | undefined): string {
  if (!visit.value) return word('nothing');
  if (refused) return word('refused_link');
  return isOffline.value ? word('wait_list') : word('loading');
}

function Sheet() {
  const { list, password = '', state } = visit.value ?? {};
  return (
    <>
      <p class="hello">{word('how', { until: list?.until ?? '' })}</p>
      {!canReopen && <p class="hint">{word('keep_open')}</p>}
      {list?.items.map((item, i) => (
        <Item key={JSON.stringify(item.words)} place={i + 1} />
      ))}
      <fieldset disabled={state !== 'filling'}>
        <label class="said">
          {word('password')}
          <input
            id="password"
            type="text"
            maxLength={40}
            autocomplete="off"
            value={password}
            onInput={({ currentTarget }) => void change({ password: currentTarget.value })}
          />
        </label>
      </fieldset>
      <Refused />
    </>
  );
}

/** Why the last packet was not taken, in the list: in large letters it is longer than a foot may be. */
function Refused() {
  const place = useRef<HTMLDivElement>(null);
  const { state, refused, packet } = visit.value ?? {};
  const why = state === 'filling' ? refused : undefined;
  useEffect(() => {
    if (why) place.current?.scrollIntoView({ block: 'end' });
  }, [why, packet]);
  return (
    <div role="alert" ref={place}>
      {why && <p class="hint">{`${refusal(why)}\n${word('all_here')}`}</p>}
      {why && <p class="line">{asLine()}</p>}
    </div>
  );
}

/** The state of the sheet, and the button that sends it. */
function Foot() {
  const asked = useSignal(false);
  const { state, password = '' } = visit.value ?? {};
  const lacks = missing.value.length > 0 ? word('missing', { numbers: missing.value.join(', ') }) : '';
  const send = () => {
    asked.value = true;
    const [first] = missing.value;
    const wanted = document.getElementById(first === undefined ? 'password' : `item-${first}`);
    if (first === undefined && password.trim() !== '') return void handIn();
    wanted?.scrollIntoView({ block: 'center' });
    wanted?.focus();
  };
  return (
    <footer>
      {!isKept.value && <p class="hint">{word('not_kept')}</p>}
      <p role="status">
        {state === 'waiting' ? word(isOffline.value ? 'waiting' : 'sending') : lacks || word('complete')}
      </p>
      {asked.value && !lacks && password.trim() === '' && <p class="hint">{word('password_first')}</p>}
      {state === 'waiting' ? (
        <button type="button" onClick={() => void takeBack()}>
          {word('take_back')}
        </button>
      ) : (
        <button type="button" class="main" onClick={send}>
          {word('send')}
        </button>
      )}
    </footer>
  );
}

/** The sheet as one line of the chat: a second way for what the server does not take from here. */
function asLine(): string {
  const { marks = {} } = visit.value ?? {};
  return Object.entries(marks)
    .map(([place, { mark, words }]) => `${place}${word(mark)}${words ? ` ${words.replace(/\s+/g, ' ')}` : ''}`)
    .join('；');
}

function Sent() {
  const { cases = 0, hidden } = visit.value ?? {};
  return (
    <div role="status">
      <p class="hello">{cases > 0 ? word('sent_cases', { n: cases }) : word('sent_well')}</p>
      {hidden && <p class="hello">{word('hidden')}</p>}
    </div>
  );
}

/** A blank page would leave the checker without a way: the words name one. */
function broken() {
  const note = document.createElement('p');
  note.className = 'hint';
  note.textContent = word('broken');
  document.body.prepend(note);
}
addEventListener('unhandledrejection', broken, { once: true });
document.documentElement.lang = language;
document.title = word('title');
const app = document.getElementById('app');
if (app) render(<Page />, app);
void start();

async function start(): Promise<void> {
  if (canReopen) void navigator.serviceWorker.register(workerUrl, { scope: '/visit/' }).catch(() => {});
  // Android keeps it then also when the phone is full.
  void navigator.storage?.persist?.();
  await load();
  const wake = () => void (document.hidden || pump());
  for (const event of ['online', 'focus', 'pageshow']) addEventListener(event, wake);
  document.addEventListener('visibilitychange', wake);
  addEventListener('offline', () => {
    isOffline.value = true;
  });
  addEventListener('hashchange', () => location.reload());
  isOffline.value = navigator.onLine === false;
  await pump();
}
