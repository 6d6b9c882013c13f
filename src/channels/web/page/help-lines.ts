/** A number of public help, and the character before it; a count (120 件) is none. Old phones know no lookbehind. */
const HELP_LINE =
  /(^|[^\d.,A-Za-z-])(110|119|120|122|12345|96\d{3,4})(?!\d|[.,]\d|[A-Za-z-]| ?[米元件人户天个分条次年度号幢栋室弄%平])/;

/** Splits a text at the numbers of public help: text, the character before a number, the number, text… */
export function splitAtNumbers(text: string): readonly string[] {
  return text.split(HELP_LINE);
}
