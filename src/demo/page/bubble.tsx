import type { Message } from './sim.ts';
import { LANGUAGE, word } from './words.ts';

const TIME = new Intl.DateTimeFormat(LANGUAGE, { hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Shanghai' });

type BubbleProps = {
  readonly message: Message;
  /** The buttons leave the tab order once a later message has buttons; the arrow keys still reach them. */
  readonly old: boolean;
  readonly onTap: (button: string) => void;
  /** A button that opens a page on the phone. */
  readonly onApp: (url: string) => void;
  readonly onImageLoad: () => void;
};

/** One message with its buttons. */
export function Bubble({ message, old, onTap, onApp, onImageLoad }: BubbleProps) {
  const { text, caption, photo, voice, document, file, location, buttons, date, edits, from } = message;
  const tabIndex = old ? -1 : 0;
  return (
    <div class={`turn ${from}`} tabIndex={-1}>
      <div class="bubble">
        {photo && <img src={`/sim/files/${photo}`} alt={caption ?? word('photo')} onLoad={onImageLoad} />}
        {(text ?? caption) && <p>{text ?? caption}</p>}
        {voice !== undefined && <p>{word('voice_message', { seconds: voice })}</p>}
        {document && (
          <a class="document" href={`/sim/files/${file}`} target="_blank" rel="noreferrer">
            📄 {document}
          </a>
        )}
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
          {TIME.format(date * 1000)}
        </small>
      </div>
      {buttons.map((row) => (
        <div class="row" key={row.map((b) => b.text).join()}>
          {row.map((button) =>
            button.url ? (
              <a key={button.text} href={button.url} target="_blank" rel="noreferrer" tabIndex={tabIndex}>
                {button.text}
              </a>
            ) : (
              <button
                type="button"
                key={button.text}
                tabIndex={tabIndex}
                onClick={() => (button.web_app ? onApp(button.web_app) : onTap(button.text))}
              >
                {button.text}
              </button>
            ),
          )}
        </div>
      ))}
    </div>
  );
}

/** Moves the focus from one button of a chat to the next with the arrow keys, old buttons included. */
export function moveAmongButtons(event: KeyboardEvent): void {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const all = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('button, a')];
  const at = all.indexOf(event.target as HTMLElement);
  const next = step && at >= 0 ? all[at + step] : undefined;
  if (!next) return;
  event.preventDefault();
  next.focus();
}
