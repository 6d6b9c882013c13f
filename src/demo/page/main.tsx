import { render } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { CallList } from './call-list.tsx';
import { Phone } from './phone.tsx';
import type { PhoneTab } from './phones.ts';
import { phones, show } from './phones.ts';
import { PlatformPhone } from './platform-phone.tsx';
import { chatOn, watchPlatforms } from './platforms.ts';
import { ask } from './sim.ts';
import { Strip } from './strip.tsx';
import { neighbours, online, people, watch } from './telegram.ts';
import { Tools } from './tools.tsx';
import { WebPhone } from './web-phone.tsx';
import { LANGUAGE, word } from './words.ts';

document.documentElement.lang = LANGUAGE;
document.title = word('title');
const app = document.getElementById('app');
if (app) render(<Page />, app);
void watch();
watchPlatforms();

function Page() {
  return (
    <>
      <a class="skip" href="#phones">
        {word('skip')}
      </a>
      <header>
        <h1>{word('title')}</h1>
        <p class={online.value ? 'state on' : 'state'} role="status">
          {word(online.value ? 'online' : 'offline')}
        </p>
        {neighbours.value && (
          <a href={neighbours.value.console} target="_blank" rel="noreferrer">
            {word('console')}
          </a>
        )}
        <AddPerson />
      </header>
      <Tools />
      <main id="phones" tabIndex={-1}>
        <Strip />
        <div class="phones">
          {phones.value.map((phone) => (
            <AnyPhone key={phone.id} phone={phone} />
          ))}
        </div>
      </main>
      <CallList />
    </>
  );
}

function AnyPhone({ phone }: { phone: PhoneTab }) {
  switch (phone.channel) {
    case 'telegram': {
      const person = people.value.find(({ id }) => String(id) === phone.id);
      return person ? <Phone phone={phone} person={person} /> : null;
    }
    case 'web': {
      const { webChat = '', stairwell = webChat } = neighbours.value ?? {};
      return <WebPhone phone={phone} home={webChat} stairwell={stairwell} />;
    }
    case 'wechat':
    case 'wecom': {
      const chat = chatOn(phone.channel, phone.id);
      return chat ? <PlatformPhone phone={phone} platform={phone.channel} chat={chat} /> : null;
    }
  }
}

function AddPerson() {
  const [name, setName] = useState<string>();
  const opener = useRef<HTMLButtonElement>(null);
  const close = () => {
    setName(undefined);
    requestAnimationFrame(() => opener.current?.focus());
  };
  const add = async (event: Event) => {
    event.preventDefault();
    if (!name?.trim()) return close();
    const { id } = await ask<{ id: number }>('people', { first_name: name.trim(), language_code: 'zh-hans' });
    setName(undefined);
    const phone = await show(String(id));
    phone.querySelector<HTMLElement>('.log')?.focus();
  };
  if (name === undefined) {
    return (
      <button type="button" class="add" ref={opener} onClick={() => setName('')}>
        {word('add')}
      </button>
    );
  }
  const cancelOnEscape = (event: KeyboardEvent) => {
    if (event.key === 'Escape') close();
  };
  return (
    <form class="newcomer" onSubmit={add} onKeyDown={cancelOnEscape}>
      <label>
        {word('name')}
        <input value={name} onInput={(e) => setName(e.currentTarget.value)} ref={(input) => input?.focus()} />
      </label>
      <button type="submit">{word('add_now')}</button>
      <button type="button" onClick={close}>
        {word('close')}
      </button>
    </form>
  );
}
