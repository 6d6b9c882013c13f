import { useRef, useState } from 'preact/hooks';
import { ask } from './sim.ts';
import { now } from './telegram.ts';
import { LANGUAGE, word } from './words.ts';

const OUTAGE_MS = 10_000;
/** Faults with a button of their own, in the form of /sim/faults. */
const FAULTS = {
  fault_429: { method: 'sendMessage', kind: '429', times: 1, retry_after: 5 },
  fault_500: { method: 'sendMessage', kind: '500_before', times: 1 },
  fault_slow: { method: 'sendMessage', kind: 'slow', times: 3, delay_ms: 3000 },
} as const;

/** Controls for the clock, for faults and for a reset. */
export function Tools() {
  const [status, setStatus] = useState('');
  const dialog = useRef<HTMLDialogElement>(null);
  const advance = async (seconds: number) => {
    await ask('clock', { advance_seconds: seconds });
    setStatus(word('clock_moved'));
  };
  const fault = async (name: keyof typeof FAULTS) => {
    await ask('faults', FAULTS[name]);
    setStatus(word('fault_set', { what: word(name) }));
  };
  const outage = async () => {
    await ask('faults', { method: '*', kind: 'cut_before', times: 100_000 });
    setStatus(word('fault_set', { what: word('fault_outage') }));
    setTimeout(() => void ask('faults', undefined, 'DELETE').then(() => setStatus(word('fault_over'))), OUTAGE_MS);
  };
  const reset = async () => {
    dialog.current?.close();
    await ask('reset', {});
    setStatus(word('reset_done'));
  };
  const shown = new Date(now.value).toLocaleString(LANGUAGE, {
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
          {(Object.keys(FAULTS) as (keyof typeof FAULTS)[]).map((name) => (
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
        <p role="status">{status}</p>
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
