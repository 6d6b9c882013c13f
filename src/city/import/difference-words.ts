import type { Names } from '../../engine/step.ts';
import type { Say } from '../../i18n.ts';
import { columnNames, isByLanguage } from './columns.ts';
import type { Difference } from './import.ts';
import type { ImportEntry } from './import-entry.ts';

/** Records that are worded one by one; of more, the number. */
const SHOWN_MAX = 20;

/** Words what an import changes: a line for each record, with each field before and after. */
export function wordDifferences(differences: readonly Difference[], say: Say): readonly string[] {
  const columns = columnNames(say);
  const left = differences.length - SHOWN_MAX;
  return [
    ...differences.slice(0, SHOWN_MAX).map((one) => lineOf(one, columns, say)),
    ...(left > 0 ? [say('import:difference.more', { count: left })] : []),
  ];
}

function lineOf({ key, before, after }: Difference, columns: ReadonlyMap<string, string>, say: Say): string {
  const record = after ?? before ?? {};
  const named = { name: shownValue(record.names ?? record.name ?? key) ?? key, key };
  if (!before) return say('import:difference.added', named);
  if (!after) return say('import:difference.removed', named);
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]),
  );
  const fields = changed.map((field) => {
    const column = columns.get(field === 'names' ? 'name' : field) ?? field;
    const [from, to] = [shownIn(before, field, say), shownIn(after, field, say)];
    if (from === undefined || to === undefined) return say('import:difference.other', { column });
    return say('import:difference.field', { column, before: from, after: to });
  });
  return say('import:difference.changed', { ...named, fields: fields.join('；') });
}

/** A value in words; undefined if it has no short form, such as a polygon. */
function shownIn(record: ImportEntry, field: string, say: Say): string | undefined {
  const value = record[field];
  return value === undefined ? say('import:difference.empty') : shownValue(value);
}

function shownValue(value: unknown): string | undefined {
  if (isByLanguage(value)) return Object.values(value as Names).join(' / '); // texts by language
  if (Array.isArray(value)) return value.every((one) => typeof one !== 'object') ? value.join('、') : undefined;
  return typeof value === 'object' ? undefined : String(value);
}
