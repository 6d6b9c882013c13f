import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import type { Mark } from '../../../engine/input.ts';
import type { BotBubble } from './chat.ts';
import { splitAtNumbers } from './help-lines.ts';
import { showPhoto } from './photo.tsx';
import { canSpeak, speak, spoken } from './speak.ts';
import type { Own } from './state.ts';
import { act, acts, again, forget, isWriting } from './state.ts';
import type { WordKey } from './words.ts';
import { timeText, word } from './words.ts';

/** The button that was tapped last, until its message changes. */
const pressed = signal<string | undefined>(undefined);

/** Sends a tap. A second tap on the button, before the first one is answered, is a trembling of the hand. */
function tap(button: string, choice: string, ref: string): void {
  const waits = acts.value.some(({ kind, state }) => kind === 'choice' && state === 'waiting');
  if (pressed.value === button && (waits || isWriting.value)) return;
  pressed.value = button;
  void act('choice', { choice, ref });
}

/** A message of the bot with its buttons. */
export function BotLine({ bubble, isNewest }: { readonly bubble: BotBubble; readonly isNewest: boolean }) {
  const { n, from, at, text, marks = [], choices = [], attached, pin } = bubble;
  return (
    <li class="bot" data-newest={isNewest}>
      <span class="who">{word('bot')}</span>
      {attached && <Attached of={attached} url={`/w/attached/${from}`} />}
      {pin && (
        <a
          class="button"
          href={`https://uri.amap.com/marker?position=${pin.longitude},${pin.latitude}&coordinate=wgs84`}
          rel="noreferrer"
        >
          {word('map')}
        </a>
      )}
      {!pin && text && (
        <p>
          <Marked text={text} marks={marks} />
        </p>
      )}
      {choices.map((row) => (
        <div class="row" key={row.map(({ id }) => id).join()}>
          {row.map(({ id, label, url }) =>
            url === undefined ? (
              <button
                type="button"
                key={id}
                class={pressed.value === `${from}/${id}` ? 'pressed' : ''}
                onClick={() => tap(`${from}/${id}`, id, String(n))}
              >
                {label}
              </button>
            ) : (
              <a class="button" key={url} href={url} rel="noreferrer">
                {label}
              </a>
            ),
          )}
        </div>
      ))}
      <small>
        <time dateTime={new Date(at).toISOString()}>{timeText(at)}</time>
        {canSpeak && text && (
          <button type="button" class="listen" aria-pressed={spoken.value === n} onClick={() => speak(n, text)}>
            {spoken.value === n ? `◼ ${word('listening')}` : `🔊 ${word('listen')}`}
          </button>
        )}
      </small>
    </li>
  );
}

/** What the person sent, and how far it got. */
export function OwnLine({ own }: { readonly own: Own }) {
  const [{ at, kind, fields, blob }] = own;
  const failed = own.filter(({ state }) => state === 'failed');
  const state = failed.length > 0 ? 'failed' : own.some((one) => one.state === 'waiting') ? 'waiting' : 'sent';
  const why = failed[0]?.why;
  return (
    <li class="me">
      <span class="who">{word('you')}</span>
      {kind === 'photo' && (
        <div class={own.length > 1 ? 'album' : ''}>
          {own.map((one) => (
            <OwnPhoto key={one.id} blob={one.blob} />
          ))}
        </div>
      )}
      {kind === 'voice' && <OwnVoice blob={blob} />}
      {kind === 'text' && <p>{String(fields.text)}</p>}
      {kind === 'photo' && fields.caption && <p>{String(fields.caption)}</p>}
      {kind === 'location' && <p>{word('place_sent')}</p>}
      <small>
        <time dateTime={new Date(at).toISOString()}>{timeText(at)}</time>
        <span class={state}>{word(state)}</span>
      </small>
      {why && why !== 'failed' && <p>{word(why as WordKey)}</p>}
      {failed.length > 0 && (
        <div class="row">
          <button type="button" onClick={() => failed.forEach((one) => void again(one))}>
            {word('again')}
          </button>
          <button type="button" onClick={() => failed.forEach(({ id }) => void forget(id))}>
            {word('drop')}
          </button>
        </div>
      )}
    </li>
  );
}

function OwnPhoto({ blob }: { readonly blob: Blob | undefined }) {
  const url = useUrl(blob);
  return url ? (
    <button type="button" class="photo" onClick={() => showPhoto(url)}>
      <img src={url} alt={word('my_photo')} />
    </button>
  ) : null;
}

function OwnVoice({ blob }: { readonly blob: Blob | undefined }) {
  const url = useUrl(blob);
  // biome-ignore lint/a11y/useMediaCaption: a recording of the person themselves has no captions.
  return url ? <audio controls src={url} /> : null;
}

/** The address of a file of this browser, as long as it is shown. */
function useUrl(blob: Blob | undefined): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!blob) return;
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url;
}

function Attached({
  of: { kind, name },
  url,
}: {
  readonly of: NonNullable<BotBubble['attached']>;
  readonly url: string;
}) {
  if (kind === 'photo')
    return (
      <button type="button" class="photo" onClick={() => showPhoto(url)}>
        <img src={url} alt={word('photo_of')} loading="lazy" />
      </button>
    );
  // biome-ignore lint/a11y/useMediaCaption: a voice message of a person has no captions.
  if (kind === 'voice') return <audio controls src={url} />;
  return (
    <a class="button" href={url} download={name}>
      {word('file', { name })}
    </a>
  );
}

/** The text with its emphasis; everything a person wrote stays text. */
function Marked({ text, marks }: { readonly text: string; readonly marks: readonly Mark[] }) {
  const parts = [];
  let at = 0;
  for (const mark of [...marks].sort((a, b) => a.offset - b.offset)) {
    if (mark.offset < at) continue;
    parts.push(<Callable text={text.slice(at, mark.offset)} />);
    at = mark.offset + mark.length;
    parts.push(<One mark={mark} text={text.slice(mark.offset, at)} />);
  }
  return (
    <>
      {parts}
      <Callable text={text.slice(at)} />
    </>
  );
}

/** Text in which a tap on a number of public help calls it. */
export function Callable({ text }: { readonly text: string }) {
  return (
    <>
      {splitAtNumbers(text, word('units')).map((part, i) => (i % 3 === 2 ? <a href={`tel:${part}`}>{part}</a> : part))}
    </>
  );
}

function One({ mark, text }: { readonly mark: Mark; readonly text: string }) {
  switch (mark.type) {
    case 'bold':
      return <b>{text}</b>;
    case 'italic':
      return <i>{text}</i>;
    case 'underline':
      return <u>{text}</u>;
    case 'strikethrough':
      return <s>{text}</s>;
    case 'code':
      return <code>{text}</code>;
    case 'link':
      return /^https?:/i.test(mark.url) ? (
        <a href={mark.url} rel="noreferrer">
          {text}
        </a>
      ) : (
        text
      );
  }
}
