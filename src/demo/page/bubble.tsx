import type { Message } from './sim.ts';
import { timeOf, word } from './words.ts';

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
          {timeOf(date)}
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
