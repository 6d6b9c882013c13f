import { useEffect, useMemo, useRef } from 'preact/hooks';

/** Returns a function that runs `act` once, `ms` after the first call of a burst: a steady flow must not put it off for ever. */
export function useSoon(act: () => void, ms: number): () => void {
  const newest = useRef(act);
  newest.current = act;
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useMemo(
    () => () => {
      timer.current ??= setTimeout(() => {
        timer.current = undefined;
        newest.current();
      }, ms);
    },
    [ms],
  );
}
