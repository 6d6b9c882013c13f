import { readFileSync } from 'node:fs';
import { personShield } from '../../src/cases/report/person-shield.ts';

type Sentence = { readonly text: string; readonly about: string | null };

/** How many sentences the person shield caught of those it should catch, and of those it should let pass. */
export function measureShield(sentences: readonly Sentence[]) {
  const wrong = sentences.filter(({ about }) => about !== null);
  const right = sentences.filter(({ about }) => about === null);
  const held = (list: readonly Sentence[]) => list.filter(({ text }) => personShield(text) !== undefined).length;
  return { caught: held(wrong), toCatch: wrong.length, alarms: held(right), toPass: right.length };
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
