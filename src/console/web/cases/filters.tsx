import { useRef, useState } from 'preact/hooks';
import type { Stage } from '../../../cases/desk/stages.ts';
import type { CasePage } from '../../pages/cases.ts';
import { route, setParams } from '../router.ts';
import { me } from '../state.ts';
import { word } from '../words.ts';
import { SavedFilters } from './saved-filters.tsx';

const TABS: readonly Stage[] = ['intake', 'work', 'check', 'shelved', 'ended'];

const ONLY = ['mine', 'overdue', 'unassigned', 'today'] as const;

/** Pause after the last typed letter before the list is searched, ms. */
const SEARCH_AFTER_MS = 250;

/** The stages, the search and the filters of the list; all are in the address. */
export function Filters({
  counts,
  late,
  searchRef,
}: {
  readonly counts: CasePage['counts'] | undefined;
  readonly late: number | undefined;
  readonly searchRef: { current: HTMLInputElement | null };
}) {
  const { params } = route.value;
  const stage = params.get('stage') ?? (params.has('q') ? 'all' : 'intake');
  const [words, setWords] = useState(params.get('q') ?? '');
  const [open, setOpen] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const searchFor = (next: string) => {
    setWords(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(
      () => setParams({ q: next.trim() || undefined, page: undefined }, true),
      SEARCH_AFTER_MS,
    );
  };
  const all = counts && TABS.reduce((sum, tab) => sum + counts[tab], 0);
  const select = (name: 'category' | 'region', list: readonly { id: string; name: string }[]) => (
    <label>
      <span>{word(`cases.filter.${name}`)}</span>
      <select
        value={params.get(name) ?? ''}
        onChange={(event) => setParams({ [name]: event.currentTarget.value || undefined, page: undefined })}
      >
        <option value="">{word('cases.filter.all')}</option>
        {list.map(({ id, name: label }) => (
          <option key={id} value={id}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <div class={open ? 'filters' : 'filters folded'}>
      <ul class="tabs" aria-label={word('cases.stages')}>
        {[...TABS, 'all' as const].map((tab) => {
          const count = tab === 'all' ? all : counts?.[tab];
          return (
            <li key={tab}>
              <button
                type="button"
                aria-pressed={stage === tab}
                onClick={() => setParams({ stage: tab, page: undefined, case: undefined })}
              >
                {word(`cases.stage.${tab}`)}
                {count !== undefined && <span class="count">{count}</span>}
              </button>
            </li>
          );
        })}
      </ul>
      <div class="row">
        <input
          type="search"
          ref={searchRef}
          value={words}
          placeholder={word('cases.search')}
          aria-label={word('cases.search')}
          onInput={(event) => searchFor(event.currentTarget.value)}
        />
        <button type="button" class="unfold" aria-expanded={open} onClick={() => setOpen(!open)}>
          {word('cases.filters')}
        </button>
        {select('category', me.value?.kinds ?? [])}
        {select('region', me.value?.regions ?? [])}
      </div>
      <div class="row chips">
        {ONLY.map((only) => (
          <button
            key={only}
            type="button"
            aria-pressed={params.get('only') === only}
            onClick={() => setParams({ only: params.get('only') === only ? undefined : only, page: undefined })}
          >
            {word(`cases.only.${only}`)}
            {only === 'overdue' && late !== undefined && late > 0 && <span class="count late">{late}</span>}
          </button>
        ))}
        <button
          type="button"
          aria-pressed={params.get('view') === 'map'}
          onClick={() => setParams({ view: params.get('view') === 'map' ? undefined : 'map' })}
        >
          {word('cases.map')}
        </button>
        <SavedFilters />
      </div>
    </div>
  );
}
