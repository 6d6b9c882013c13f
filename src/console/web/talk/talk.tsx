import { useEffect, useRef, useState } from 'preact/hooks';
import { shrink } from '../../../page-build/shrink.ts';
import type { FormAnswer } from '../../forms.ts';
import type { Proof } from '../proof.tsx';
import { ProofStep, proveAgain } from '../proof.tsx';
import { word } from '../words.ts';
import { Message } from './message.tsx';
import type { Done, Inputs } from './post-form.ts';
import { cure, newOp, postForm } from './post-form.ts';
import { Question } from './question.tsx';

/** What a form keeps over a reload. */
type Kept = { readonly op: string; readonly inputs: Inputs; readonly text: string };

type TalkProps = {
  readonly flow: string;
  readonly argument?: string | undefined;
  /** The deed was done, or ended without one. `inputs`: all answers, to repeat them for other records. */
  readonly onDone?: (done: Done, inputs: Inputs) => void;
  readonly onClose?: () => void;
  /** Opens another flow that a button names. */
  readonly onOpen?: (flow: string, argument: string) => void;
};

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
  const [proof, setProof] = useState<Proof>();
  const box = useRef<HTMLElement>(null);

  const keep = (next: Partial<Kept>) => {
    kept.current = { ...kept.current, ...next };
    sessionStorage.setItem(place, JSON.stringify(kept.current));
  };
  const forget = () => sessionStorage.removeItem(place);

  const post = (inputs: Inputs) => {
    const form = { inputs, op: kept.current.op, ...(argument === undefined ? {} : { argument }) };
    return postForm(flow, form, files.current);
  };

  const send = async (inputs: Inputs, typed = '') => {
    if (busy) return;
    tried.current = { inputs, typed };
    setBusy(true);
    setTrouble('');
    try {
      await take(await post(inputs), inputs, typed);
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
    if (result.type === 'step_up') {
      if (!(await proveAgain(setProof))) return setTrouble(word('form.not_confirmed'));
      return take(await post(inputs), inputs, typed);
    }
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
      <ProofStep proof={proof} />
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
