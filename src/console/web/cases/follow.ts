import { useEffect, useRef } from 'preact/hooks';
import type { CaseRow } from '../../pages/cases.ts';
import { onChange, onReconnect } from '../live.ts';
import { useSoon } from '../use-soon.ts';

/** The list is loaded again this long after a change elsewhere, ms. */
const SETTLE_MS = 400;

/** Listens to changes: a row of the list loads the list again, a new case only counts, so that nothing moves. */
export function useFollow(rows: readonly CaseRow[], load: () => Promise<void>, onNew: (number: string) => void): void {
  const shown = useRef(rows);
  shown.current = rows;
  const reload = useRef(load);
  reload.current = load;
  const settle = useSoon(() => void reload.current(), SETTLE_MS);
  useEffect(() => {
    const stop = onChange(({ number, is_new }) => {
      // A new stream repeats what was told last.
      const isShown = shown.current.some((row) => row.number === number);
      if (is_new && !isShown) onNew(number);
      else if (isShown) settle();
    });
    const stopToo = onReconnect(() => reload.current());
    return () => {
      stop();
      stopToo();
    };
  }, []);
}
