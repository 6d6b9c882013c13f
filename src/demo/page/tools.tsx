import { useRef, useState } from 'preact/hooks';
import { ask } from './sim.ts';
import { LANGUAGE, word } from './words.ts';

const OUTAGE_MS = 10_000;
/** What can go wrong at the press of a button, as /sim/faults takes it. */
const MISHAPS = {
  fault_429: { method: 'sendMessage', kind: '429', times: 1, retry_after: 5 },
  fault_500: { method: 'sendMessage', kind: '500_before', times: 1 },
  fault_slow: { method: 'sendMessage', kind: 'slow', times: 3, delay_ms: 3000 },
} as const;

/** The clock, what can go wrong, and a new beginning. */
export function Tools({ now }: { now: number }) {
  const [told, setTold] = useState('');
  const dialog = useRef<HTMLDialogElement>(null);
  const advance = async (seconds: number) => {
    await ask('clock', { advance_seconds: seconds });
    setTold(word('clock_moved'));
  };
  const fault = async (name: keyof typeof MISHAPS) => {
    await ask('faults', MISHAPS[name]);
    setTold(word('fault_set', { what: word(name) }));
  };
  const outage = async () => {
    await ask('faults', { method: '*', kind: 'cut_before', times: 100_000 });
    setTold(word('fault_set', { what: word('fault_outage') }));
    setTimeout(() => void ask('faults', undefined, 'DELETE').then(() => setTold(word('fault_over'))), OUTAGE_MS);
  };
  const reset = async () => {
    dialog.current?.close();
    await ask('reset', {});
    setTold(word('reset_done'));
  };
  const shown = new Date(now).toLocaleString(LANGUAGE, {
    timeZone: 'Asia/Shanghai',
    dateStyle: 'medium',
    timeStyle: 'short',
  });
  return (
    <section aria-label={word('tools')}>
      <details class="tools">
        <summary>{word('tools')}</summary>
        <div class="row wrap">
          <p class="clock">{word('clock', { now: shown })}</p>
          <button type="button" onClick={() => advance(3600)}>
            {word('clock_hour')}
          </button>
          <button type="button" onClick={() => advance(86_400)}>
            {word('clock_day')}
          </button>
          {(Object.keys(MISHAPS) as (keyof typeof MISHAPS)[]).map((name) => (
            <button type="button" key={name} onClick={() => fault(name)}>
              {word(name)}
            </button>
          ))}
          <button type="button" onClick={outage}>
            {word('fault_outage')}
          </button>
          <button type="button" onClick={() => dialog.current?.showModal()}>
            {word('reset')}
          </button>
        </div>
        <p role="status">{told}</p>
        <dialog ref={dialog} aria-labelledby="reset-ask">
          <p id="reset-ask">{word('reset_ask')}</p>
          <div class="row">
            <button type="button" onClick={reset}>
              {word('reset_yes')}
            </button>
            <button type="button" onClick={() => dialog.current?.close()}>
              {word('close')}
            </button>
          </div>
        </dialog>
      </details>
    </section>
  );
}
