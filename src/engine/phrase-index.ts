/** Builds the search for phrases that a text contains; only phrases that begin with letters of the text are compared. */
export function phraseIndex<Phrase>(
  phrases: readonly Phrase[],
  textOf: (phrase: Phrase) => string,
): (said: string) => readonly { readonly phrase: Phrase; readonly at: number }[] {
  const byStart = Map.groupBy(phrases, (phrase) => textOf(phrase).slice(0, 2));
  return (said) => {
    const found: { readonly phrase: Phrase; readonly at: number }[] = [];
    for (let at = 0; at < said.length; at += 1) {
      // A phrase of one letter begins with that letter alone; behind the last letter both starts are the same.
      for (const start of new Set([said.slice(at, at + 1), said.slice(at, at + 2)])) {
        for (const phrase of byStart.get(start) ?? [])
          if (said.startsWith(textOf(phrase), at)) found.push({ phrase, at });
      }
    }
    return found;
  };
}
