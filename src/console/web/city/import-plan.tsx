import { useRef, useState } from 'preact/hooks';
import type { ImportAnswer } from '../../pages/city-data.ts';
import { call } from '../api.ts';
import type { Proving } from '../proof.tsx';
import { ProofAndTrouble, useProof } from '../proof.tsx';
import { notice } from '../state.ts';
import { word } from '../words.ts';

/** One import under way: its dry run, the proof that it needs, and what went wrong. */
export type Importing = Proving & {
  readonly answer: ImportAnswer | undefined;
  readonly forget: () => void;
  /** Tries a file; with the version of a dry run, saves it. */
  readonly post: (body: FormData, planned?: string) => Promise<void>;
};

/** Holds the state of one import to a path of the API. `onSaved` runs once its data have changed. */
export function useImport(onSaved: () => Promise<void>, path = 'settings/imports'): Importing {
  const [answer, setAnswer] = useState<ImportAnswer>();
  const proving = useProof();
  const post = (body: FormData, planned?: string) =>
    proving.withProof(async () => {
      if (planned !== undefined) body.set('planned', planned);
      const result = await call<ImportAnswer>(path, 'POST', body);
      setAnswer(result);
      if (!result.done) return;
      notice.value = word('imports.done');
      await onSaved();
    });
  return { ...proving, answer, forget: () => setAnswer(undefined), post };
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
  const { answer } = importing;
  return (
    <>
      <ProofAndTrouble {...importing} />
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
