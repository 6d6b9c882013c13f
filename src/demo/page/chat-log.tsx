import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

type ChatLogProps = {
  readonly label: string;
  readonly log: RefObject<HTMLDivElement | null>;
  /** Values whose change moves the view to the end. */
  readonly changes: readonly unknown[];
  readonly children: ComponentChildren;
};

/** The scrolling list of messages. It follows its end. */
export function ChatLog({ label, log, changes, children }: ChatLogProps) {
  useEffect(() => scrollToEnd(log), changes);
  // The log becomes shorter when a sheet, a keyboard or a long text opens below it.
  useEffect(() => {
    const observer = new ResizeObserver(() => scrollToEnd(log));
    if (log.current) observer.observe(log.current);
    return () => observer.disconnect();
  }, [log]);
  return (
    <div
      class="log"
      role="log"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      ref={log}
      onKeyDown={moveAmongButtons}
    >
      {children}
    </div>
  );
}

export function scrollToEnd({ current }: { readonly current: HTMLElement | null }): void {
  current?.scrollTo(0, current.scrollHeight);
}

/** The middle of an empty chat: a hint, and the button that begins. */
export function Empty({ hint, start, onStart }: { hint: string; start: string; onStart: () => void }) {
  return (
    <div class="empty">
      <p>{hint}</p>
      <button type="button" class="start" onClick={onStart}>
        {start}
      </button>
    </div>
  );
}

/** Keeps the keyboard's place when a change removes the focused element: its message takes the focus, or the log. */
export function useKeptFocus(log: { readonly current: HTMLElement | null }): (event: FocusEvent) => void {
  const last = useRef<{ readonly element: HTMLElement; readonly message: HTMLElement | null } | undefined>(undefined);
  useLayoutEffect(() => {
    if (!last.current || last.current.element.isConnected) return;
    const { message } = last.current;
    last.current = undefined;
    if (document.activeElement === document.body) (message?.isConnected ? message : log.current)?.focus();
  });
  return ({ target }) => {
    const element = target as HTMLElement;
    last.current = { element, message: element.closest<HTMLElement>('.turn') };
  };
}

/** Moves the focus from one button of a chat to the next with the arrow keys, old buttons included. */
function moveAmongButtons(event: KeyboardEvent): void {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const all = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('button, a')];
  const at = all.indexOf(event.target as HTMLElement);
  const next = step && at >= 0 ? all[at + step] : undefined;
  if (!next) return;
  event.preventDefault();
  next.focus();
}
