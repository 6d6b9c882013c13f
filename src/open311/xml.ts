/** What GeoReport v2 sends, before it is XML or JSON: text, numbers, lists, and things with names. */
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
  return `<${name}>${content(name, node)}</${name}>`;
}

function content(name: string, node: Node): string {
  if (Array.isArray(node)) return node.map((one: Node) => element(ONE_OF[name] ?? name, one)).join('');
  if (typeof node !== 'object') return escaped(String(node));
  return Object.entries(node)
    .map(([child, value]) => (value === undefined ? '' : element(child, value as Node))) // a list was handled above
    .join('');
}

/** Characters that XML 1.0 does not have are left out, whoever sent them. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
