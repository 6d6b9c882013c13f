import { signal } from '@preact/signals';
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Phone } from './phone.tsx';
import type { Call, Person } from './sim.ts';
import { ask } from './sim.ts';
import { LANGUAGE, word } from './words.ts';

const people = signal<readonly Person[]>([]);
const calls = signal<readonly Call[]>([]);
const online = signal(false);
/** Counts the simulator's changes; phones read anew when it moves. */
const changes = signal(0);
const CALLS_SHOWN = 200;

document.documentElement.lang = LANGUAGE;
document.title = word('title');
const app = document.getElementById('app');
if (app) render(<Page />, app);
void watch();

function Page() {
  return (
    <>
      <header>
        <h1>{word('title')}</h1>
        <p class={online.value ? 'state on' : 'state'} role="status">
          {word(online.value ? 'online' : 'offline')}
        </p>
        <Newcomer />
      </header>
      <main>
        {people.value.map((person) => (
          <Phone key={person.id} person={person} changes={changes.value} />
        ))}
      </main>
      <CallLog />
    </>
  );
}

function Newcomer() {
  const [name, setName] = useState<string>();
  const add = async (event: Event) => {
    event.preventDefault();
    if (name?.trim()) await ask('people', { first_name: name.trim(), language_code: 'zh-hans' });
    setName(undefined);
  };
  if (name === undefined) {
    return (
      <button type="button" class="add" onClick={() => setName('')}>
        {word('add')}
      </button>
    );
  }
  const giveUp = (event: KeyboardEvent) => {
    if (event.key === 'Escape') setName(undefined);
  };
  return (
    <form class="newcomer" onSubmit={add} onKeyDown={giveUp}>
      <label>
        {word('name')}
        <input value={name} onInput={(e) => setName(e.currentTarget.value)} ref={(input) => input?.focus()} />
      </label>
      <button type="submit">{word('add_now')}</button>
      <button type="button" onClick={() => setName(undefined)}>
        {word('close')}
      </button>
    </form>
  );
}

function CallLog() {
  const [opened, setOpened] = useState(false);
  useEffect(() => {
    if (opened)
      void ask<Call[]>('calls').then(
        (list) => (calls.value = list.filter(({ method }) => method !== 'getUpdates').slice(-CALLS_SHOWN)),
      );
  }, [opened, changes.value]);
  const nameOf = (id: number | undefined) => people.value.find((p) => p.id === id)?.first_name ?? '';
  return (
    <details class="calls" onToggle={(e) => setOpened(e.currentTarget.open)}>
      <summary>{word('calls')}</summary>
      <ol>
        {calls.value.toReversed().map((call) => (
          <li key={call.n} value={call.n}>
            <time>{new Date(call.at_ms).toLocaleTimeString(LANGUAGE, { timeZone: 'Asia/Shanghai' })}</time>{' '}
            <code>{call.method}</code> {nameOf(call.chat_id)} {call.ok ? '✓' : `✗ ${call.error_code ?? ''}`}
          </li>
        ))}
      </ol>
    </details>
  );
}

/** Waits for the simulator's next change, for as long as the page is open. */
async function watch(): Promise<never> {
  for (let since = -1; ; ) {
    try {
      const now = await ask<{ changes: number }>(`changes?since=${since}`);
      people.value = await ask<Person[]>('people');
      // A simulator that was started anew counts from the beginning.
      since = now.changes;
      changes.value += 1;
      online.value = true;
    } catch {
      online.value = false;
      since = -1;
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}
