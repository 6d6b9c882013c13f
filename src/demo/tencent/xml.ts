/** An XML element's content: text, a number, or elements. Undefined elements are left out. */
export type XmlContent = string | number | bigint | { readonly [name: string]: XmlContent | undefined };

/** Writes an element as the platforms do: texts in CDATA, numbers bare. */
export function xml(content: XmlContent, name = 'xml'): string {
  return `<${name}>${inner(content)}</${name}>`;
}

function inner(content: XmlContent): string {
  if (typeof content === 'string') return `<![CDATA[${content.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
  if (typeof content !== 'object') return String(content);
  return Object.entries(content)
    .map(([name, part]) => (part === undefined ? '' : xml(part, name)))
    .join('');
}
