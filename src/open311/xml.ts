/**
 * What is sent, before it is XML or JSON: text, numbers, lists, and things with names. A name with @ in front is an
 * attribute, '' is the text itself, and what ends in * is repeated without a list around it.
 */
export type Node = string | number | boolean | readonly Node[] | { readonly [name: string]: Node | undefined };

/** The names of what stands in a list, by the name of the list (GeoReport v2, response samples). */
const ONE_OF: Readonly<Record<string, string>> = {
  services: 'service',
  service_requests: 'request',
  service_request_updates: 'request_update',
  errors: 'error',
  attributes: 'attribute',
  values: 'value',
  endpoints: 'endpoint',
  formats: 'format',
};

/** An XML document with this root. Names come from our own code, everything else is escaped. */
export function toXml(root: string, node: Node): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n${element(root, node)}\n`;
}

function element(name: string, node: Node): string {
  return `<${name}${attributes(node)}>${content(name, node)}</${name}>`;
}

function attributes(node: Node): string {
  if (typeof node !== 'object' || Array.isArray(node)) return '';
  return Object.entries(node)
    .map(([name, value]) =>
      name.startsWith('@') ? ` ${name.slice(1)}="${escaped(String(value)).replaceAll('"', '&quot;')}"` : '',
    )
    .join('');
}

function content(name: string, node: Node): string {
  if (Array.isArray(node)) return node.map((one: Node) => element(ONE_OF[name] ?? name, one)).join('');
  if (typeof node !== 'object') return escaped(String(node));
  return Object.entries(node)
    .map(([child, value]) => part(child, value as Node | undefined)) // a list was handled above
    .join('');
}

function part(name: string, value: Node | undefined): string {
  if (value === undefined || name.startsWith('@')) return '';
  if (name === '') return escaped(String(value));
  if (!name.endsWith('*')) return element(name, value);
  return (value as readonly Node[]).map((one) => element(name.slice(0, -1), one)).join('');
}

/** Characters that XML 1.0 does not have are left out, whoever sent them. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
