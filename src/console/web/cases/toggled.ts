/** The selection with one case added, or taken out. */
export function toggled(ticked: ReadonlySet<string>, number: string): ReadonlySet<string> {
  const next = new Set(ticked);
  if (!next.delete(number)) next.add(number);
  return next;
}
