/**
 * A response tree that becomes either XML or JSON. In XML, the name `@x` is an attribute and the name '' is text.
 * The name `x*` repeats the element x without an enclosing list.
 */
export type ResponseNode =
  | string
  | number
  | boolean
  | readonly ResponseNode[]
  | { readonly [name: string]: ResponseNode | undefined };

/** Element names of list items, by list name (GeoReport v2, response samples). */
const ITEM_NAMES: Readonly<Record<string, string>> = {
  services: 'service',
  service_requests: 'request',
  service_request_updates: 'request_update',
  errors: 'error',
  attributes: 'attribute',
  values: 'value',
  endpoints: 'endpoint',
  formats: 'format',
};

/** Writes an XML document. Values are escaped; names are not, because they come from code. */
export function toXml(root: string, node: ResponseNode): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n${element(root, node)}\n`;
}

function element(name: string, node: ResponseNode): string {
  return `<${name}${attributes(node)}>${content(name, node)}</${name}>`;
}

function attributes(node: ResponseNode): string {
  if (typeof node !== 'object' || Array.isArray(node)) return '';
  return Object.entries(node)
    .map(([name, value]) =>
      name.startsWith('@') ? ` ${name.slice(1)}="${escaped(String(value)).replaceAll('"', '&quot;')}"` : '',
    )
    .join('');
}

function content(name: string, node: ResponseNode): string {
  if (Array.isArray(node)) return node.map((one: ResponseNode) => element(ITEM_NAMES[name] ?? name, one)).join('');
  if (typeof node !== 'object') return escaped(String(node));
  return Object.entries(node)
    .map(([child, value]) => childElements(child, value as ResponseNode | undefined)) // a list was handled above
    .join('');
}

function childElements(name: string, value: ResponseNode | undefined): string {
  if (value === undefined || name.startsWith('@')) return '';
  if (name === '') return escaped(String(value));
  if (!name.endsWith('*')) return element(name, value);
  return (value as readonly ResponseNode[]).map((one) => element(name.slice(0, -1), one)).join('');
}

/** Drops characters that XML 1.0 forbids and escapes the rest. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
