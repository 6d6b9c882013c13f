import { describe, expect, test } from 'vitest';
import { demoRegions } from '../../src/demo/city.ts';
import { resume } from '../../src/engine/advance.ts';
import { flow } from '../../src/engine/flow.ts';
import { choice, choices } from '../../src/engine/steps/choice.ts';
import { confirm, review } from '../../src/engine/steps/confirm.ts';
import { date } from '../../src/engine/steps/date.ts';
import { number } from '../../src/engine/steps/number.ts';
import { phone } from '../../src/engine/steps/phone.ts';
import { photos } from '../../src/engine/steps/photos.ts';
import { place } from '../../src/engine/steps/place.ts';
import { text } from '../../src/engine/steps/text.ts';
import { voice } from '../../src/engine/steps/voice.ts';
import { regionTree } from '../../src/regions/region-tree.ts';
import type { Move } from './play.ts';
import { media, NOW, Play } from './play.ts';

type Facts = { readonly regions: ReturnType<typeof regionTree>; readonly member: boolean };
const facts: Facts = { regions: regionTree(demoRegions()), member: false };
const JINXIU = { latitude: 31.4552, longitude: 119.4434 };

const DAY = 24 * 3600;
const everything = flow<Facts>({ id: 'everything', version: 1, lifetimeSeconds: DAY })
  .step('agree', confirm({ no: 'ends', relevant: ({ facts }) => !facts.member }))
  .step('kind', choice({ options: ['fire', 'road', 'other'], resets: ['detail'] }))
  .step('detail', text({ maxLength: 20, relevant: ({ answers }) => answers.kind === 'other' }))
  .step('days', choices({ options: ['mon', 'tue', 'wed'], max: 2 }))
  .step('people', number({ min: 1, max: 50 }))
  .step('when', date({ time: true }))
  .step('phone', phone({ optional: true }))
  .step('where', place({ maxLength: 50, regions: ({ facts }) => facts.regions, sharing: () => true }))
  .step('photos', photos({ max: 3, optional: true }))
  .step('greeting', voice({ maxSeconds: 60, optional: true }))
  .step('review', review())
  .end();

const toDays = [{ tap: 'yes' }, { tap: 'fire' }] as const;
const toPeople = [...toDays, { tap: 'mon' }, { tap: '~done' }] as const;
const toWhere = [...toPeople, '3', '明天下午三点', { tap: '~skip' }] as const;
const toPhotos = [...toWhere, { type: 'location', point: JINXIU }, { tap: 'yes' }] as const;
const toReview = [...toPhotos, { tap: '~skip' }, { tap: '~skip' }] as const;

describe('a flow from beginning to end', () => {
  test('gives typed answers in the order of the flow', () => {
    const play = new Play(everything, facts);
    play.do(...toReview);
    expect(play.at).toBe('review.ask');
    expect(play.question.review.map(({ step }) => step)).toEqual(
      'agree kind days people when phone where photos greeting'.split(' '),
    );
    expect(play.do({ tap: 'send' })).toMatchObject({
      type: 'finished',
      answers: {
        agree: true,
        kind: 'fire',
        days: ['mon'],
        people: 3,
        when: '2026-11-23T15:00',
        phone: null,
        where: { point: JINXIU, region: expect.stringMatching(/^99/) },
        photos: null,
        greeting: null,
      },
    });
  });

  test('asks only relevant questions, by facts and by earlier answers', () => {
    expect(new Play(everything, { ...facts, member: true }).at).toBe('kind.ask');
    const play = new Play(everything, facts);
    play.do({ tap: 'yes' }, { tap: 'other' });
    expect(play.at).toBe('detail.ask');
    play.do('电线', { tap: '~back' }, { tap: '~back' }, { tap: 'road' });
    expect(play.at).toBe('days.ask');
    expect(play.answers).not.toHaveProperty('detail');
  });

  test('ends if the person does not agree', () => {
    expect(new Play(everything, facts).do({ tap: 'no' })).toEqual({ type: 'ended', how: 'declined', step: 'agree' });
  });

  test('keeps its session small', () => {
    const play = new Play(everything, facts);
    play.do(...toWhere);
    expect(JSON.stringify(play.session).length).toBeLessThan(400);
  });
});

