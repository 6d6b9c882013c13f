import { useEffect, useState } from 'preact/hooks';
import type { Limit } from '../../../calendar.ts';
import type { Category } from '../../../city/category.ts';
import type { CategoryPage } from '../../pages/city-data.ts';
import { Export, rowsOf } from '../export.tsx';
import { Failed } from '../failed.tsx';
import { Scroll } from '../scroll.tsx';
import { useData } from '../use-data.ts';
import { language, word } from '../words.ts';
import { CategoryForm } from './category-form.tsx';

type CategoriesProps = {
  /** Counts saved changes: after each, the table is loaded anew. */
  readonly changes: number;
  readonly onSaved: () => Promise<void>;
};

/** The city's categories with their units and time limits. A row opens as a form; saving it is an import of that row. */
export function Categories(props: CategoriesProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{word('categories.title')}</summary>
      {isOpen && <Table {...props} />}
    </details>
  );
}

function Table({ changes, onSaved }: CategoriesProps) {
  const { data, failed, load } = useData<CategoryPage>('settings/categories');
  const [group, setGroup] = useState<string>();
  const [code, setCode] = useState<string>();
  useEffect(() => {
    if (changes > 0) void load();
  }, [changes]);
  if (failed) return <Failed onRetry={load} />;
  if (!data) return <p class="wait">{word('loading')}</p>;
  const groups = data.categories.filter((one) => one.group === undefined);
  const shown = group ?? groups[0]?.code;
  const rows = data.categories.filter((one) => one.group === shown || one.code === shown);
  const edited = data.categories.find((one) => one.code === code);
  return (
    <>
      <p>{word('categories.how')}</p>
      <div class="row">
        <label>
          <span>{word('categories.group')}</span>
          <select value={shown} onChange={(event) => setGroup(event.currentTarget.value)}>
            {groups.map((one) => (
              <option key={one.code} value={one.code}>
                {nameOf(one)}
              </option>
            ))}
          </select>
        </label>
        <Export
          name="categories"
          rows={() =>
            rowsOf(document.querySelector<HTMLTableElement>('table.categories')).map((row) => row.slice(0, 4))
          }
        />
      </div>
      <Scroll label={word('categories.title')}>
        <table class="categories">
          <thead>
            <tr>
              <th scope="col">{word('categories.name')}</th>
              <th scope="col">{word('categories.lead')}</th>
              <th scope="col">{word('categories.contain')}</th>
              <th scope="col">{word('categories.cure')}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {rows.map((one) => (
              <tr key={one.code}>
                <th scope="row">{nameOf(one)}</th>
                <td>{data.units.find(({ id }) => id === one.lead)?.name ?? one.lead}</td>
                <td>{limitText(one.contain)}</td>
                <td>{limitText(one.cure)}</td>
                <td>
                  <button type="button" aria-expanded={one.code === code} onClick={() => setCode(one.code)}>
                    {word('categories.edit')}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {edited && (
        <CategoryForm
          key={`${edited.code} ${changes}`}
          category={edited}
          groups={groups.map((one) => ({ id: one.code, name: nameOf(one) }))}
          units={data.units}
          onSaved={onSaved}
          onClose={() => setCode(undefined)}
        />
      )}
    </>
  );
}

function nameOf({ names, code }: Category): string {
  return names[language.value] ?? names['zh-CN'] ?? code;
}

function limitText(limit: Limit | undefined): string {
  const [, n = '', unit] = /^(\d+)(min|h|wd)$/.exec(limit ?? '') ?? [];
  return unit ? word(`categories.limit.${unit as 'min' | 'h' | 'wd'}`, { n }) : (limit ?? '');
}
