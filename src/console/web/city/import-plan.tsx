import { useRef, useState } from 'preact/hooks';
import type { ImportAnswer } from '../../city-data.ts';
import { CallFailed, call } from '../api.ts';
import { ProofNumber, proveAgain } from '../pages/sign-in.tsx';
import { notice } from '../state.ts';
import { cure } from '../talk/post-form.ts';
import { word } from '../words.ts';

/** One import under way: its dry run, the proof that it needs, and what went wrong. */
export type Importing = {
  readonly answer: ImportAnswer | undefined;
  readonly number: number | undefined;
  readonly trouble: string;
  readonly say: (trouble: string) => void;
  readonly forget: () => void;
  /** Tries a file; with the version of a dry run, saves it. */
  readonly post: (body: FormData, planned?: string) => Promise<void>;
  /** Runs a call; if it needs a fresh proof, asks for the number in the chat and runs it again. */
  readonly withProof: (run: () => Promise<void>) => Promise<void>;
};

/** Holds the state of one import to a path of the API. `onSaved` runs once its data have changed. */
export function useImport(onSaved: () => Promise<void>, path = 'settings/imports'): Importing {
  const [answer, setAnswer] = useState<ImportAnswer>();
  const [number, setNumber] = useState<number>();
  const [trouble, setTrouble] = useState('');
  const withProof = async (run: () => Promise<void>) => {
    setTrouble('');
    try {
      await run();
    } catch (error) {
      const isProof =
        error instanceof CallFailed && (error.answer as { error?: string } | undefined)?.error === 'step_up';
      if (!isProof) return setTrouble(cure(error));
      if (!(await proveAgain(setNumber))) return setTrouble(word('form.not_confirmed'));
      await run().catch((again) => setTrouble(cure(again)));
    }
  };
  const post = (body: FormData, planned?: string) =>
    withProof(async () => {
      if (planned !== undefined) body.set('planned', planned);
      const result = await call<ImportAnswer>(path, 'POST', body);
      setAnswer(result);
      if (!result.done) return;
      notice.value = word('imports.done');
      await onSaved();
    });
  return { answer, number, trouble, say: setTrouble, forget: () => setAnswer(undefined), post, withProof };
}

/** The chosen file of an import. `fill` adds the other fields of its form. */
export function useUpload(importing: Importing, fill: (body: FormData) => void = () => {}) {
  const file = useRef<HTMLInputElement>(null);
  const post = (planned?: string) => {
    const chosen = file.current?.files?.[0];
    if (!chosen) return importing.say(word('imports.choose'));
    const body = new FormData();
    body.set('file', chosen);
    fill(body);
    void importing.post(body, planned);
  };
  return { file, post };
}

type ImportPlanProps = {
  readonly importing: Importing;
  readonly onSave: () => void;
  /** Shows what differs, without the columns that were read. */
  readonly brief?: boolean;
};

/** What an import changes, line by line, and the button that saves exactly this. */
export function ImportPlan({ importing, onSave, brief = false }: ImportPlanProps) {
  const { answer, number, trouble } = importing;
  return (
    <>
      <ProofNumber number={number} />
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      {answer && (
        <div role="status">
          <p class="card-text">{(brief && answer.type === 'good' ? answer.differences : answer.lines).join('\n')}</p>
          {answer.type === 'good' && answer.changes > 0 && !answer.done && (
            <button type="button" class="main" onClick={onSave}>
              {word('imports.save', { n: answer.changes })}
            </button>
          )}
        </div>
      )}
    </>
  );
}
