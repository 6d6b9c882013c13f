import { useEffect, useRef, useState } from 'preact/hooks';
import type { FormAnswer, PostedForm } from '../forms.ts';
import type { FormMessage, FormQuestion } from '../play-form.ts';
import { CallFailed, call, saveFile } from './api.ts';
import { waitForNumber } from './pages/sign-in.tsx';
import { shrink } from './shrink.ts';
import { word } from './words.ts';

type Inputs = PostedForm['inputs'];
/** What a form keeps over a reload. */
type Kept = { readonly op: string; readonly inputs: Inputs; readonly text: string };
/** The end of a form. */
export type Done = Extract<FormAnswer, { readonly type: 'done' | 'done_before' }>;

type TalkProps = {
  readonly flow: string;
  readonly argument?: string | undefined;
  /** The deed was done, or ended without one. `inputs`: all answers, to repeat them for other records. */
  readonly onDone?: (done: Done, inputs: Inputs) => void;
  readonly onClose?: () => void;
  /** Opens another flow that a button names. */
  readonly onOpen?: (flow: string, argument: string) => void;
};

/** True if the deed changed something; a look or a refusal did not. */
export function isDeed(done: Done): boolean {
  return done.type === 'done' && done.outcome !== 'refused' && done.outcome !== 'nothing';
}

/** A new id for one deed: a repeated call with it takes effect once. */
export function newOp(): string {
  return crypto.randomUUID();
}

/** Posts a form; a photo of the inputs is one of `files`, by its number. */
export function postForm(flow: string, form: PostedForm, files: readonly Blob[] = []): Promise<FormAnswer> {
  if (files.length === 0) return call<FormAnswer>(`talks/${flow}`, 'POST', form);
  const body = new FormData();
  body.set('form', JSON.stringify(form));
  for (const file of files) body.append('photo', file, 'photo.jpg');
  return call<FormAnswer>(`talks/${flow}`, 'POST', body);
}

/** Plays a flow of the chat as a form: the same questions, rules and words. */
export function Talk({ flow, argument, onDone, onClose, onOpen }: TalkProps) {
  const place = `form:${flow}:${argument ?? ''}`;
  const kept = useRef<Kept>(readKept(place));
  const files = useRef<Blob[]>([]);
  /** The last call, which “try again” repeats. */
  const tried = useRef<{ readonly inputs: Inputs; readonly typed: string }>({ inputs: [], typed: '' });
  const [answer, setAnswer] = useState<FormAnswer>();
  const [text, setText] = useState(kept.current.text);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState('');
  const [number, setNumber] = useState<number>();
  const box = useRef<HTMLElement>(null);

  const keep = (next: Partial<Kept>) => {
    kept.current = { ...kept.current, ...next };
    sessionStorage.setItem(place, JSON.stringify(kept.current));
  };
  const forget = () => sessionStorage.removeItem(place);

  const send = async (inputs: Inputs, typed = '') => {
    if (busy) return;
    tried.current = { inputs, typed };
    setBusy(true);
    setTrouble('');
    try {
      const form = { inputs, op: kept.current.op, ...(argument === undefined ? {} : { argument }) };
      await take(await postForm(flow, form, files.current), inputs, typed);
    } catch (error) {
      setTrouble(cure(error));
    } finally {
      setBusy(false);
    }
  };

  const take = async (result: FormAnswer, inputs: Inputs, typed: string) => {
    if (result.type === 'bad_photo') {
      files.current = [];
      setTrouble(result.text);
      return;
    }
    if (result.type === 'conflict') {
      setTrouble(word('form.conflict'));
      return;
    }
    if (result.type === 'step_up') return stepUp(inputs, typed);
    setAnswer(result);
    if (result.type === 'asks') {
      const used = inputs.slice(0, result.used);
      // Typed words leave the field once the flow has taken them.
      const isTaken = typed !== '' && used.length === inputs.length && result.question.lead === '';
      const left = isTaken ? '' : kept.current.text;
      keep({ inputs: used, text: left });
      setText(left);
      requestAnimationFrame(() => box.current?.querySelector<HTMLElement>('.question')?.focus());
      return;
    }
    forget();
    onDone?.(result, inputs);
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>('.done')?.focus());
  };

  /** Asks for the number in the chat, then repeats the call. */
  const stepUp = async (inputs: Inputs, typed: string) => {
    const asked = await call<{ number: number }>('step-up', 'POST');
    setNumber(asked.number);
    const state = await waitForNumber(() => true);
    setNumber(undefined);
    if (state !== 'confirmed') return setTrouble(word('form.not_confirmed'));
    const form = { inputs, op: kept.current.op, ...(argument === undefined ? {} : { argument }) };
    await take(await postForm(flow, form, files.current), inputs, typed);
  };

  useEffect(() => {
    void send(kept.current.inputs);
  }, [flow, argument]);

  const close = () => {
    forget();
    onClose?.();
  };
  return (
    <section class="talk" ref={box} aria-busy={busy}>
      {answer?.type === 'asks' && (
        <>
          {answer.lines.length > 0 && (
            <dl class="so-far">
              {answer.lines.map(({ label, answer: said }) => (
                <div key={label}>
                  <dt>{label}</dt>
                  <dd>{said}</dd>
                </div>
              ))}
            </dl>
          )}
          {answer.says.map((message) => (
            <Message key={message.text} message={message} onOpen={onOpen} />
          ))}
          <Question
            question={answer.question}
            text={text}
            busy={busy}
            onText={(next) => {
              setText(next);
              keep({ text: next });
            }}
            onInput={(input, typed) => send([...kept.current.inputs, input], typed)}
            onPhotos={async (chosen) => {
              const small = await Promise.all(chosen.map(shrink));
              const from = files.current.length;
              files.current.push(...small);
              const added = small.map((_, i) => ({ step: answer.question.step, photo: from + i }));
              await send([...kept.current.inputs, ...added]);
            }}
            onOpen={onOpen}
            onClose={close}
          />
          {answer.preview && (
            <figure class="preview">
              <figcaption>{word('form.preview')}</figcaption>
              <p class="bubble">{answer.preview}</p>
            </figure>
          )}
        </>
      )}
      {number !== undefined && (
        <div role="alert">
          <p>{word('form.step_up')}</p>
          <p class="number">{number}</p>
        </div>
      )}
      {(answer?.type === 'done' || answer?.type === 'done_before') && (
        <div class="done" tabIndex={-1}>
          {answer.type === 'done_before' && <p>{word('form.done_before')}</p>}
          {answer.type === 'done' &&
            answer.says.map((message) => <Message key={message.text} message={message} onOpen={onOpen} />)}
          {onClose && (
            <button type="button" onClick={close}>
              {word('close')}
            </button>
          )}
        </div>
      )}
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}{' '}
          <button type="button" onClick={() => send(tried.current.inputs, tried.current.typed)}>
            {word('retry')}
          </button>
        </p>
      )}
      {!answer && !trouble && <p class="wait">{word('loading')}</p>}
    </section>
  );
}

