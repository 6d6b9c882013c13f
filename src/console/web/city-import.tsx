import { useRef, useState } from 'preact/hooks';
import type { ImportAnswer, ImportList } from '../settings.ts';
import { CallFailed, call } from './api.ts';
import { ProofNumber, proveAgain } from './pages/sign-in.tsx';
import { notice } from './state.ts';
import { cure } from './talk/post-form.ts';
import { useData } from './use-data.ts';
import { timeText, word } from './words.ts';

const PARTS = ['regions', 'places', 'units', 'categories', 'census'] as const;
const DATUMS = ['wgs84', 'gcj02', 'bd09'] as const;

/** City data by file: a dry run says each change or fault, a second click saves it, and the last import can be undone. */
export function CityImport() {
  const { data, load } = useData<ImportList>('settings/imports');
  const [answer, setAnswer] = useState<ImportAnswer>();
  const [number, setNumber] = useState<number>();
  const [trouble, setTrouble] = useState('');
  const file = useRef<HTMLInputElement>(null);
  const datum = useRef<HTMLSelectElement>(null);
  const part = useRef<HTMLSelectElement>(null);
  const replace = useRef<HTMLInputElement>(null);

  const post = async (planned?: string) => {
    const chosen = file.current?.files?.[0];
    if (!chosen) return setTrouble(word('imports.choose'));
    const body = new FormData();
    body.set('file', chosen);
    body.set('datum', datum.current?.value ?? 'wgs84');
    if (part.current?.value) body.set('as', part.current.value);
    if (replace.current?.checked) body.set('replace', 'yes');
    if (planned !== undefined) body.set('planned', planned);
    await withProof(async () => {
      const result = await call<ImportAnswer>('settings/imports', 'POST', body);
      setAnswer(result);
      if (!result.done) return;
      notice.value = word('imports.done');
      await load();
    });
  };
  const undo = () =>
    withProof(async () => {
      const { undone } = await call<{ undone: string | null }>('settings/imports/undo', 'POST');
      setAnswer(undefined);
      notice.value = undone === null ? word('imports.nothing') : word('imports.undone', { what: undone });
      await load();
    });

  /** Runs a call; if it needs a fresh proof, asks for the number in the chat and runs it again. */
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

  return (
    <section>
      <h2>{word('imports.title')}</h2>
      <p>{word('imports.how')}</p>
      <div class="row">
        <label class="upload">
          {word('imports.file')}
          <input type="file" ref={file} accept=".csv,.geojson,.json,.tsv,.txt" onChange={() => setAnswer(undefined)} />
        </label>
        <label>
          <span>{word('imports.part')}</span>
          <select ref={part}>
            <option value="">{word('imports.by_columns')}</option>
            {PARTS.map((one) => (
              <option key={one} value={one}>
                {word(`imports.parts.${one}`)}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{word('imports.datum')}</span>
          <select ref={datum}>
            {DATUMS.map((one) => (
              <option key={one} value={one}>
                {one.toUpperCase()}
              </option>
            ))}
          </select>
        </label>
        <label class="check">
          <input type="checkbox" ref={replace} />
          {word('imports.replace')}
        </label>
        <button type="button" class="main" onClick={() => post()}>
          {word('imports.try')}
        </button>
      </div>
      <ProofNumber number={number} />
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      {answer && (
        <div role="status">
          <p class="card-text">{answer.lines.join('\n')}</p>
          {answer.type === 'good' && answer.changes > 0 && !answer.done && (
            <button type="button" class="main" onClick={() => post(answer.planned)}>
              {word('imports.save', { n: answer.changes })}
            </button>
          )}
        </div>
      )}
      {data && data.length > 0 && (
        <>
          <ul>
            {data.map(({ at, what, parts, undone }) => (
              <li key={at}>
                {timeText(at)} {what}（{parts}）{undone && word('imports.was_undone')}
              </li>
            ))}
          </ul>
          <button type="button" onClick={undo}>
            {word('imports.undo')}
          </button>
        </>
      )}
    </section>
  );
}
