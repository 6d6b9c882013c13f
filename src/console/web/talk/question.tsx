import type { FormQuestion } from '../../play-form.ts';
import { word } from '../words.ts';
import type { OpenFlow } from './message.tsx';
import type { Inputs } from './post-form.ts';

/** Questions whose answer is typed, besides their buttons. */
const TYPED: readonly FormQuestion['kind'][] = ['text', 'number', 'date', 'phone', 'place', 'tree'];

/** From this many options on, typed words find one. */
const MANY = 7;

type QuestionProps = {
  readonly question: FormQuestion;
  readonly text: string;
  readonly busy: boolean;
  readonly onText: (text: string) => void;
  readonly onInput: (input: Inputs[number], typed?: string) => Promise<void>;
  readonly onPhotos: (files: readonly File[]) => Promise<void>;
  readonly onOpen: OpenFlow;
  readonly onClose: () => void;
};

/** One question of a form: its text, a field where words are typed, its buttons. */
export function Question({ question, text, busy, onText, onInput, onPhotos, onOpen, onClose }: QuestionProps) {
  const { step, kind, seal, options, fixes, controls, lead } = question;
  const tap = (option: string) => onInput({ step, option, ...(seal ? { seal } : {}) });
  const isTyped = TYPED.includes(kind) || (kind === 'choice' && options.length >= MANY);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (text.trim() !== '') await onInput({ step, text: text.trim() }, text);
  };
  const isConfirm = kind === 'confirm';
  return (
    <div class="question" tabIndex={-1}>
      {lead && (
        <p class="lead" role="alert">
          {lead}
        </p>
      )}
      <p class="ask" id={`ask-${step}`}>
        {question.text}
      </p>
      {isTyped && (
        <form class="typed" onSubmit={submit}>
          {kind === 'text' ? (
            <textarea
              rows={3}
              value={text}
              aria-labelledby={`ask-${step}`}
              onInput={(event) => onText(event.currentTarget.value)}
              onKeyDown={(event) => {
                if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.isComposing) void submit(event);
              }}
            />
          ) : (
            <input
              value={text}
              aria-labelledby={`ask-${step}`}
              inputMode={kind === 'number' ? 'numeric' : undefined}
              onInput={(event) => onText(event.currentTarget.value)}
            />
          )}
          <button type="submit" class="main" disabled={busy}>
            {word(kind === 'choice' || kind === 'tree' ? 'form.find' : 'form.next')}
          </button>
        </form>
      )}
      {kind === 'photos' && (
        <label class="upload">
          {word('form.photos')}
          <input
            type="file"
            accept="image/*"
            multiple
            disabled={busy}
            onChange={(event) => onPhotos([...(event.currentTarget.files ?? [])])}
          />
        </label>
      )}
      {options.length > 0 && (
        <ul class={options.length >= MANY ? 'options many' : 'options'}>
          {options.map(({ id, label, chosen, opens }, i) => (
            <li key={id}>
              <button
                type="button"
                disabled={busy}
                aria-pressed={chosen ? true : undefined}
                class={isConfirm && i === 0 ? 'main' : ''}
                onClick={() => (opens ? onOpen?.(opens.flow, opens.argument) : tap(id))}
              >
                {label}
              </button>
            </li>
          ))}
        </ul>
      )}
      <div class="controls">
        {fixes.map(({ id, label }) => (
          <button key={id} type="button" disabled={busy} onClick={() => tap(id)}>
            {label}
          </button>
        ))}
        {controls.map(({ id, label }) => (
          <button
            key={id}
            type="button"
            class={id === '~done' ? 'main' : ''}
            disabled={busy}
            onClick={() => (id === '~leave' ? onClose() : tap(id))}
          >
            {label}
          </button>
        ))}
      </div>
    </div>
  );
}
