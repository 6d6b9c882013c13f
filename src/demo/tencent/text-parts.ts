/** A piece of a text. With `href` it is a link. `tap`: the words and the id that an entry of a menu message sends. */
export type TextPart = {
  readonly text: string;
  readonly href?: string;
  readonly tap?: { readonly content: string; readonly id: string };
};

const LINK = /<a\s+href\s*=\s*(?:"([^"]*)"|'([^']*)')[^>]*>([\s\S]*?)<\/a\s*>/gi;

/** Renders a text of the account: `<a href>` becomes a link, everything else stays as it stands. */
export function readParts(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    const [whole, double, single, label = ''] = match;
    if (match.index > end) parts.push({ text: text.slice(end, match.index) });
    parts.push({ text: label, href: double ?? single ?? '' });
    end = match.index + whole.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

/** Returns the text that a person reads. */
export function visibleText(parts: readonly TextPart[]): string {
  return parts.map(({ text }) => text).join('');
}
