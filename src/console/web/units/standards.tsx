import type { StandardList } from '../../pages/standards.ts';
import { download } from '../api.ts';
import { ImportPlan, useImport, useUpload } from '../city/import-plan.tsx';
import { Failed } from '../failed.tsx';
import { setParams } from '../router.ts';
import { notice } from '../state.ts';
import { useData } from '../use-data.ts';
import { word } from '../words.ts';

/** The standards of 创建 by series, their versions, and the upload of the next one. */
export function Standards() {
  const { data, failed, load } = useData<StandardList>('units/standards');
  if (failed) return <Failed onRetry={load} />;
  if (!data) return <p class="wait">{word('loading')}</p>;
  return (
    <article class="results">
      <button type="button" class="back" onClick={() => setParams({ view: undefined })}>
        {word('close')}
      </button>
      <h2>{word('units.standards.title')}</h2>
      {data.mayImport && <Upload onSaved={load} />}
      {data.series.map(({ id, name, versions }) => (
        <section key={id}>
          <h3>{name}</h3>
          {versions.map(({ version, from, items, rounds }, i) => (
            <p key={version}>
              {word('units.standards.version', { version, from, items, rounds })}
              {i === 0 && ` · ${word('units.standards.in_use')}`}
            </p>
          ))}
          <button type="button" onClick={() => saveStandard(id)}>
            {word('units.standard_file')}
          </button>
        </section>
      ))}
    </article>
  );
}

/** Saves the standard in use as Excel. */
export function saveStandard(series: string): void {
  download(`units/standards/${series}`, `standard-${series}.xlsx`).catch(() => {
    notice.value = word('failed');
  });
}

function Upload({ onSaved }: { readonly onSaved: () => Promise<void> }) {
  const importing = useImport(onSaved, 'units/standards');
  const { file, post } = useUpload(importing);
  return (
    <>
      <p>{word('units.standards.how')}</p>
      <div class="row">
        <label class="upload">
          {word('imports.file')}
          <input type="file" ref={file} accept=".xlsx" onChange={importing.forget} />
        </label>
        <button type="button" class="main" onClick={() => post()}>
          {word('imports.try')}
        </button>
      </div>
      <ImportPlan importing={importing} onSave={() => post(importing.answer?.planned)} />
    </>
  );
}
