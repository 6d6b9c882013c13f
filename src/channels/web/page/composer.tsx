import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { shrink } from '../../../page-build/shrink.ts';
import type { MenuButton } from '../../channel.ts';
import { BellLine } from './bell/bell-line.tsx';
import { hint } from './hint.ts';
import { newId } from './new-id.ts';
import { findPlace } from './place.ts';
import { canRecord, startRecording } from './record.ts';
import { act, chat } from './state.ts';
import type { Act } from './store.ts';
import { word } from './words.ts';

/** A report takes no more. */
const PHOTOS_AT_ONCE = 4;

/** The input field, photo, voice and the menu. */
export function Composer() {
  const text = useSignal('');
  const isOpen = useSignal(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const recording = useSignal<(() => void) | undefined>(undefined);
  /** The browser asks for the microphone. */
  const isStarting = useRef(false);
  const { menu, menuFrom, last } = chat.value;
  // The menu is open while the newest message speaks of it.
  const asks = menuFrom === last;
  useEffect(() => {
    isOpen.value = asks;
  }, [asks, last]);
  const send = () => {
    const said = text.value.trim();
    if (!said) return field.current?.focus();
    text.value = '';
    void act('text', { text: said });
    field.current?.focus();
  };
  const choose = async (files: FileList | null) => {
    const all = [...(files ?? [])];
    // Photos that are chosen together get one answer.
    const album: Act['fields'] = all.length > 1 ? { album: newId() } : {};
    for (const file of all.slice(0, PHOTOS_AT_ONCE)) await act('photo', album, await shrink(file));
    if (all.length > PHOTOS_AT_ONCE) hint.value = 'four_photos';
  };
  const record = async () => {
    if (recording.value) return recording.value();
    // A second recording would run on unseen.
    if (isStarting.current) return;
    isStarting.current = true;
    recording.value = await startRecording((blob, seconds) => {
      recording.value = undefined;
      hint.value = undefined;
      if (blob) void act('voice', { seconds }, blob);
    });
    isStarting.current = false;
    if (recording.value) hint.value = 'recording';
  };
  return (
    <>
      {isOpen.value && (
        <nav class="menu" aria-label={word('menu')}>
          {menu.flat().map((button) => (
            <MenuEntry key={button.label} button={button} done={() => (isOpen.value = asks)} />
          ))}
          <BellLine />
        </nav>
      )}
      <form
        class="composer"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        {menu.length > 0 && (
          <button
            type="button"
            class="icon"
            aria-expanded={isOpen.value}
            aria-label={word('menu')}
            onClick={() => (isOpen.value = !isOpen.value)}
          >
            {isOpen.value ? '✕' : '☰'}
          </button>
        )}
        <label class="icon">
          <span aria-hidden="true">📷</span>
          <input
            type="file"
            accept="image/*"
            multiple
            aria-label={word('photo')}
            onChange={({ currentTarget }) => {
              void choose(currentTarget.files).then(() => {
                currentTarget.value = '';
              });
            }}
          />
        </label>
        <div class="say">
          <textarea
            ref={field}
            rows={1}
            maxLength={4000}
            placeholder={word('placeholder')}
            aria-label={word('placeholder')}
            value={text.value}
            onInput={({ currentTarget }) => {
              text.value = currentTarget.value;
            }}
            onKeyDown={(event) => {
              // While a Chinese word is being composed, Enter chooses it.
              if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
              event.preventDefault();
              send();
            }}
          />
          {canRecord && !text.value ? (
            <button
              type="button"
              class="icon"
              aria-pressed={recording.value !== undefined}
              aria-label={word(recording.value ? 'stop_record' : 'record')}
              onClick={() => void record()}
            >
              {recording.value ? '◼' : '🎤'}
            </button>
          ) : (
            <button type="submit" class="main">
              {word('send')}
            </button>
          )}
        </div>
      </form>
    </>
  );
}

/** One entry of the menu: it sends its label, or the place after a question of our own. */
function MenuEntry({ button: { label, shares }, done }: { readonly button: MenuButton; readonly done: () => void }) {
  const asking = useSignal(false);
  // A browser does not know its number: the person types it.
  if (shares === 'contact') return null;
  const share = async () => {
    asking.value = false;
    hint.value = 'looking';
    const place = await findPlace();
    hint.value = place ? undefined : 'no_place';
    if (place) await act('location', place);
  };
  if (asking.value)
    return (
      <div class="ask" role="alertdialog" aria-label={label}>
        <p>{word('share_place')}</p>
        <button type="button" class="main" onClick={() => void share()}>
          {word('share_yes')}
        </button>
        <button type="button" onClick={() => (asking.value = false)}>
          {word('share_no')}
        </button>
      </div>
    );
  return (
    <button
      type="button"
      onClick={() => {
        if (shares === 'location') {
          asking.value = true;
          return;
        }
        done();
        void act('text', { text: label });
      }}
    >
      {label}
    </button>
  );
}