/** A question that shows what others may change, with words behind it. */
function atSealed() {
  const shown = { version: 1 };
  const sealed = flow<typeof shown>({ id: 'sealed', version: 1, lifetimeSeconds: DAY })
    .step('sure', confirm({ confirms: (here) => here.facts.version }))
    .step('words', text({ maxLength: 20 }))
    .end();
  return { shown, play: new Play(sealed, shown) };
}

describe('moving in a flow', () => {
  test('back goes to the question before, whose answer stays until it is replaced', () => {
    const play = new Play(everything, facts);
    play.do(...toPeople, '3', { tap: '~back' });
    expect(play.at).toBe('people.ask');
    expect(play.question.controls).toContain('~keep');
    play.do({ tap: '~keep' });
    expect(play.at).toBe('when.ask');
    play.do({ tap: '~back' }, { tap: '~back' });
    expect([play.at, play.question.chosen]).toEqual(['days.ask', ['mon']]);
  });

  test('a day without an hour is kept, and only the hour is asked', () => {
    const play = new Play(everything, facts);
    play.do(...toPeople, '3', '5月1日');
    expect(play.at).toBe('when.hour');
    play.do('好的');
    expect(play.at).toBe('when.hour');
    play.do('下午三点');
    expect(play.answers.when).toMatch(/-05-01T15:00$/);
  });

  test('the first question has no back button, and a forged one changes nothing', () => {
    const play = new Play(everything, facts);
    expect(play.question.controls).not.toContain('~back');
    play.do({ tap: '~back' });
    expect(play.because).toEqual({ type: 'old_button' });
    expect(play.at).toBe('agree.ask');
  });

  test('a question that is not optional cannot be skipped', () => {
    const play = new Play(everything, facts);
    play.do(...toPeople, { tap: '~skip' });
    expect([play.at, play.because]).toEqual(['people.ask', { type: 'old_button' }]);
  });

  test('a step whose `optional` depends on an answer can be skipped only while that answer allows it', () => {
    const check = flow<Facts>({ id: 'check', version: 1, lifetimeSeconds: DAY })
      .step('passed', choice({ options: ['yes', 'no'] }))
      .step('words', text({ maxLength: 20, optional: ({ answers }) => answers.passed === 'yes' }))
      .step('review', review())
      .end();
    const play = new Play(check, facts);
    play.do({ tap: 'yes' });
    expect([play.at, play.question.controls.includes('~skip')]).toEqual(['words.ask', true]);
    play.do({ tap: '~skip' });
    expect(play.at).toBe('review.ask');
    play.do({ tap: 'fix.passed' }, { tap: 'no' });
    expect([play.at, play.question.controls.includes('~skip')]).toEqual(['words.ask', false]);
    play.do({ tap: '~skip' });
    expect([play.at, play.because]).toEqual(['words.ask', { type: 'old_button' }]);
    expect(play.do('线还在窗外', { tap: 'send' })).toMatchObject({
      answers: { passed: 'no', words: { text: '线还在窗外' } },
    });
  });

  test('a button of an earlier question or session changes nothing and shows the current question', () => {
    const play = new Play(everything, facts);
    play.do(...toDays);
    const before = JSON.stringify(play.session);
    for (const old of [
      { tap: 'road', step: 'kind' },
      { tap: 'mon', talk: 'zzzz' },
    ]) {
      play.do(old);
      expect([play.at, play.because, JSON.stringify(play.session)]).toEqual([
        'days.ask',
        { type: 'old_button' },
        before,
      ]);
    }
  });

  test('leaving asks first: go on, keep for later, or drop', () => {
    const play = new Play(everything, facts);
    play.do(...toDays, { tap: '~leave' });
    expect(play.question.kind).toBe('leave');
    play.do({ tap: 'stay' });
    expect(play.at).toBe('days.ask');
    expect(play.do({ tap: '~leave' }, { tap: 'later' }).type).toBe('paused');
    const again = resume(everything, play.session, facts, NOW);
    expect(again).toMatchObject({ type: 'asked', question: { step: 'days' } });
    const other = new Play(everything, facts);
    expect(other.do({ tap: '~leave' }, { tap: 'drop' })).toMatchObject({ type: 'ended', how: 'dropped' });
  });

  test('words at the leave question do not answer the step', () => {
    const play = new Play(everything, facts);
    play.do(...toPeople, { tap: '~leave' }, '12');
    expect([play.question.kind, play.because]).toEqual(['leave', { type: 'again', reason: 'invalid', misses: 1 }]);
    play.do('三');
    expect(play.at).toBe('people.ask');
    expect(play.answers).not.toHaveProperty('people');
  });

  test('a button that confirms a changed value is an old button', () => {
    const play = new Play(everything, facts);
    play.do(...toReview);
    const card = play.question.seal;
    play.do({ tap: 'fix.people' }, '7');
    expect(play.question.seal).not.toBe(card);
    play.do({ type: 'choice', talk: 'abcd', step: 'review', option: 'send', seal: card });
    expect([play.at, play.because]).toEqual(['review.ask', { type: 'old_button' }]);
  });

  test.each<Move>([{ tap: 'yes' }, '1'])(
    '%s to a question whose matter changed is not taken, and then it is',
    (move) => {
      const { shown, play } = atSealed();
      const before = play.question.seal;
      shown.version = 2;
      play.do(
        typeof move === 'string' ? move : { type: 'choice', talk: 'abcd', step: 'sure', option: 'yes', seal: before },
      );
      expect([play.at, play.because]).toEqual(['sure.ask', { type: 'changed' }]);
      play.do(move);
      expect([play.at, play.answers]).toEqual(['words.ask', { sure: true }]);
      expect(play.session).not.toHaveProperty('seal');
    },
  );

  test('words after a question whose matter changed are not taken for what stands there now', () => {
    const { shown, play } = atSealed();
    play.do({ tap: 'yes' });
    shown.version = 2;
    play.do('这是理由');
    expect([play.at, play.because, play.answers]).toEqual(['sure.ask', { type: 'changed' }, {}]);
    const done = play.do({ tap: 'yes' }, '这是理由');
    expect(done).toMatchObject({ type: 'finished', answers: { sure: true, words: { text: '这是理由' } } });
  });

  test('a forged button changes nothing', () => {
    const play = new Play(everything, facts);
    play.do(...toDays, { tap: 'fix.review' }, { tap: 'sun' });
    expect([play.at, play.because]).toEqual(['days.ask', { type: 'old_button' }]);
  });

  test('each answer can be corrected from the review card, which is then shown again', () => {
    const play = new Play(everything, facts);
    play.do(...toReview, { tap: 'fix.people' });
    expect([play.at, play.question.controls]).toEqual(['people.ask', ['~keep', '~back', '~leave']]);
    play.do('7');
    expect([play.at, play.answers.people]).toEqual(['review.ask', 7]);
    play.do({ tap: 'fix.kind' }, { tap: 'other' });
    expect(play.at).toBe('detail.ask');
    play.do('铁门松了');
    expect(play.at).toBe('review.ask');
  });

  test('a session without input expires', () => {
    const play = new Play(everything, facts);
    play.do(...toDays);
    play.now += DAY * 1000 + 1;
    expect(play.do('你好')).toMatchObject({ type: 'ended', how: 'expired' });
  });

  test('every input renews the lifetime of the session', () => {
    const play = new Play(everything, facts);
    for (let i = 0; i < 5; i += 1) {
      play.now += DAY * 900;
      play.do('???');
    }
    expect(play.at).toBe('agree.ask');
  });
});

