/** By units. A page has the words of one language at a time. */
let known: { readonly units: string; readonly pattern: RegExp } | undefined;

/**
 * Splits a text at the numbers of public help: text, the character before a number, the number, text… A number before one of
 * the units is a count. Units: words, with | between them.
 */
export function splitAtNumbers(text: string, units: string): readonly string[] {
  if (known?.units !== units)
    known = {
      units,
      // Old phones know no lookbehind.
      pattern: new RegExp(
        `(^|[^\\d.,A-Za-z-])(110|119|120|122|12345|96\\d{3,4})(?!\\d|[.,]\\d|[A-Za-z%-]| ?(?:${units}))`,
      ),
    };
  return text.split(known.pattern);
}
