import { signal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Page } from '../pages.ts';
import { go } from './router.ts';
import { word } from './words.ts';

const OFF = 'anlin-keys-off';
const helpOpen = signal(false);

/** Keys that lead to pages, after g. */
const PAGE_KEYS: Readonly<Record<string, Page>> = {
  w: 'home',
  h: 'cases',
  t: 'tasks',
  b: 'broadcasts',
  s: 'surveys',
  p: 'people',
};
const LIST_KEYS = ['j', 'k', 'Enter', '/', 'a', 'r', 'n', 'd', 'm', 'x', 'Escape', '?'] as const;
const G_WAITS_MS = 1200;

/** True for a key that is a command: not while a person types, not within an input method, and not in a dialog. */
export function isCommand(event: KeyboardEvent): boolean {
  const at = event.target as HTMLElement;
  const types = at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName);
  // Escape closes the dialog alone, and not the page below it too.
  const isInDialog = at.closest('dialog') !== null;
  const isOff = localStorage.getItem(OFF) === '1' && event.key !== 'Escape';
  return !types && !isInDialog && !isOff && !event.isComposing && !event.ctrlKey && !event.metaKey && !event.altKey;
}

/** Calls back at Escape inside an element, which then goes no further. A dialog and an input method keep theirs. */
export function onEscape(leave: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.key !== 'Escape' || event.isComposing || (event.target as HTMLElement).closest('dialog')) return;
    event.stopPropagation();
    event.preventDefault();
    leave();
  };
}

/** The keys that work on every page: g and a letter, and ? for this list. */
export function useKeys(pages: readonly Page[]): void {
  useLayoutEffect(() => {
    let gAt = 0;
    const press = (event: KeyboardEvent) => {
      if (!isCommand(event)) return;
      if (event.key === '?') helpOpen.value = true;
      else if (event.key === 'g') gAt = performance.now();
      else if (performance.now() - gAt < G_WAITS_MS) {
        gAt = 0;
        const page = PAGE_KEYS[event.key];
        if (page && pages.includes(page)) {
          event.preventDefault();
          event.stopImmediatePropagation();
          go(page);
        }
      }
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [pages]);
}

/** The list of keys, with a switch that turns them off. */
export function KeysHelp() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (helpOpen.value && !dialog.current?.open) dialog.current?.showModal();
  }, [helpOpen.value]);
  if (!helpOpen.value) return null;
  const close = () => {
    helpOpen.value = false;
  };
  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="keys-title">
      <h2 id="keys-title">{word('keys.title')}</h2>
      <table>
        <tbody>
          <tr>
            <th scope="row">
              <kbd>g</kbd> + <kbd>w h t b s p</kbd>
            </th>
            <td>{word('keys.pages')}</td>
          </tr>
          {LIST_KEYS.map((key) => (
            <tr key={key}>
              <th scope="row">
                <kbd>{key === 'Escape' ? 'Esc' : key}</kbd>
              </th>
              <td>{word(`keys.${KEY_WORDS[key]}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <label class="check">
        <input
          type="checkbox"
          checked={localStorage.getItem(OFF) !== '1'}
          onChange={(event) => localStorage.setItem(OFF, event.currentTarget.checked ? '0' : '1')}
        />
        {word('keys.on')}
      </label>
      <button type="button" onClick={() => dialog.current?.close()}>
        {word('close')}
      </button>
    </dialog>
  );
}

const KEY_WORDS = {
  j: 'next',
  k: 'previous',
  Enter: 'open',
  '/': 'search',
  a: 'assign',
  r: 'reply',
  n: 'note',
  d: 'done',
  m: 'merge',
  x: 'select',
  Escape: 'escape',
  '?': 'help',
} as const satisfies Readonly<Record<(typeof LIST_KEYS)[number], string>>;
