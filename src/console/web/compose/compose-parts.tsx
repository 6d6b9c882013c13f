import { useEffect, useMemo, useState } from 'preact/hooks';
import type { AudienceCount } from '../../pages/broadcasts.ts';
import { call } from '../api.ts';
import { word } from '../words.ts';
import type { BUTTONS, Fields } from './compose-fields.ts';

const COUNT_AFTER_MS = 300;

type ChoiceProps<T extends string> = {
  readonly name: 'topic' | 'who' | 'kind' | 'when';
  readonly options: readonly T[];
  readonly value: T;
  readonly label: (option: T) => string;
  readonly onChange: (option: T) => void;
};

/** One choice of a few, as buttons. */
export function Choice<T extends string>({ name, options, value, label, onChange }: ChoiceProps<T>) {
  return (
    <fieldset>
      <legend>{word(`compose.${name}`)}</legend>
      <div class="row">
        {options.map((option) => (
          <button key={option} type="button" aria-pressed={option === value} onClick={() => onChange(option)}>
            {label(option)}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

/** How many people the audience has now, and how long sending takes. */
export function Count({ region, who }: Pick<Fields, 'region' | 'who'>) {
  const [count, setCount] = useState<AudienceCount>();
  useEffect(() => {
    setCount(undefined);
    let wanted = true;
    const timer = setTimeout(async () => {
      const found = await call<AudienceCount>(`broadcasts/count?region=${region}&who=${who}`).catch(() => undefined);
      if (wanted) setCount(found);
    }, COUNT_AFTER_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [region, who]);
  return (
    <p class="count-line" role="status">
      {count ? word('compose.count', { n: count.count, seconds: count.seconds }) : word('compose.counting')}
    </p>
  );
}

/** The message as phones show it, in each language that was written. */
export function Bubbles({ fields }: { readonly fields: Fields }) {
  const texts = useMemo(
    () => [fields.words, fields.english].filter((text) => text.trim() !== ''),
    [fields.words, fields.english],
  );
  return (
    <aside class="bubbles" aria-label={word('compose.bubble')}>
      <h3>{word('compose.bubble')}</h3>
      {(texts.length > 0 ? texts : ['……']).map((text) => (
        <div key={text} class="phone">
          <p class="bubble">
            <b>{fields.headline || '……'}</b>
            {'\n\n'}
            {text}
          </p>
          {fields.buttons.map((one) => (
            <span key={one} class="bubble-button">
              {word(`compose.button_options.${one as (typeof BUTTONS)[number]}`)}
            </span>
          ))}
        </div>
      ))}
    </aside>
  );
}