describe('a new version of a flow', () => {
  const next = flow<Facts>({ id: 'everything', version: 2, lifetimeSeconds: DAY })
    .step('agree', confirm({ no: 'ends' }))
    .step('urgent', confirm())
    .step('kind', choice({ options: ['fire', 'water', 'other'] }))
    .step('people', number({ min: 1, max: 5 }))
    .step('review', review())
    .end();

  test('keeps the answers that still hold and asks the rest, from any step', () => {
    const play = new Play(everything, facts);
    play.do(...toWhere);
    play.release(next);
    play.do('你好');
    expect([play.at, play.session.version]).toEqual(['urgent.ask', 2]);
    play.do({ tap: 'yes' });
    expect(play.at).toBe('review.ask');
    expect(play.answers).toMatchObject({ agree: true, kind: 'fire', people: 3 });
  });

  test('asks again where its steps no longer accept the answer', () => {
    const play = new Play(everything, facts);
    play.do({ tap: 'yes' }, { tap: 'road' }, { tap: 'mon' }, { tap: '~done' }, '30');
    play.release(next);
    play.do({ tap: 'x' }, { tap: 'yes', step: 'urgent' });
    expect(play.at).toBe('kind.ask');
    play.do({ tap: 'water' });
    expect(play.at).toBe('people.ask');
  });

  test('never lets a review send with an answer missing', () => {
    const play = new Play(everything, facts);
    play.do(...toReview);
    play.release(next);
    // The old card is an old button; the new one asks for the missing answer.
    play.do({ tap: 'send' }, { tap: 'send' });
    expect(play.at).toBe('urgent.ask');
  });
});

