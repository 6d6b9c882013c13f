import { readFileSync } from 'node:fs';
import { personShield } from '../../src/cases/report/person-shield.ts';

export type Sentence = { readonly text: string; readonly about: string | null };

/** Counts the sentences that the person shield catches, among those it should catch and those it should pass. */
export function measureShield(sentences: readonly Sentence[]) {
  const personal = sentences.filter(({ about }) => about !== null);
  const impersonal = sentences.filter(({ about }) => about === null);
  const held = (list: readonly Sentence[]) => list.filter(({ text }) => personShield(text) !== undefined).length;
  return { caught: held(personal), toCatch: personal.length, alarms: held(impersonal), toPass: impersonal.length };
}

if (import.meta.main) {
  const percent = (part: number, of: number) => `${part} of ${of} (${((100 * part) / of).toFixed(1)} %)`;
  for (const name of ['sentences', 'tuning']) {
    const file = new URL(`person-shield.${name}.json`, import.meta.url);
    const { caught, toCatch, alarms, toPass } = measureShield(JSON.parse(readFileSync(file, 'utf8')));
    console.log(
      `${name === 'tuning' ? 'tuned on ' : 'held out '}  caught ${percent(caught, toCatch)}, false alarms ${percent(alarms, toPass)}`,
    );
  }
}
