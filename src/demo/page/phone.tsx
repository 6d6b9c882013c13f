import { useRef, useState } from 'preact/hooks';
import { Bubble } from './bubble.tsx';
import { ChatLog, Empty, scrollToEnd, useKeptFocus } from './chat-log.tsx';
import type { Sheet } from './composer.tsx';
import { Controls } from './controls.tsx';
import { Frame, labelOf } from './frame.tsx';
import type { PhoneTab } from './phones.ts';
import type { Person } from './sim.ts';
import { ask } from './sim.ts';
import { messagesOf } from './telegram.ts';
import { WebApp } from './web-app.tsx';
import { word } from './words.ts';

/** One person's phone with Telegram: the chat with the bot and its controls. */
export function Phone({ phone, person }: { phone: PhoneTab; person: Person }) {
  const messages = messagesOf(person.id);
  const [sheet, setSheet] = useState<Sheet>();
  const [app, setApp] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const log = useRef<HTMLDivElement>(null);
  const keepFocus = useKeptFocus(log);
  const last = messages.at(-1);

  const act = async (verb: string, body: object) => {
    setSheet(undefined);
    setProblem(undefined);
    await ask(`people/${person.id}/${verb}`, body).catch((error: Error) => setProblem(error.message));
  };
  const keyboard = messages.findLast((message) => message.keyboard.length > 0)?.keyboard ?? [];
  const newest = messages.findLast(({ buttons }) => buttons.length > 0)?.message_id;
  return (
    <Frame
      phone={phone}
      onEscape={() => setSheet(undefined)}
      onFocus={keepFocus}
      action={
        <button type="button" class="quiet" onClick={() => act(person.blocked ? 'unblock' : 'block', {})}>
          {word(person.blocked ? 'unblock' : 'block')}
        </button>
      }
    >
      <ChatLog label={labelOf(phone)} log={log} changes={[last?.message_id, last?.edits, problem, person.blocked]}>
        {messages.length === 0 && (
          <Empty hint={word('hint')} start={word('start')} onStart={() => act('send', { text: '/start' })} />
        )}
        {messages.map((message) => (
          <Bubble
            key={message.message_id}
            message={message}
            old={message.message_id !== newest}
            onImageLoad={() => scrollToEnd(log)}
            onApp={setApp}
            onTap={(button) => act('tap', { message_id: message.message_id, button })}
          />
        ))}
        {person.blocked && <p class="note">{word('blocked')}</p>}
        {problem && <p class="note">{problem}</p>}
      </ChatLog>
      {app && <WebApp person={person} url={app} onClose={() => setApp(undefined)} />}
      <Controls sheet={sheet} onSheet={setSheet} onSend={(body) => act('send', body)}>
        {keyboard.length > 0 && (
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
      </Controls>
    </Frame>
  );
}
