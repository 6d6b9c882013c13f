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
    // The first change of a burst sets the time: a steady flow of changes must not put the load off for ever.
    const settle = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void reload.current();
      }, SETTLE_MS);
    };
    const stop = onChange(({ number, is_new }) => {
      // A new stream repeats what was told last.
      const isShown = shown.current.some((row) => row.number === number);
      if (is_new && !isShown) onNew(number);
      else if (isShown) settle();
    });
    const stopToo = onReconnect(() => reload.current());
    return () => {
      clearTimeout(timer);
      stop();
      stopToo();
    };
  }, []);
}
