import type { FixedKey, Say } from '../../i18n.ts';
import { wordDifferences } from './difference-words.ts';
import type { ImportPlan } from './import.ts';
import type { Problem } from './table.ts';

const PROBLEMS_SHOWN = 50;

/** A plan in words: what the file changes, or each of its faults. */
export type PlanInWords = {
  readonly type: 'good' | 'bad';
  readonly changes: number;
  readonly lines: readonly string[];
  /** The last of the lines: what differs afterwards. */
  readonly differences: readonly string[];
};

/** Words what an import would do, for the operator's tool and the console. */
export function wordPlan(plan: ImportPlan, file: string, say: Say): PlanInWords {
  if (plan.type === 'bad') {
    const { problems } = plan;
    const left = problems.length - PROBLEMS_SHOWN;
    const lines = [
      ...problems.slice(0, PROBLEMS_SHOWN).map((problem) => `✗ ${problemLine(problem, say)}`),
      ...(left > 0 ? [say('import:more', { count: left })] : []),
      say('import:bad', { file, count: problems.length }),
    ];
    return { type: 'bad', changes: 0, lines, differences: [] };
  }
  const { part, list: _list, inventory, type: _good, differences, ...counts } = plan;
  const lists = (['carried', 'ignored', 'refused'] as const).flatMap((list) => {
    const items = inventory[list].map((item) => say('import:list_line', { ...item, ...reasonOf(item, say) }));
    return items.length > 0 ? [say(`import:lists.${list}`, { count: items.length }), ...items] : [];
  });
  const changes = counts.added + counts.changed + counts.removed;
  const good = say('import:good', { file, part: say(`import:parts.${part}`), ...counts });
  const changed = changes === 0 ? [say('import:nothing')] : wordDifferences(differences, say);
  return { type: 'good', changes, lines: [...lists, good, ...changed], differences: changed };
}

/** The sentence of an item's reason, which the import names by its key. */
function reasonOf({ why }: { readonly why?: unknown }, say: Say) {
  return typeof why === 'string' ? { why: say(`import:why.${why}` as FixedKey) } : {};
}

function problemLine({ row, column, what, found }: Problem, say: Say): string {
  const problem = say(`import:problem.${what}` as FixedKey, { found });
  if (row === 0) return say('import:line_known', { column, problem });
  return column ? say('import:line', { row, column, problem }) : say('import:line_plain', { row, problem });
}
