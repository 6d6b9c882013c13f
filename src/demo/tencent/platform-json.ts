/** The fields of a call. Each reader checks those that it uses. */
export type Fields = Readonly<Record<string, unknown>>;

/** Parses a body as the platforms do: they show `\u4e95` in a text as it stands. Undefined unless it is an object. */
export function parsePlatformJson(body: string): Fields | undefined {
  // One escape after the other, so that an escaped backslash before a u stays one.
  const literal = body.replace(/\\(u[0-9a-fA-F]{4}|.)/gs, (sequence) =>
    sequence.startsWith('\\u') ? `\\${sequence}` : sequence,
  );
  try {
    const parsed: unknown = JSON.parse(literal);
    return isFields(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Reads a text field; empty if there is none. */
export function textIn(fields: Fields | undefined, name: string): string {
  const value = fields?.[name];
  return typeof value === 'string' ? value : '';
}

/** Reads an object field; undefined if there is none. */
export function fieldsIn(fields: Fields | undefined, name: string): Fields | undefined {
  const value = fields?.[name];
  return isFields(value) ? value : undefined;
}

/** Reads a list of objects; undefined if it is none. */
export function listIn(fields: Fields | undefined, name: string): readonly Fields[] | undefined {
  const value = fields?.[name];
  return Array.isArray(value) && value.every(isFields) ? value : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
