// Counts unclear sentences in comments, test names, log lines and errors (CONTRIBUTING.md, Language). Fails above the limits.
// It has no dependencies. `node scripts/check-language.mjs --list` prints every text that counts against a limit.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS = ['src', 'test', 'bench', 'scripts'];

/** Openings of a doc comment that name no subject. */
const OPENING = /^(what|who|whom|whose|whether|whoever|somebody|nobody)\b/i;
/** Words that hide the subject of a sentence. */
const VAGUE = /\b(somebody|someone|nobody|whoever|whomever|anybody)\b/i;
/** Personified code and riddles. */
const RIDDLE = /\b(the house|lets? go of|hears? (so|of)|is told so|that which|what is not|what it is)\b/i;
const WORDS_MAX = 20;
const STRING = /(['"`])((?:(?!\1)[^\\]|\\.)*)\1/g;

/** At most this share of the texts may break a rule, in percent. */
const LIMITS = { opening: 3, vague: 1, riddle: 1, long: 3 };

const texts = FOLDERS.flatMap((folder) => filesIn(join(ROOT, folder))).flatMap(textsIn);
const docs = texts.filter(({ kind }) => kind === 'doc');
const found = {
  opening: { of: docs, hits: docs.filter(({ text }) => OPENING.test(text)) },
  vague: { of: texts, hits: texts.filter(({ text }) => VAGUE.test(text)) },
  riddle: { of: texts, hits: texts.filter(({ text }) => RIDDLE.test(text)) },
  long: { of: texts, hits: texts.filter(({ text }) => sentencesOf(text).some((one) => wordsIn(one) > WORDS_MAX)) },
};

let failed = false;
for (const [rule, { of, hits }] of Object.entries(found)) {
  const share = (100 * hits.length) / Math.max(1, of.length);
  const over = share > LIMITS[rule];
  failed ||= over;
  console.log(
    `language: ${rule} ${hits.length} of ${of.length} = ${share.toFixed(2)} % (limit ${LIMITS[rule]} %)${over ? ' FAILED' : ''}`,
  );
  if (process.argv.includes('--list'))
    for (const { file, text } of hits) console.log(`  ${file}: ${text.slice(0, 160)}`);
}
if (failed) console.error('language: run `node scripts/check-language.mjs --list` and rewrite the sentences it names.');
process.exit(failed ? 1 : 0);

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|tsx|mjs)$/.test(file))
    .map((file) => join(folder, file));
}

/** Returns a file's doc comments, other comments, test names, log lines and error texts. */
function textsIn(path) {
  const source = readFileSync(path, 'utf8');
  const found = (kind, pattern) => [...source.matchAll(pattern)].map((match) => ({ kind, text: match.at(-1) }));
  // A string without a space is a key or an id.
  const sentences = ({ kind, text }) =>
    [...text.matchAll(STRING)].map((match) => ({ kind, text: match.at(-1) })).filter((one) => one.text.includes(' '));
  const texts = [
    ...found('doc', /(?<![^\s(])\/\*\*\s([\s\S]*?)\*\//g),
    ...found('comment', /(?<![^\s{(])\/\*(?!\*)([\s\S]*?)\*\//g),
    // A run of line comments is one text.
    ...found('comment', /((?:^[ \t]*\/\/[^\n]*(?:\n|$))+|(?<=[^\n'"`][ \t])\/\/ [^\n]*)/gm),
    ...found('test', /(?<![.\w])(?:test|it|describe)(?:\.\w+(?:\([\s\S]*?\))?)*\(\s*(['"`])((?:(?!\1)[^\\]|\\.)*)\1/g),
    ...found('log', /\b(?:log|logger|console)\.\w+\(([\s\S]*?)\)[;,)]*$/gm).flatMap(sentences),
    ...found('error', /\b(?:throw (?:new )?\w+|new \w*Error)\(([\s\S]*?)\)[;,)]*$/gm).flatMap(sentences),
  ];
  const file = relative(ROOT, path);
  return texts.map(({ kind, text }) => ({ kind, file, text: tidy(text) })).filter(({ text }) => text !== '');
}

function tidy(text) {
  return text
    .replace(/^\s*(?:\*|\/\/)? ?/gm, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function sentencesOf(text) {
  return text.replace(/`[^`]*`|\([^()]*\)|\{@[^}]*\}|\$\{[^}]*\}/g, 'x').split(/(?<=[.;:!?])\s+/);
}

function wordsIn(sentence) {
  return sentence.split(/\s+/).filter((word) => /\p{L}/u.test(word)).length;
}
