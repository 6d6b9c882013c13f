import type { Refusal } from './condition.ts';

/** Tags that only style their text, and tags that begin a new line. */
const STYLES = ['b', 'strong', 'i', 'em', 'u', 'span', 'font', 'small', 'big', 'sub', 'mark', 'label', 'center'];
const BREAKS = [
  'br',
  'p',
  'div',
  'li',
  'ul',
  'ol',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'hr',
  'section',
  'body',
  'html',
];
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ensp: ' ',
  emsp: ' ',
  hellip: '\u2026',
  mdash: '\u2014',
  ndash: '\u2013',
  ldquo: '\u201c',
  rdquo: '\u201d',
  lsquo: '\u2018',
  rsquo: '\u2019',
  middot: '\u00b7',
  bull: '\u2022',
  times: '\u00d7',
  deg: '\u00b0',
  yen: '\u00a5',
};
const ANY_TAG = /<\/?([a-z][a-z0-9]*)\b[^>]*>/gi;
/** A tag whose attributes all have values. Without that, `x<b and c>d` would lose its middle. */
const TAG = /<\/?([a-z][a-z0-9]*)(?:\s+[a-z][\w:.-]*\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))*\s*\/?>/gi;
const ENTITY = /&(#x[0-9a-f]+|#\d+|[a-z][a-z0-9]*);/gi;

/** Turns HTML into the plain text of a chat: tags removed, entities decoded. Text without HTML stays as it is. */
export function plainText(source: string): string | Refusal {
  const uncommented = source.replace(/<!--[\s\S]*?-->/g, '');
  const tags = [...uncommented.matchAll(ANY_TAG)].map(([, name = '']) => name.toLowerCase());
  const strange = tags.find((name) => name !== 'a' && !STYLES.includes(name) && !BREAKS.includes(name));
  if (strange !== undefined) return { refused: `A chat shows no <${strange}>. Write plain text.` };
  const untagged =
    uncommented === source && source.search(TAG) < 0
      ? source
      : uncommented
          .replace(/\s+/g, ' ')
          .replace(/<a\b[^>]*?href\s*=\s*["']?([^"'\s>]*)[^>]*>(.*?)<\/a>/gi, '$2 ($1)')
          .replace(TAG, (_tag, name: string) => (BREAKS.includes(name.toLowerCase()) ? '\n' : ''))
          .replace(/ *\n[ \n]*/g, '\n')
          .trim();
  const unknown = [...untagged.matchAll(ENTITY)].find(([, name = '']) => signOf(name) === undefined);
  if (unknown) return { refused: `"${unknown[0]}" is no known sign. Write the sign itself.` };
  return untagged.replace(ENTITY, (_entity, name: string) => signOf(name) ?? '');
}

function signOf(name: string): string | undefined {
  if (!name.startsWith('#')) return ENTITIES[name] ?? ENTITIES[name.toLowerCase()];
  const point = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return point > 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff)
    ? String.fromCodePoint(point)
    : undefined;
}

/** Turns the Markdown that XLSForm allows in labels into plain text. */
export function withoutMarkdown(source: string): string {
  return source
    .replace(/^#{1,6} +/gm, '')
    .replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, '$1 ($2)')
    .replace(/(?<![\w\\*])(\*\*|\*)(?=[^\s*])([^*]+?)(?<=[^\s\\])\1(?![\w*])/g, '$2')
    .replace(/(?<![\w\\_])(__|_)(?=[^\s_])([^_]+?)(?<=[^\s\\])\1(?![\w_])/g, '$2')
    .replace(/\\([#*_\\])/g, '$1');
}
