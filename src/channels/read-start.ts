/** Reads `/start` with its payload, as links of several channels write it; undefined for other texts. */
export function readStart(text: string): { readonly type: 'start'; readonly payload: string } | undefined {
  const start = /^\/start(?:@\w+)?(?:\s+([\w-]{1,64}))?\s*$/.exec(text);
  return start ? { type: 'start', payload: start[1] ?? '' } : undefined;
}
