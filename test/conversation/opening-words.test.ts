import { expect, test } from 'vitest';
import { foldedWords, isWord } from '../../src/conversation/intent/known-words.ts';
import { labelledFlow, namedFlow } from '../../src/conversation/intent/opening-words.ts';
import { TALKS } from '../../src/conversation/talk-list.ts';
import type { FixedKey } from '../../src/i18n.ts';
import { openWording } from '../../src/i18n.ts';

const wording = openWording();

test.each(wording.languages)('every word and label of %s opens the first flow that has it', (language) => {
  const say = wording.in(language);
  const flows = TALKS.map(({ flow }) => flow.id);
  const words = flows.flatMap((flow) => foldedWords(`common:words.${flow}` as FixedKey, say));
  const labels = flows.map((flow) => foldedWords(`common:buttons.${flow}` as FixedKey, say)[0] ?? '');
  expect(new Set(words).size).toBeGreaterThan(100);
  for (const word of words) {
    const first = flows.find((flow) => isWord(word, say, flow));
    expect(namedFlow(word, say), word).toBe(first);
    expect(namedFlow(`${word}！`, say), word).toBe(flows.find((flow) => isWord(`${word}！`, say, flow)));
  }
  for (const label of labels) expect(labelledFlow(label, say), label).toBe(flows[labels.indexOf(label)]);
});

test('words that no flow has open nothing', () => {
  const say = wording.in('zh-CN');
  expect(namedFlow('今天天气真好', say)).toBeUndefined();
  expect(labelledFlow('今天天气真好', say)).toBeUndefined();
});
