import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { onEscape } from './keys.tsx';
import { route, setParams } from './router.ts';
import { notice } from './state.ts';
import { isDeed } from './talk/post-form.ts';
import { Talk } from './talk/talk.tsx';
import { word } from './words.ts';

export type Opened = { readonly flow: string; readonly argument?: string | undefined };

type BoardProps = {
  readonly title: string;
  /** Buttons above the list that open a flow. */
  readonly starts: readonly (Opened & { readonly label: string })[];
  /** The flow that shows one record of the list. */
  readonly flow: string;
  readonly onChanged: () => Promise<void>;
  /** The list; its buttons may open a flow. */
  readonly children: ComponentChildren | ((open: (flow: Opened) => void) => ComponentChildren);
  /** It may open a flow too. */
  readonly beside?: ComponentChildren | ((open: (flow: Opened) => void) => ComponentChildren);
  /** What stands beside the list has its own way back: a narrow page shows it instead of the list. */
  readonly drills?: boolean;
  /** Closes what opened from the list: it stands below it, and on a narrow page instead of it. */
  readonly onLeave?: () => void;
  /** Further buttons above the list, and what stands over it in full width. */
  readonly head?: ComponentChildren;
  readonly wide?: ComponentChildren;
};

/** A page with a list, and the talk about one of its records beside it. The record is in the address. */
export function Board({ title, starts, flow, onChanged, children, beside, drills, onLeave, head, wide }: BoardProps) {
  const id = route.value.params.get('id') ?? undefined;
  const [started, setStarted] = useState<Opened>();
  const opened = started ?? (id === undefined ? undefined : { flow, argument: id });
  const isOpen = Boolean(opened || beside);
  const panel = useRef<HTMLElement>(null);
  const opener = useRef<Element | null>(null);
  // Before the page is drawn: a narrow one hides the list, and with it the focus.
  useLayoutEffect(() => {
    if (isOpen) {
      opener.current = document.activeElement;
      panel.current?.focus();
    } else if (opener.current instanceof HTMLElement) opener.current.focus();
  }, [isOpen]);
  const close = () => {
    setStarted(undefined);
    if (id !== undefined) setParams({ id: undefined });
  };
  return (
    <div class={opened || (drills && beside) ? 'board with-card' : onLeave && beside ? 'board with-detail' : 'board'}>
      <section class="list">
        <h1>{title}</h1>
        <div class="starts">
          {head}
          {starts.map((start) => (
            <button key={start.label} type="button" class="main" onClick={() => setStarted(start)}>
              {start.label}
            </button>
          ))}
        </div>
        {wide}
        {typeof children === 'function' ? children(setStarted) : children}
      </section>
      {(opened || beside) && (
        <aside class="card-panel" tabIndex={-1} ref={panel} onKeyDown={opened && onEscape(close)}>
          {opened && (
            <>
              <button type="button" class="back" onClick={close}>
                {word('close')}
              </button>
              <Talk
                key={`${opened.flow} ${opened.argument}`}
                flow={opened.flow}
                argument={opened.argument}
                onClose={close}
                onOpen={(next, argument) => setStarted({ flow: next, argument })}
                onDone={async (done) => {
                  if (isDeed(done)) notice.value = word('form.done');
                  await onChanged();
                }}
              />
            </>
          )}
          {!opened && onLeave && (
            <button type="button" class="back" onClick={onLeave}>
              {word('close')}
            </button>
          )}
          {typeof beside === 'function' ? beside(setStarted) : beside}
        </aside>
      )}
    </div>
  );
}
