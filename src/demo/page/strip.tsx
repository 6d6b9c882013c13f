import { isCurrent, isShown, phones, show, unreadOf } from './phones.ts';
import { word } from './words.ts';

/** A tab for each phone; those that are shown are selected. The arrow keys move among the tabs. */
export function Strip() {
  const move = (event: KeyboardEvent) => {
    const tabs = [...(event.currentTarget as HTMLElement).children] as HTMLElement[];
    const at = tabs.indexOf(document.activeElement as HTMLElement);
    const places: Readonly<Record<string, number>> = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: -1 };
    const place = places[event.key];
    if (place === undefined) return;
    event.preventDefault();
    tabs.at(place % tabs.length)?.focus();
  };
  return (
    <div class="strip" role="tablist" aria-label={word('phones')} aria-multiselectable="true" onKeyDown={move}>
      {phones.value.map((phone) => (
        <button
          type="button"
          class={phone.channel}
          key={phone.id}
          role="tab"
          aria-selected={isShown(phone.id)}
          aria-controls={`phone-${phone.id}`}
          tabIndex={isCurrent(phone.id) ? 0 : -1}
          onClick={() => show(phone.id)}
        >
          <span>{phone.name}</span> <span class="mark">{word(`channel_${phone.channel}`)}</span>
          <Unread count={unreadOf(phone)} />
        </button>
      ))}
    </div>
  );
}

function Unread({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <>
      <span class="count" aria-hidden="true">
        {count}
      </span>
      <span class="spoken">{word('unread', { count })}</span>
    </>
  );
}
