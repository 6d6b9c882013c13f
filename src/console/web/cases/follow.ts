import { useEffect, useRef } from 'preact/hooks';
import type { CaseRow } from '../../cases.ts';
import { onChange, onReconnect } from '../live.ts';

/** The list is loaded again this long after a change elsewhere, ms. */
const SETTLE_MS = 400;

/** Listens to changes: a row of the list loads the list again, a new case only counts, so that nothing moves. */
export function useFollow(rows: readonly CaseRow[], load: () => Promise<void>, onNew: (number: string) => void): void {
  const shown = useRef(rows);
  shown.current = rows;
  const reload = useRef(load);
  reload.current = load;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const settle = () => {
      clearTimeout(timer);
      timer = setTimeout(() => reload.current(), SETTLE_MS);
    };
    const stop = onChange(({ number, is_new }) => {
      if (is_new) onNew(number);
      else if (shown.current.some((row) => row.number === number)) settle();
    });
    const stopToo = onReconnect(() => reload.current());
    return () => {
      clearTimeout(timer);
      stop();
      stopToo();
    };
  }, []);
}
