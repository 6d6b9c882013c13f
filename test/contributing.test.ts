import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Talk } from '../src/people/talk.ts';
import { Play } from './engine/play.ts';

const ROOT = new URL('../', import.meta.url);
const GUIDE = readFileSync(new URL('CONTRIBUTING.md', ROOT), 'utf8');
/** Outside src/, whose files other tests read at the same time. */
const FILE = new URL('data/say-thanks-flow.ts', ROOT);

/** The code block of a file in the guide. */
function block(file: string): string {
  const found = new RegExp(`file=${file}\n([\\s\\S]*?)\n\`\`\``).exec(GUIDE)?.[1];
  if (found === undefined) throw new Error(`CONTRIBUTING.md shows no ${file}.`);
  return found;
}

let talk: Talk;
beforeAll(async () => {
  mkdirSync(new URL('data/', ROOT), { recursive: true });
  const source = block('src/people/say-thanks-flow.ts');
  writeFileSync(FILE, source.replaceAll("'../", "'../src/").replaceAll("'./", "'../src/people/"));
  talk = ((await import(FILE.href)) as { readonly sayThanksTalk: Talk }).sayThanksTalk;
});
afterAll(() => rmSync(FILE, { force: true }));

test('the worked example of CONTRIBUTING.md is a talk that plays to its end', () => {
  const toDesk = new Play(talk.flow, {}).do({ tap: 'desk' }, { tap: '~skip' });
  expect(toDesk).toMatchObject({ type: 'finished', answers: { to: 'desk', words: null } });
  const play = new Play(talk.flow, {});
  play.do({ tap: 'volunteers' });
  expect(play.question.controls).not.toContain('~skip');
  expect(play.do('谢谢小陈！')).toMatchObject({ type: 'finished', answers: { words: { text: '谢谢小陈！' } } });
  expect(talk.finish({}, {} as never).outcome).toBe('thanks_said');
});

test('the example’s wording has every key that its steps ask for', () => {
  const wording = JSON.parse(block('locales/zh-CN/flows/say-thanks.json')) as Record<string, object>;
  for (const { id } of talk.flow.steps)
    expect(Object.keys(wording[id] ?? {})).toEqual(expect.arrayContaining(['ask', 'invalid']));
  expect(wording).toMatchObject({ to: { options: { desk: expect.any(String), volunteers: expect.any(String) } } });
});

test('every file and list that the guide names exists', () => {
  const lists = [...GUIDE.matchAll(/`([A-Z_]{3,}|openChannels)`[^`|]*\(`(src\/[\w/.-]+\.ts)`\)/g)];
  const after = [...GUIDE.matchAll(/`([A-Z_]{3,})` in `(src\/[\w/.-]+\.ts)`/g)];
  expect(lists.length + after.length).toBeGreaterThanOrEqual(5);
  for (const [, name = '', file = ''] of [...lists, ...after])
    expect(readFileSync(new URL(file, ROOT), 'utf8'), `${name} in ${file}`).toContain(name);
});
