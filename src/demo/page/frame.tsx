import type { ComponentChildren } from 'preact';
import type { PhoneTab } from './phones.ts';
import { isShown, use } from './phones.ts';
import { word } from './words.ts';

type FrameProps = {
  readonly phone: PhoneTab;
  /** A button in the head. */
  readonly action?: ComponentChildren;
  readonly onEscape?: () => void;
  readonly onFocus?: (event: FocusEvent) => void;
  readonly children: ComponentChildren;
};

/** A phone with its person's name and the mark of its channel. */
export function Frame({ phone, action, onEscape, onFocus, children }: FrameProps) {
  const { id, name, channel } = phone;
  return (
    <section
      class={`phone ${channel}`}
      id={`phone-${id}`}
      hidden={!isShown(id)}
      aria-label={labelOf(phone)}
      onKeyDown={({ key }) => {
        if (key === 'Escape') onEscape?.();
      }}
      onFocusIn={(event) => {
        use(id);
        onFocus?.(event);
      }}
    >
      <div class="head">
        <h2>{name}</h2>
        <span class="mark">{word(`channel_${channel}`)}</span>
        {action}
      </div>
      {children}
    </section>
  );
}

/** The name of a phone and its chat for a screen reader. */
export function labelOf({ name, channel }: PhoneTab): string {
  return word(channel === 'telegram' ? 'log_of' : `log_of_${channel}`, { name });
}
