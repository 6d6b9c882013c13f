import type { Platform, PlatformMessage } from './sim.ts';
import { timeOf, word } from './words.ts';

/** A tapped link of a text or button of a card; without both, the card itself. */
type Tapped = { readonly link?: string; readonly button?: string };

type PlatformBubbleProps = {
  readonly message: PlatformMessage;
  readonly platform: Platform;
  /** The links leave the tab order once a later message has links; the arrow keys still reach them. */
  readonly old: boolean;
  readonly onTap: (what: Tapped) => void;
  readonly onImageLoad: () => void;
};

/** One message of WeChat or WeCom: text with its links, photo, place, voice, or a card. */
export function PlatformBubble({ message, platform, old, onTap, onImageLoad }: PlatformBubbleProps) {
  const { parts, photo, voice, location, card, date, edits, from } = message;
  const tabIndex = old ? -1 : 0;
  if (from === 'platform') return <p class="note">{message.text}</p>;
  return (
    <div class={`turn ${from === 'person' ? 'person' : 'bot'}`} tabIndex={-1}>
      <div class="bubble">
        {photo && <img src={`/${platform}${photo}`} alt={word('photo')} onLoad={onImageLoad} />}
        {parts && (
          <p>
            {parts.map(({ text, href }, i) =>
              href === undefined ? (
                text
              ) : (
                <button type="button" class="link" key={i} tabIndex={tabIndex} onClick={() => onTap({ link: text })}>
                  {text}
                </button>
              ),
            )}
          </p>
        )}
        {voice !== undefined && <p>{word('voice_message', { seconds: voice })}</p>}
        {location && (
          <p>
            {word('location_message', {
              latitude: location.latitude.toFixed(4),
              longitude: location.longitude.toFixed(4),
            })}
          </p>
        )}
        {card && <Card card={card} tabIndex={tabIndex} onTap={onTap} />}
        <small>
          {edits > 0 ? `${word('edited')} ` : ''}
          {timeOf(date)}
        </small>
      </div>
    </div>
  );
}

type CardProps = {
  readonly card: NonNullable<PlatformMessage['card']>;
  readonly tabIndex: number;
  readonly onTap: (what: Tapped) => void;
};

/** A template message, an article, or a card with buttons. Words take the place of used buttons. */
function Card({ card: { title, rows, url, buttons = [], closed }, tabIndex, onTap }: CardProps) {
  return (
    <div class="card">
      {title && <h3>{title}</h3>}
      <dl>
        {rows.map(({ label, value }) => (
          <div key={label + value}>
            {label && <dt>{label}</dt>}
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {url && (
        <button type="button" tabIndex={tabIndex} onClick={() => onTap({})}>
          {word('card_open')}
        </button>
      )}
      {closed === undefined ? (
        buttons.map(({ text }) => (
          <button type="button" key={text} tabIndex={tabIndex} onClick={() => onTap({ button: text })}>
            {text}
          </button>
        ))
      ) : (
        <p class="closed">{closed}</p>
      )}
    </div>
  );
}
