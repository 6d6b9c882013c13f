import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isSeries } from '../city/series.ts';
import { writeXlsx } from '../files/write-xlsx.ts';
import type { Say } from '../i18n.ts';
import { addStandards, planStandards } from '../inspections/standards/import-standards.ts';
import { standardRows } from '../inspections/standards/standard-rows.ts';
import { loadStandard } from '../inspections/standards/standard-store.ts';
import type { Store } from '../store/store.ts';
import type { Command } from './command.ts';
import { operatorWording, showUsage, withCity } from './command.ts';

/** Larger than any file of standards, bytes. */
const FILE_MAX = 4 * 1024 * 1024;

/** Exports the standard in use, or imports standards whole or not at all as next versions. */
export const standardsCommand: Command = {
  name: 'standards',
  usage: 'export <series> <file.xlsx>, or import <file.xlsx> [--dry-run]',
  does: 'writes the standard of a series as Excel, or adds its next version; rounds keep their own version',
  async run(config, args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { 'dry-run': { type: 'boolean', default: false } },
    });
    const [what, ...rest] = positionals;
    const { say, says } = operatorWording();
    if (what === 'export') {
      const [series = '', file] = rest;
      if (!isSeries(series) || file === undefined) return showUsage(standardsCommand);
      return withCity(config, async (store) => {
        const standard = await loadStandard(store, series);
        writeFileSync(file, await writeXlsx([{ name: series, rows: standardRows(standard, say) }]));
        console.log(say('import:standard.exported', { file, series, version: standard.version }));
        return true;
      });
    }
    const [file] = rest;
    if (what !== 'import' || file === undefined) return showUsage(standardsCommand);
    if (!existsSync(file) || statSync(file).size > FILE_MAX) {
      console.error(say('import:no_file', { file }));
      return false;
    }
    const dryRun = values['dry-run'];
    return withCity(config, async (store) => {
      const { ok, lines } = await importStandards(store, readFileSync(file), { says, say, dryRun, now: Date.now() });
      for (const line of lines) (ok ? console.log : console.error)(line);
      return ok;
    });
  },
};

/** Adds the next version of each standard of a file in one commit. A file with a fault changes nothing. */
export async function importStandards(
  store: Store,
  file: Buffer,
  {
    dryRun,
    ...reading
  }: { readonly say: Say; readonly says: readonly Say[]; readonly dryRun: boolean; readonly now: number },
): Promise<{ readonly ok: boolean; readonly lines: readonly string[] }> {
  const plan = await planStandards(store, file, reading);
  const { say, now } = reading;
  const lines = [...plan.lines, ...plan.differences];
  if (plan.next.length === 0) return { ok: plan.ok, lines };
  if (dryRun) return { ok: true, lines: [...lines, say('import:dry_run')] };
  await addStandards(store, plan, now);
  return { ok: true, lines: [...lines, say('import:standard.added')] };
}
