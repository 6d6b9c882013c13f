import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Category } from '../../../city/category.ts';
import { word } from '../words.ts';
import { ImportPlan, useImport } from './import-plan.tsx';

type Choice = { readonly id: string; readonly name: string };
type CategoryFormProps = {
  readonly category: Category;
  readonly groups: readonly Choice[];
  readonly units: readonly Choice[];
  readonly onSaved: () => Promise<void>;
  readonly onClose: () => void;
};

const UNITS_OF_TIME = ['min', 'h', 'wd'] as const;

/** The form of one category. It is saved as an import of one row; fields that it does not show stay as they are. */
export function CategoryForm({ category, groups, units, onSaved, onClose }: CategoryFormProps) {
  const importing = useImport(onSaved);
  const form = useRef<HTMLFormElement>(null);
  const { names, group, kind, lead, duplicate, words = [], emergency = [], questions = [] } = category;
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('h3')?.focus();
  }, []);
  const post = (planned?: string) => {
    if (!form.current?.reportValidity()) return;
    const row = JSON.stringify([rowOf(category, new FormData(form.current))]);
    const body = new FormData();
    body.set('file', new File([row], `${names['zh-CN'] ?? category.code}.json`, { type: 'application/json' }));
    body.set('as', 'categories');
    void importing.post(body, planned);
  };
  const isLeaf = group !== undefined;
  return (
    <form
      ref={form}
      class="category-form"
      onInput={importing.forget}
      onSubmit={(event) => {
        event.preventDefault();
        post();
      }}
    >
      <h3 tabIndex={-1}>{names['zh-CN']}</h3>
      <Field name="name" label={word('categories.name')}>
        <input id="category-name" name="name" required maxLength={40} defaultValue={names['zh-CN']} />
      </Field>
      <Field name="name_en" label={word('categories.name_en')}>
        <input id="category-name_en" name="name_en" maxLength={80} defaultValue={names.en} lang="en" />
      </Field>
      {isLeaf && (
        <>
          <Field name="group" label={word('categories.group')}>
            <Select name="group" value={group} choices={groups} />
          </Field>
          <Field name="lead" label={word('categories.lead')}>
            <Select
              name="lead"
              value={lead ?? ''}
              choices={[{ id: '', name: word('categories.by_place') }, ...units]}
            />
          </Field>
          <LimitField name="contain" limit={category.contain} />
          <LimitField name="cure" limit={category.cure} />
          <Field name="kind" label={word('categories.kind')}>
            <Select
              name="kind"
              value={kind ?? 'component'}
              choices={[
                { id: 'component', name: word('categories.kinds.component') },
                { id: 'event', name: word('categories.kinds.event') },
              ]}
            />
          </Field>
          <Field name="duplicate" label={word('categories.duplicate')}>
            <input id="category-duplicate" name="duplicate" defaultValue={duplicate} pattern="\d{1,4}m|address" />
          </Field>
          <Field name="words" label={word('categories.words')}>
            <textarea id="category-words" name="words" rows={3} defaultValue={words.join('、')} />
          </Field>
          <Field name="emergency" label={word('categories.emergency')}>
            <input id="category-emergency" name="emergency" defaultValue={emergency.join('、')} />
          </Field>
          {questions.length > 0 && <p>{word('categories.questions', { n: questions.length })}</p>}
        </>
      )}
      <div class="row">
        <button type="submit" class="main">
          {word('categories.try')}
        </button>
        <button type="button" onClick={onClose}>
          {word('close')}
        </button>
      </div>
      <ImportPlan brief importing={importing} onSave={() => post(importing.answer?.planned)} />
    </form>
  );
}

/** A label and its control, which has the id `category-<name>`. */
function Field({
  name,
  label,
  children,
}: {
  readonly name: string;
  readonly label: string;
  readonly children: ComponentChildren;
}) {
  return (
    <div class="field">
      <label htmlFor={`category-${name}`}>{label}</label>
      {children}
    </div>
  );
}

function Select({
  name,
  value,
  choices,
}: {
  readonly name: string;
  readonly value: string;
  readonly choices: readonly Choice[];
}) {
  return (
    <select id={`category-${name}`} name={name} defaultValue={value}>
      {choices.map((one) => (
        <option key={one.id} value={one.id} selected={one.id === value}>
          {one.name}
        </option>
      ))}
    </select>
  );
}

/** A number and its unit of time; an empty number is no limit. */
function LimitField({ name, limit }: { readonly name: 'contain' | 'cure'; readonly limit: string | undefined }) {
  const [, n = '', unit = 'h'] = /^(\d+)(\D+)$/.exec(limit ?? '') ?? [];
  return (
    <fieldset>
      <legend>{word(`categories.${name}`)}</legend>
      <input
        name={`${name}.n`}
        type="number"
        min={1}
        max={9999}
        defaultValue={n}
        aria-label={word(`categories.${name}`)}
      />
      <select name={`${name}.unit`} aria-label={word('categories.unit_of_time')}>
        {UNITS_OF_TIME.map((one) => (
          <option key={one} value={one} selected={one === unit}>
            {word(`categories.units_of_time.${one}`)}
          </option>
        ))}
      </select>
    </fieldset>
  );
}

/** The row of an import: all of the category, with the fields of the form in place of its own. */
function rowOf({ code, danger, questions }: Category, form: FormData): Readonly<Record<string, unknown>> {
  const text = (name: string) => String(form.get(name) ?? '').trim();
  const limit = (name: string) => (text(`${name}.n`) ? `${text(`${name}.n`)}${text(`${name}.unit`)}` : '');
  const names = { code, name: text('name'), name_en: text('name_en') };
  if (!form.has('group')) return names;
  return {
    ...names,
    ...Object.fromEntries(['group', 'lead', 'kind', 'duplicate', 'words', 'emergency'].map((one) => [one, text(one)])),
    contain: limit('contain'),
    cure: limit('cure'),
    ...(danger ? { danger } : {}),
    ...(questions ? { questions } : {}),
  };
}
