import { useRef, useState } from 'preact/hooks';
import type { ImportList } from '../../pages/city-data.ts';
import { call } from '../api.ts';
import { notice } from '../state.ts';
import { useData } from '../use-data.ts';
import { timeText, word } from '../words.ts';
import { Categories } from './categories.tsx';
import { ImportPlan, useImport, useUpload } from './import-plan.tsx';

const PARTS = ['regions', 'places', 'units', 'categories', 'census', 'premises'] as const;
const DATUMS = ['wgs84', 'gcj02', 'bd09'] as const;

/** City data by row or by file: a dry run says each change or fault, a second click saves it, and the last import can be undone. */
export function CityData() {
  const { data, load } = useData<ImportList>('settings/imports');
  const [changes, setChanges] = useState(0);
  const onSaved = async () => {
    setChanges((n) => n + 1);
    await load();
  };
  const undoing = useImport(onSaved);
  const undo = () =>
    undoing.withProof(async () => {
      const { undone } = await call<{ undone: string | null }>('settings/imports/undo', 'POST');
      notice.value = undone === null ? word('imports.nothing') : word('imports.undone', { what: undone });
      await onSaved();
    });
  return (
    <section>
      <h2>{word('imports.title')}</h2>
      <Categories changes={changes} onSaved={onSaved} />
      <FileImport onSaved={onSaved} />
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
          <ImportPlan importing={undoing} onSave={undo} />
        </>
      )}
    </section>
  );
}

function FileImport({ onSaved }: { readonly onSaved: () => Promise<void> }) {
  const importing = useImport(onSaved);
  const datum = useRef<HTMLSelectElement>(null);
  const part = useRef<HTMLSelectElement>(null);
  const replace = useRef<HTMLInputElement>(null);
  const { file, post } = useUpload(importing, (body) => {
    body.set('datum', datum.current?.value ?? 'wgs84');
    if (part.current?.value) body.set('as', part.current.value);
    if (replace.current?.checked) body.set('replace', 'yes');
  });
  return (
    <>
      <p>{word('imports.how')}</p>
      <div class="row">
        <label class="upload">
          {word('imports.file')}
          <input type="file" ref={file} accept=".csv,.geojson,.json,.tsv,.txt,.xlsx" onChange={importing.forget} />
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
      <ImportPlan importing={importing} onSave={() => post(importing.answer?.planned)} />
    </>
  );
}
