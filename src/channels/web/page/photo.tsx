import { signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { word } from './words.ts';

const shown = signal<string | undefined>(undefined);

/** Shows a photo over the whole page. */
export function showPhoto(url: string): void {
  shown.value = url;
}

/** Closes the photo and takes its step off the history. A second tap must not leave the chat. */
function leave(): void {
  if (!shown.value) return;
  shown.value = undefined;
  history.back();
}

/** The open photo. Escape, the button and the phone's back key close it. */
export function PhotoViewer() {
  const dialog = useRef<HTMLDivElement>(null);
  const url = shown.value;
  // Before the photo is painted: a key that comes at once must close it.
  useLayoutEffect(() => {
    if (!url) return;
    history.pushState('photo', '');
    const close = () => {
      shown.value = undefined;
    };
    const onKey = ({ key }: KeyboardEvent) => key === 'Escape' && leave();
    addEventListener('popstate', close);
    addEventListener('keydown', onKey);
    dialog.current?.querySelector('button')?.focus();
    return () => {
      removeEventListener('popstate', close);
      removeEventListener('keydown', onKey);
    };
  }, [url]);
  if (!url) return null;
  return (
    <div class="viewer" role="dialog" aria-modal="true" aria-label={word('photo_of')} ref={dialog}>
      <img src={url} alt={word('photo_of')} />
      <button type="button" onClick={leave}>
        {word('picture_close')}
      </button>
    </div>
  );
}
