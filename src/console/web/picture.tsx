import { useRef, useState } from 'preact/hooks';
import { word } from './words.ts';

/** One photo; a tap shows it large. A photo that is still on its way says so. */
export function Picture({ src, caption }: { readonly src: string; readonly caption: string }) {
  const [gone, setGone] = useState(false);
  const dialog = useRef<HTMLDialogElement>(null);
  if (gone) return <p class="no-picture">{word('cases.photo_waits')}</p>;
  return (
    <figure>
      <button type="button" aria-label={word('cases.enlarge', { caption })} onClick={() => dialog.current?.showModal()}>
        <img src={src} alt={caption} loading="lazy" width="160" height="120" onError={() => setGone(true)} />
      </button>
      <figcaption>{caption}</figcaption>
      <dialog ref={dialog} class="large" aria-label={caption}>
        <img src={src} alt={caption} />
        <button type="button" onClick={() => dialog.current?.close()}>
          {word('close')}
        </button>
      </dialog>
    </figure>
  );
}