describe('an input that is no answer', () => {
  test.each([
    ['confirm', [], '也许吧', 'invalid'],
    ['choice', [{ tap: 'yes' }], '不知道啊', 'invalid'],
    ['choices', toDays, '每天', 'invalid'],
    ['number, none', toPeople, '好多', 'invalid'],
    ['number, too large', toPeople, '一百', 'too_large'],
    ['number, too small', toPeople, '0', 'too_small'],
    ['number, a half', toPeople, '2.5', 'invalid'],
    ['date, none', [...toPeople, '3'], '过两天', 'invalid'],
    ['date, over', [...toPeople, '3'], '2020-01-01 10:00', 'past'],
    ['phone', [...toPeople, '3', '明天下午3点'], '12345', 'invalid'],
    ['photos', toPhotos, '没拍', 'invalid'],
    ['voice, typed', [...toPhotos, { tap: '~skip' }], '喂喂', 'invalid'],
    ['review', toReview, '嗯嗯嗯', 'invalid'],
  ] as const)('%s: is asked again with a reason, and nothing is lost', (_name, moves, wrong, reason) => {
    const play = new Play(everything, facts);
    play.do(...moves);
    const { at, answers } = play;
    play.do(wrong);
    expect(play.because).toEqual({ type: 'again', reason, misses: 1 });
    play.do(wrong);
    expect(play.because).toEqual({ type: 'again', reason, misses: 2 });
    expect([play.at, play.answers]).toEqual([at, answers]);
  });

  test('too many or too few ticks give a reason, and the ticks stay', () => {
    const play = new Play(everything, facts);
    play.do(...toDays, { tap: '~done' });
    expect(play.because).toMatchObject({ reason: 'too_few' });
    play.do({ tap: 'mon' }, '2', '第三个');
    expect([play.because, play.question.chosen]).toEqual([
      { type: 'again', reason: 'too_many', misses: 1 },
      ['mon', 'tue'],
    ]);
    play.do({ tap: 'mon' });
    expect(play.question.chosen).toEqual(['tue']);
  });

  test('that are left by a step back without “done” are no answer: the question comes again, with them', () => {
    const play = new Play(everything, facts);
    play.do(...toDays, { tap: 'mon' }, { tap: '~back' });
    expect(play.at).toBe('kind.ask');
    play.do({ tap: 'road' });
    expect([play.at, play.question.chosen]).toEqual(['days.ask', ['mon']]);
    play.do({ tap: 'mon' }, { tap: 'tue' }, { tap: '~done' });
    expect([play.at, play.answers.days]).toEqual(['people.ask', ['tue']]);
    // A step back through finished ticks leaves them, and counts what was changed.
    play.do({ tap: '~back' }, { tap: '~back' }, { tap: '~keep' });
    expect([play.at, play.answers.days]).toEqual(['people.ask', ['tue']]);
    play.do({ tap: '~back' }, { tap: 'wed' }, { tap: '~back' }, { tap: '~keep' });
    expect([play.at, play.answers.days]).toEqual(['people.ask', ['tue', 'wed']]);
  });
});

