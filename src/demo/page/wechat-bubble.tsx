import type { WechatMessage } from './sim.ts';
import { timeOf, word } from './words.ts';

type WechatBubbleProps = {
  readonly message: WechatMessage;
  /** The links leave the tab order once a later message has links; the arrow keys still reach them. */
  readonly old: boolean;
  /** A tap on a link of the text, or on the card. */
  readonly onTap: (link?: string) => void;
  readonly onImageLoad: () => void;
};

/** One message of WeChat: text with its links, photo, place, voice, or a card. */
export function WechatBubble({ message, old, onTap, onImageLoad }: WechatBubbleProps) {
  const { parts, photo, voice, location, card, date, from } = message;
  const tabIndex = old ? -1 : 0;
  if (from === 'platform') return <p class="note">{message.text}</p>;
  return (
    <div class={`turn ${from === 'person' ? 'person' : 'bot'}`} tabIndex={-1}>
      <div class="bubble">
        {photo && <img src={`/wechat${photo}`} alt={word('photo')} onLoad={onImageLoad} />}
        {parts && (
          <p>
            {parts.map(({ text, href }, i) =>
              href === undefined ? (
                text
              ) : (
                <button type="button" class="link" key={i} tabIndex={tabIndex} onClick={() => onTap(text)}>
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
        {card && <Card card={card} tabIndex={tabIndex} onTap={() => onTap()} />}
        <small>{timeOf(date)}</small>
      </div>
    </div>
  );
}

type CardProps = {
  readonly card: NonNullable<WechatMessage['card']>;
  readonly tabIndex: number;
  readonly onTap: () => void;
};

/** A template message or an article. */
function Card({ card: { title, rows, url }, tabIndex, onTap }: CardProps) {
  return (
    <div class="card">
      <h3>{title}</h3>
      <dl>
        {rows.map(({ label, value }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {url && (
        <button type="button" tabIndex={tabIndex} onClick={onTap}>
          {word('card_open')}
        </button>
      )}
    </div>
  );
}
