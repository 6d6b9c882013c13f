import { useEffect, useRef, useState } from 'preact/hooks';
import { CityMap } from './map.tsx';
import type { Message, Person } from './sim.ts';
import { ask } from './sim.ts';
import { LANGUAGE, word } from './words.ts';

const SAMPLES = [
  'e-bike-wire',
  'manhole',
  'manhole-near',
  'stairwell',
  'flooding',
  'street-light',
  'gas-pipe',
  'fallen-tree',
] as const;
const VOICE_SECONDS = 6;

/** One person's phone: the chat with the bot and its controls. */
export function Phone({ person, changes }: { person: Person; changes: number }) {
  const [messages, setMessages] = useState<readonly Message[]>([]);
  const [sheet, setSheet] = useState<'photo' | 'place'>();
  const [problem, setProblem] = useState<string>();
  const log = useRef<HTMLDivElement>(null);
  useEffect(() => {
    void ask<Message[]>(`people/${person.id}/messages`).then(setMessages);
  }, [person.id, changes]);
  const toEnd = () => log.current?.scrollTo(0, log.current.scrollHeight);
  useEffect(toEnd, [messages, sheet]);

  const act = async (verb: string, body: object) => {
    setSheet(undefined);
    setProblem(undefined);
    await ask(`people/${person.id}/${verb}`, body).catch((error: Error) => setProblem(error.message));
  };
  const keyboard = messages.findLast((message) => message.keyboard.length > 0)?.keyboard ?? [];
  return (
    <section class="phone" aria-label={word('log_of', { name: person.first_name })}>
      <div class="head">
        <h2>{person.first_name}</h2>
        <button type="button" class="quiet" onClick={() => act(person.blocked ? 'unblock' : 'block', {})}>
          {word(person.blocked ? 'unblock' : 'block')}
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <div class="log" role="log" aria-label={word('log_of', { name: person.first_name })} tabIndex={0} ref={log}>
        {messages.length === 0 && <Empty onStart={() => act('send', { text: '/start' })} />}
        {messages.map((message) => (
          <Bubble
            key={message.message_id}
            onImageLoad={toEnd}
            message={message}
            onTap={(button) => act('tap', { message_id: message.message_id, button })}
          />
        ))}
        {person.blocked && <p class="note">{word('blocked')}</p>}
        {problem && <p class="note">{problem}</p>}
      </div>
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
      <Input
        onText={(text) => act('send', { text })}
        onPhoto={() => setSheet(sheet === 'photo' ? undefined : 'photo')}
        onPlace={() => setSheet(sheet === 'place' ? undefined : 'place')}
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

type BubbleProps = {
  readonly message: Message;
  readonly onTap: (button: string) => void;
  readonly onImageLoad: () => void;
};

function Bubble({ message, onTap, onImageLoad }: BubbleProps) {
  const { text, caption, photo, voice, document, location, buttons, date, edits, from } = message;
  const time = new Date(date * 1000).toLocaleTimeString(LANGUAGE, {
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'Asia/Shanghai',
  });
  return (
    <div class={`turn ${from}`}>
      <div class="bubble">
        {photo && <img src={`/sim/files/${photo}`} alt={caption ?? word('photo')} onLoad={onImageLoad} />}
        {(text ?? caption) && <p>{text ?? caption}</p>}
        {voice !== undefined && <p>{word('voice_message', { seconds: voice })}</p>}
        {document && <p>{document}</p>}
        {location && (
          <p>
            {word('location_message', {
              latitude: location.latitude.toFixed(4),
              longitude: location.longitude.toFixed(4),
            })}
          </p>
        )}
        <small>
          {edits > 0 ? `${word('edited')} ` : ''}
          {time}
        </small>
      </div>
      {buttons.map((row) => (
        <div class="row" key={row.map((b) => b.text).join()}>
          {row.map((button) =>
            button.url ? (
              <a key={button.text} href={button.url}>
                {button.text}
              </a>
            ) : (
              <button type="button" key={button.text} onClick={() => onTap(button.text)}>
                {button.text}
              </button>
            ),
          )}
        </div>
      ))}
    </div>
  );
}

function PhotoSheet({ onChoose }: { onChoose: (photo: string) => void }) {
  const own = async (event: Event) => {
    const file = (event.currentTarget as HTMLInputElement).files?.[0];
    if (!file) return;
    const bytes = new Uint8Array(await file.arrayBuffer());
    onChoose(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')));
  };
  return (
    <div class="sheet">
      {SAMPLES.map((name) => (
        <button type="button" key={name} onClick={() => onChoose(name)}>
          {word(`sample_${name}`)}
        </button>
      ))}
      <label class="file">
        {word('own_file')}
        <input type="file" accept="image/*" onChange={own} />
      </label>
    </div>
  );
}

type InputProps = {
  readonly onText: (text: string) => void;
  readonly onPhoto: () => void;
  readonly onPlace: () => void;
  readonly onVoice: () => void;
};

function Input({ onText, onPhoto, onPlace, onVoice }: InputProps) {
  const [text, setText] = useState('');
  const send = (event: Event) => {
    event.preventDefault();
    if (text.trim() === '') return;
    setText('');
    onText(text);
  };
  return (
    <form class="input" onSubmit={send}>
      <button type="button" aria-label={word('photo')} title={word('photo')} onClick={onPhoto}>
        📷
      </button>
      <button type="button" aria-label={word('place')} title={word('place')} onClick={onPlace}>
        📍
      </button>
      <button type="button" aria-label={word('voice')} title={word('voice')} onClick={onVoice}>
        🎤
      </button>
      <input
        aria-label={word('message')}
        placeholder={word('message')}
        value={text}
        onInput={(e) => setText(e.currentTarget.value)}
      />
      <button type="submit" aria-label={word('send')}>
        ➤
      </button>
    </form>
  );
}