describe('photos', () => {
  const photo = (name: string, more: object = {}) => ({ type: 'photo', photo: media(name), ...more }) as const;

  test('come one by one until done', () => {
    const play = new Play(everything, facts);
    play.do(...toPhotos, photo('a'), photo('b'));
    expect(play.at).toBe('photos.more');
    play.do({ tap: '~done' });
    expect(play.answers.photos).toEqual([media('a'), media('b')]);
  });

  test('are kept when the person goes back to the question before', () => {
    const play = new Play(everything, facts);
    play.do(...toPhotos, photo('a'), { tap: '~back' });
    expect(play.at).toBe('where.ask');
    play.do({ tap: '~keep' });
    expect([play.at, play.answers.photos]).toEqual(['greeting.ask', [media('a')]]);
  });

  test('the last possible one ends the question; the same one twice counts once', () => {
    const play = new Play(everything, facts);
    play.do(...toPhotos, photo('a'), photo('a'), photo('b'), photo('c'));
    expect([play.at, play.answers.photos]).toEqual(['greeting.ask', [media('a'), media('b'), media('c')]]);
  });

  test('an album gets one reply, and its surplus one notice', () => {
    const play = new Play(everything, facts);
    play.do(...toPhotos);
    const quiet = ['a', 'b', 'c', 'd', 'e'].map((name) => {
      play.do(photo(name, { album: 'A' }));
      return [play.at, (play.result as { quiet?: boolean }).quiet ?? false, (play.because as { type?: string })?.type];
    });
    expect(quiet).toEqual([
      ['photos.more', false, undefined],
      ['photos.more', true, undefined],
      ['greeting.ask', false, undefined],
      ['greeting.ask', false, 'photo_full'],
      ['greeting.ask', true, 'photo_full'],
    ]);
    expect(play.answers.photos).toHaveLength(3);
    play.do({ tap: '~skip' }, { tap: 'fix.photos' });
    expect([play.at, play.question.values.had]).toEqual(['photos.full', 3]);
    play.do({ tap: 'clear' });
    expect([play.at, play.answers.photos, play.question.controls]).toEqual([
      'photos.ask',
      undefined,
      ['~skip', '~back', '~leave'],
    ]);
    play.do({ tap: '~skip' });
    expect([play.at, play.answers.photos]).toEqual(['review.ask', null]);
  });

  test('one that is sent before its question is kept, and its caption answers a text question', () => {
    const play = new Play(everything, facts);
    play.do({ tap: 'yes' }, photo('early'));
    expect([play.at, play.because]).toEqual(['kind.ask', { type: 'photo_kept' }]);
    play.do({ tap: 'other' }, photo('two', { caption: '铁门松了' }));
    expect([play.at, play.answers.detail]).toEqual(['days.ask', { text: '铁门松了' }]);
    expect(play.answers.photos).toEqual([media('early'), media('two')]);
  });
});

describe('a place', () => {
  test('shared, is named by its region and confirmed', () => {
    const play = new Play(everything, facts);
    play.do(...toWhere, { type: 'location', point: JINXIU });
    expect(play.at).toBe('where.sure');
    play.do('嗯这个嘛');
    expect([play.at, play.because]).toMatchObject(['where.sure', { reason: 'invalid' }]);
    play.do({ tap: 'change' });
    expect(play.at).toBe('where.ask');
  });

  test('shared with its name, keeps the name; with a known datum it is one place', () => {
    const play = new Play(everything, facts);
    const point = { latitude: 31.478, longitude: 119.47 };
    play.do(...toWhere, { type: 'location', point, caption: '望塔西门' });
    expect(play.at).toBe('where.which');
    play.do({ type: 'location', point, caption: '望塔西门', exact: true }, { tap: 'yes' });
    expect(play.answers.where).toMatchObject({ point, text: '望塔西门' });
  });

  test('outside all regions is accepted', () => {
    const play = new Play(everything, facts);
    const point = { latitude: 10, longitude: 10 };
    play.do(...toWhere, { type: 'location', point }, { tap: 'yes' });
    expect(play.answers.where).toEqual({ point });
  });

  test('chosen in the tree, with a detail in words', () => {
    const play = new Play(everything, facts);
    play.do(...toWhere, { tap: 'tree' });
    while (play.at === 'where.browse') play.do('1');
    expect(play.at).toBe('where.detail');
    play.do('3幢2单元', { tap: 'yes' });
    expect(play.answers.where).toEqual({ region: '990101001001', text: '3幢2单元' });
  });

  test('written, with its region asked, which may be unknown', () => {
    const play = new Play(everything, facts);
    play.do(...toWhere, '锦绣花园三幢');
    expect(play.at).toBe('where.within');
    play.do({ tap: 'unknown' }, { tap: 'yes' });
    expect(play.answers.where).toEqual({ text: '锦绣花园三幢' });
  });

  test('back inside a place leaves the part first, then the question', () => {
    const play = new Play(everything, facts);
    play.do(...toWhere, '锦绣花园三幢', { tap: '~back' });
    expect(play.at).toBe('where.ask');
    play.do({ tap: '~back' });
    expect(play.at).toBe('phone.ask');
  });
});
