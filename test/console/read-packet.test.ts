import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { readOpening, readPacket, WORDS_MAX } from '../../src/console/read-packet.ts';

const FILE = 'ab'.repeat(32);
const packet = (more: object = {}) => ({
  id: randomUUID(),
  password: '青石',
  marks: [{ place: 1, mark: 'none', words: '灯坏了' }],
  photos: [{ place: 1, file: FILE }],
  ...more,
});
const read = (more: object = {}) => readPacket(JSON.stringify(packet(more)));

test('a packet has marks with words by place, and photos by the digest of their bytes', () => {
  expect(read()).toMatchObject({
    password: '青石',
    marks: new Map([[1, { mark: 'none', words: '灯坏了' }]]),
    photos: [{ place: 1, photo: { file: `web:${FILE}`, same: FILE.slice(0, 22) } }],
    files: [FILE],
  });
});

test('of a place that comes twice the last mark counts, as in a typed line', () => {
  const marks = [
    { place: 2, mark: 'none', words: '坏了' },
    { place: 2, mark: 'full', words: '' },
  ];
  expect(read({ marks })?.marks).toEqual(new Map([[2, { mark: 'full' }]]));
});

test('words lose line breaks and the control characters that no commit may hold', () => {
  const marks = [{ place: 1, mark: 'half', words: ' 灯\u001f坏了\n\n两盏 ' }];
  expect(read({ marks })?.marks.get(1)?.words).toBe('灯 坏了 两盏');
});

test('words lose invisible characters, with which one text can imitate another', () => {
  const marks = [{ place: 1, mark: 'half', words: '\u202e灯\u200b坏了\u2069\ud800' }];
  expect(read({ marks })?.marks.get(1)?.words).toBe('灯坏了\ufffd');
});

test.each([
  ['a mark that is none', { marks: [{ place: 1, mark: 'good', words: '' }] }],
  ['place 0', { marks: [{ place: 0, mark: 'full', words: '' }] }],
  ['half a place', { marks: [{ place: 1.5, mark: 'full', words: '' }] }],
  ['words beyond the limit', { marks: [{ place: 1, mark: 'none', words: '长'.repeat(WORDS_MAX + 1) }] }],
  ['a photo that is no digest', { photos: [{ place: 1, file: '../../etc/passwd' }] }],
  ['an operation id that is none', { id: 'again' }],
  ['no password', { password: undefined }],
])('a packet with %s is none', (_what, more) => {
  expect(read(more)).toBeUndefined();
});

test('what is no JSON, and an opening without a whole key, are none', () => {
  expect(readPacket('{')).toBeUndefined();
  const opening = { visit: 'visit_abcd1234', token: 't', key: { x: 'A'.repeat(43), y: 'A'.repeat(43) } };
  expect(readOpening(JSON.stringify(opening))).toEqual(opening);
  expect(readOpening(JSON.stringify({ ...opening, key: { x: 'A'.repeat(43) } }))).toBeUndefined();
  expect(readOpening(JSON.stringify({ ...opening, visit: 'case_abcd1234' }))).toBeUndefined();
});
