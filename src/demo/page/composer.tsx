import { useState } from 'preact/hooks';
import { word } from './words.ts';

const SAMPLES = [
  'e-bike-wire',
  'manhole',
  'manhole-near',
  'stairwell',
  'flooding',
  'street-light',
  'gas-pipe',
  'fallen-tree',
] as const;
const ROWS_MAX = 6;

export type Sheet = 'photo' | 'place';

type ComposerProps = {
  readonly sheet: Sheet | undefined;
  readonly onText: (text: string) => void;
  readonly onSheet: (sheet: Sheet) => void;
  readonly onVoice: () => void;
};

/** The field for a message and its controls. Enter sends; Shift+Enter begins a new line. */
export function Composer({ sheet, onText, onSheet, onVoice }: ComposerProps) {
  const [text, setText] = useState('');
  const send = (event: Event) => {
    event.preventDefault();
    if (text.trim() === '') return;
    setText('');
    onText(text);
  };
  const sendOnEnter = (event: KeyboardEvent) => {
    // While Chinese is composed, Enter chooses the word. Safari marks that key by its code only.
    const composes = event.isComposing || event.keyCode === 229;
    if (event.key === 'Enter' && !event.shiftKey && !composes) send(event);
  };
  return (
    <form class="input" onSubmit={send}>
      <SheetButton sheet="photo" open={sheet === 'photo'} sign="📷" onSheet={onSheet} />
      <SheetButton sheet="place" open={sheet === 'place'} sign="📍" onSheet={onSheet} />
      <button type="button" aria-label={word('voice')} title={word('voice')} onClick={onVoice}>
        🎤
      </button>
      <textarea
        aria-label={word('message')}
        placeholder={word('message')}
        title={word('new_line')}
        rows={Math.min(ROWS_MAX, text.split('\n').length)}
        value={text}
        onInput={(e) => setText(e.currentTarget.value)}
        onKeyDown={sendOnEnter}
      />
      <button type="submit" aria-label={word('send')}>
        ➤
      </button>
    </form>
  );
}

type SheetButtonProps = Pick<ComposerProps, 'onSheet'> & {
  readonly sheet: Sheet;
  readonly open: boolean;
  readonly sign: string;
};

function SheetButton({ sheet, open, sign, onSheet }: SheetButtonProps) {
  return (
    <button
      type="button"
      aria-label={word(sheet)}
      aria-expanded={open}
      title={word(sheet)}
      onClick={() => onSheet(sheet)}
    >
      {sign}
    </button>
  );
}

/** Photos to send: drawn samples or an image of one's own. */
export function PhotoSheet({ onChoose }: { onChoose: (photo: string) => void }) {
  const own = async (event: Event) => {
    const file = (event.currentTarget as HTMLInputElement).files?.[0];
    if (!file) return;
    const bytes = new Uint8Array(await file.arrayBuffer());
    onChoose(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')));
  };
  return (
    <div class="sheet">
      {SAMPLES.map((name) => (
        <button type="button" key={name} onClick={() => onChoose(name)}>
          {word(`sample_${name}`)}
        </button>
      ))}
      <label class="file">
        {word('own_file')}
        <input type="file" accept="image/*" onChange={own} />
      </label>
    </div>
  );
}
