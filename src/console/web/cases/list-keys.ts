import { useLayoutEffect, useRef } from 'preact/hooks';
import { isCommand } from '../keys.tsx';

type ListKeys = {
  readonly move: (step: number) => void;
  readonly open: () => void;
  readonly close: (() => void) | undefined;
  readonly search: () => void;
  readonly tick: () => void;
  readonly act: (action: string) => void;
};

/** Deeds by key: the first one that the case offers. */
const DEED_KEYS: Readonly<Record<string, string>> = {
  a: 'accepted,dispatched',
  r: 'asked',
  n: 'noted',
  d: 'handled,check_passed,looked,signed',
  m: 'merged',
};

/** The keys of the list: move, open, close, search, select, and the deeds of the case. */
export function useListKeys(keys: ListKeys): void {
  const now = useRef(keys);
  now.current = keys;
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!isCommand(event) || event.defaultPrevented) return;
      const { move, open, close, search, tick, act } = now.current;
      const deed = DEED_KEYS[event.key];
      if (event.key === 'j') move(1);
      else if (event.key === 'k') move(-1);
      else if (event.key === 'o') open();
      else if (event.key === 'Escape' && close) close();
      else if (event.key === '/') search();
      else if (event.key === 'x') tick();
      else if (deed) act(deed);
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}
