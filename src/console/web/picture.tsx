import { useEffect, useRef, useState } from 'preact/hooks';
import { word } from './words.ts';

/** Pauses before a photo that is still on its way is looked for again, ms; the last one repeats. */
const PAUSES_MS = [2000, 5000, 15_000, 60_000] as const;

/** One photo; a tap shows it large. A photo that is still on its way says so, until it is there. */
export function Picture({ src, caption }: { readonly src: string; readonly caption: string }) {
  const [gone, setGone] = useState(false);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (!gone) return;
    let timer = 0;
    const lookAgain = (tries: number) => {
      timer = window.setTimeout(
        () => {
          const probe = new Image();
          probe.onload = () => timer && setGone(false);
          probe.onerror = () => timer && lookAgain(tries + 1);
          probe.src = src;
        },
        PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)],
      );
    };
    lookAgain(0);
    return () => {
      clearTimeout(timer);
      timer = 0;
    };
  }, [gone, src]);
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
