import { useEffect, useRef, useState } from 'preact/hooks';
import { CallFailed, call } from './api.ts';

export type Loaded<T> = {
  readonly data: T | undefined;
  readonly failed: boolean;
  /** The record does not exist, or the person may not see it. */
  readonly missing: boolean;
  readonly loading: boolean;
  readonly load: () => Promise<void>;
};

/** Loads a path of the API; what was loaded last stays while the next answer is under way. */
export function useData<T>(path: string | undefined): Loaded<T> {
  const [data, setData] = useState<T>();
  const [trouble, setTrouble] = useState<'failed' | 'missing'>();
  const [loading, setLoading] = useState(false);
  const newest = useRef(0);
  const load = async () => {
    if (path === undefined) return;
    newest.current += 1;
    const mine = newest.current;
    setLoading(true);
    try {
      const answer = await call<T>(path);
      // A slower answer to an earlier question must not replace this one.
      if (mine !== newest.current) return;
      setData(() => answer);
      setTrouble(undefined);
    } catch (error) {
      if (mine === newest.current)
        setTrouble(
          error instanceof CallFailed && (error.status === 404 || error.status === 403) ? 'missing' : 'failed',
        );
    } finally {
      if (mine === newest.current) setLoading(false);
    }
  };
  useEffect(() => {
    void load();
  }, [path]);
  return { data, failed: trouble === 'failed', missing: trouble === 'missing', loading, load };
}