/** What a person can do about a call that failed. */
export function cure(error: unknown): string {
  if (!(error instanceof CallFailed)) return word('failed');
  if (error.status === 0) return word('form.offline');
  if (error.status === 403) return word('no_right.text');
  return error.status === 409 ? word('form.conflict') : word('failed');
}

function readKept(place: string): Kept {
  const fresh = { op: newOp(), inputs: [], text: '' };
  try {
    const kept = JSON.parse(sessionStorage.getItem(place) ?? 'null') as Kept | null; // written by `keep`
    if (!kept) return fresh;
    // Photos do not outlive a reload; the answers before them do.
    const photo = kept.inputs.findIndex((input) => 'photo' in input);
    return photo < 0 ? kept : { ...kept, inputs: kept.inputs.slice(0, photo) };
  } catch {
    return fresh;
  }
}

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
  readonly onOpen: TalkProps['onOpen'];
  readonly onClose: () => void;
};

function Question({ question, text, busy, onText, onInput, onPhotos, onOpen, onClose }: QuestionProps) {
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

/** A message of the bot, with its links, buttons and file. */
export function Message({ message, onOpen }: { readonly message: FormMessage; readonly onOpen?: TalkProps['onOpen'] }) {
  const { text, links = [], buttons = [], file } = message;
  const save = () => {
    if (!file) return;
    const bytes = file.base64 ? Uint8Array.from(atob(file.text), (one) => one.charCodeAt(0)) : file.text;
    saveFile(new Blob([bytes]), file.name);
  };
  return (
    <div class="said">
      <p>{text}</p>
      {file?.picture && file.base64 && <img src={`data:image/png;base64,${file.text}`} alt={text} />}
      <div class="controls">
        {file && (
          <button type="button" onClick={save}>
            {word('form.save', { name: file.name })}
          </button>
        )}
        {links.map(({ label, url }) => (
          <a key={url} class="button" href={url} target="_blank" rel="noreferrer">
            {label}
          </a>
        ))}
        {onOpen &&
          buttons.map(({ label, flow, argument }) => (
            <button key={flow + argument} type="button" onClick={() => onOpen(flow, argument)}>
              {label}
            </button>
          ))}
      </div>
    </div>
  );
}
