import { useEffect, useState } from 'preact/hooks';
import type { Call } from './sim.ts';
import { ask } from './sim.ts';
import { changes, people } from './telegram.ts';
import { LANGUAGE, word } from './words.ts';

const CALLS_SHOWN = 200;

/** The latest Bot API calls with their arguments, of one person or of all. */
export function CallList() {
  const [opened, setOpened] = useState(false);
  const [calls, setCalls] = useState<readonly Call[]>([]);
  const [chosen, setChosen] = useState(0); // a chat id, or 0 for all
  useEffect(() => {
    if (opened)
      void ask<Call[]>('calls').then((list) => setCalls(list.filter(({ method }) => method !== 'getUpdates')));
  }, [opened, changes.value]);
  const nameOf = (id: number | undefined) => people.value.find((p) => p.id === id)?.first_name ?? '';
  const shown = calls.filter(({ chat_id }) => chosen === 0 || chat_id === chosen).slice(-CALLS_SHOWN);
  return (
    <section aria-label={word('calls')}>
      <details class="calls" onToggle={(e) => setOpened(e.currentTarget.open)}>
        <summary>{word('calls')}</summary>
        <label>
          {word('calls_of')}{' '}
          <select value={String(chosen)} onChange={(e) => setChosen(Number(e.currentTarget.value))}>
            <option value="0">{word('everybody')}</option>
            {people.value.map(({ id, first_name }) => (
              <option key={id} value={String(id)}>
                {first_name}
              </option>
            ))}
          </select>
        </label>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
        <ol tabIndex={0} aria-label={word('calls')}>
          {shown.toReversed().map((call) => (
            <li key={call.n} value={call.n}>
              <time>{new Date(call.at_ms).toLocaleTimeString(LANGUAGE, { timeZone: 'Asia/Shanghai' })}</time>{' '}
              <code>{call.method}</code> {nameOf(call.chat_id)} {call.ok ? '✓' : `✗ ${call.error_code ?? ''}`}
              <code class="params">{call.params}</code>
            </li>
          ))}
        </ol>
      </details>
    </section>
  );
}
