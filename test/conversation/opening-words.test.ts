import { expect, test } from 'vitest';
import { sentenceAt } from '../../bench/sentences.ts';
import { foldedWords, isRequest, isWord } from '../../src/conversation/intent/known-words.ts';
import { labelledFlow, namedFlow } from '../../src/conversation/intent/opening-words.ts';
import { TALKS } from '../../src/conversation/talk-list.ts';
import { foldText } from '../../src/engine/tidy-text.ts';
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

test.each(wording.languages)('a word of %s opens its flow inside each request too', (language) => {
  const say = wording.in(language);
  const list = (name: string) => foldedWords(`common:words.request_${name}` as FixedKey, say);
  const all = TALKS.flatMap(({ flow }) => foldedWords(`common:words.${flow.id}` as FixedKey, say));
  for (const { flow } of TALKS) {
    // A command is said alone.
    const words = foldedWords(`common:words.${flow.id}` as FixedKey, say).filter((word) => !word.startsWith('/'));
    for (const word of words) {
      const own = namedFlow(word, say);
      for (const start of list('starts')) {
        const said = `${start}${word}`;
        // 看看报名 holds 看报名, a longer word of another flow.
        const longer = all.filter((other) => other.length > word.length && said.includes(other));
        const allowed = [own, ...longer.map((other) => namedFlow(other, say))];
        if (said.length <= 32) expect(allowed, said).toContain(namedFlow(said, say));
      }
      for (const end of list('ends'))
        if (word.length + end.length <= 32) expect(namedFlow(`${word}${end}`, say), `${word}${end}`).toBeDefined();
    }
  }
});

test.each([
  ['我要报隐患', 'report-hazard'],
  ['您好，我想报个隐患', 'report-hazard'],
  ['怎么上报隐患？', 'report-hazard'],
  ['隐患怎么报', 'report-hazard'],
  ['我发现了一个安全隐患', 'report-hazard'],
  ['麻烦帮我查一下进度', 'my-cases'],
  ['看看我报的隐患', 'my-cases'],
  ['我想当志愿者', 'join-volunteers'],
  ['请问在哪里报名？', 'join-volunteers'],
  ['我想要个证明', 'my-hours'],
  ['怎么删除我的数据', 'forget-me'],
  ['我这个月做了什么', 'my-hours'],
  ['我不想当志愿者了', 'my-hours'],
  ['我今天来不了了', 'my-tasks'],
  ['我要迟到了', 'my-tasks'],
  ['把我的时间改一下', 'join-volunteers'],
  ['我想撤回公告', 'my-broadcasts'],
  ['抽一次检查', 'my-draws'],
  ['这个月多少分', 'month-score'],
  ['我要补充一下', 'my-cases'],
  ['还没修好', 'my-cases'],
  ['还是没弄好', 'my-cases'],
  ['还没办好', 'my-cases'],
  ['还是没解决', 'my-cases'],
  ['还没好', 'my-cases'],
  ['解决了', 'my-cases'],
  ['那什么时候修', 'my-cases'],
  ['你们到底什么时候来修', 'my-cases'],
])('“%s” opens %s', (text, flow) => {
  expect(namedFlow(foldText(text), wording.in('zh-CN'))).toBe(flow);
});

test.each(['你们电话多少', '能打电话吗？', '我要找人工', '请问几点上班'])('“%s” asks for a person', (text) => {
  expect(isRequest(foldText(text), wording.in('zh-CN'), 'human')).toBe(true);
});

test('“怎么弄啊” asks for help', () => {
  expect(isRequest(foldText('怎么弄啊'), wording.in('zh-CN'), 'help')).toBe(true);
});

test.each(wording.languages)('every word of %s that rates a finished work opens the own reports', (language) => {
  const say = wording.in(language);
  for (const rating of ['solved', 'partly', 'unsolved'])
    for (const word of foldedWords(`common:words.${rating}` as FixedKey, say))
      expect(namedFlow(word, say), word).toBe('my-cases');
});

test.each(['I want to report a hazard', 'How do I report a problem?', 'please report'])(
  '“%s” opens a report',
  (text) => {
    expect(namedFlow(foldText(text), wording.in('en'))).toBe('report-hazard');
  },
);

test('what tells of a hazard is no request, however it begins', () => {
  const say = wording.in('zh-CN');
  for (let i = 0; i < 2000; i += 1) expect(namedFlow(foldText(sentenceAt(i)), say), sentenceAt(i)).toBeUndefined();
  for (const told of [
    '我看到井盖没了',
    '能不能管管楼道里的纸箱',
    '请来看一下路灯',
    '我想反映楼道堆了东西',
    '没有隐患',
    '不想报隐患',
  ])
    expect(namedFlow(foldText(told), say), told).toBeUndefined();
});
