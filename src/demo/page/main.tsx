import { signal } from '@preact/signals';
import { render } from 'preact';
import { useState } from 'preact/hooks';
import { CallList } from './call-list.tsx';
import { Phone } from './phone.tsx';
import type { Person } from './sim.ts';
import { ask } from './sim.ts';
import { Tools } from './tools.tsx';
import { LANGUAGE, word } from './words.ts';

const people = signal<readonly Person[]>([]);
/** The demo's clock at the last change, in ms since the epoch. */
const now = signal(Date.now());
const online = signal(false);
/** Number of changes seen so far; phones reload their messages when it grows. */
const changes = signal(0);

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
        <AddPerson />
      </header>
      <Tools now={now.value} />
      <main>
        {people.value.map((person) => (
          <Phone key={person.id} person={person} changes={changes.value} />
        ))}
      </main>
      <CallList people={people.value} changes={changes.value} />
    </>
  );
}

function AddPerson() {
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
  const cancelOnEscape = (event: KeyboardEvent) => {
    if (event.key === 'Escape') setName(undefined);
  };
  return (
    <form class="newcomer" onSubmit={add} onKeyDown={cancelOnEscape}>
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

/** Follows the simulator's changes while the page is open. */
async function watch(): Promise<never> {
  for (let since = -1; ; ) {
    try {
      const latest = await ask<{ changes: number; now: number }>(`changes?since=${since}`);
      people.value = await ask<Person[]>('people');
      // After a restart the simulator counts its changes from 0.
      since = latest.changes;
      now.value = latest.now;
      changes.value += 1;
      online.value = true;
    } catch {
      online.value = false;
      since = -1;
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}
