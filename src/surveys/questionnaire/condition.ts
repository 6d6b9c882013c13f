import type { SurveyQuestion } from './questionnaire.ts';

/** A condition that the chat can check: one earlier question has one of these answers. */
export type Condition = NonNullable<SurveyQuestion['showIf']>;

/** The reason why a part of a form cannot be carried, with the cure. */
export type Refusal = { readonly refused: string };

export function isRefusal(read: unknown): read is Refusal {
  return typeof read === 'object' && read !== null && 'refused' in read;
}

/** XLSForm writes XPath; SurveyJS has a language of its own. */
export type Dialect = 'xpath' | 'surveyjs';

type Token = { readonly kind: 'reference' | 'text' | 'number' | 'word' | 'sign'; readonly text: string };
type Values = { readonly kind: 'values' | 'list'; readonly values: readonly Token[] };
type Test = {
  readonly question: string;
  readonly how: 'equals' | 'contains' | 'any' | 'listed' | 'answered';
  readonly values: readonly Token[];
};

const TOKEN =
  /\s*(?:\$?\{([^{}]*)\}|'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)"|(-?\d+(?:\.\d+)?(?!\w))|([\p{L}_][\p{L}\d_:-]*)|(\|\||&&|[!<>=*]=|<>|\S))/uy;
const EQUALS = [
  ['=', 'equals'],
  ['==', 'equals'],
] as const;
const OPERATORS: Readonly<Record<Dialect, ReadonlyMap<string, Test['how']>>> = {
  xpath: new Map(EQUALS),
  surveyjs: new Map<string, Test['how']>([
    ...EQUALS,
    ['equal', 'equals'],
    ['contains', 'contains'],
    ['contain', 'contains'],
    ['*=', 'contains'],
    ['anyof', 'any'],
    ['in', 'any'],
  ]),
};
const NEGATIONS = ['!=', '<>', '!', 'not', 'notequal', 'notcontains', 'notcontain', 'noneof', 'negate', 'empty'];
const CURE = 'Write one earlier question and the answers after which this is asked.';

class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/** Reads the condition of a question in any spelling that means one earlier question and some of its answers. */
export function readCondition(
  expression: string,
  dialect: Dialect,
  earlier: readonly SurveyQuestion[],
): Condition | Refusal {
  try {
    const tests = new Parser(tokensOf(expression), dialect).read();
    const found = new Set(tests.map(({ question }) => questionOf(question, dialect, earlier)));
    const [question] = found;
    if (!question || found.size > 1) throw new Unreadable(`it asks several questions. ${CURE}`);
    const codes = tests.flatMap((test) => codesOf(test, dialect, question));
    return { question: question.code, in: [...new Set(codes)] };
  } catch (error) {
    if (error instanceof Unreadable)
      return { refused: `The condition "${expression}" is not carried: ${error.message}` };
    throw error;
  }
}

function tokensOf(expression: string): readonly Token[] {
  // Word processors turn straight quotes into curly ones; pyxform turns them back.
  const text = expression
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u201c\u201d]/g, '"')
    .trim();
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const [, reference, single, double, number, word, sign = ''] = TOKEN.exec(text) ?? [];
    if (reference !== undefined) tokens.push({ kind: 'reference', text: reference.trim() });
    else if (single !== undefined || double !== undefined)
      tokens.push({ kind: 'text', text: (single ?? double ?? '').replace(/\\(.)/g, '$1') });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else tokens.push({ kind: 'sign', text: sign });
  }
  return tokens;
}

/** Reads `test or test or …`, with any brackets. */
class Parser {
  readonly #tokens: readonly Token[];
  readonly #dialect: Dialect;
  #at = 0;

  constructor(tokens: readonly Token[], dialect: Dialect) {
    this.#tokens = tokens;
    this.#dialect = dialect;
  }

  read(): readonly Test[] {
    const tests = this.#either();
    const rest = this.#tokens[this.#at];
    if (rest) throw unreadableAt(rest);
    return tests;
  }

  #either(): readonly Test[] {
    const tests = [...this.#one()];
    while (this.#skips('or', '||')) tests.push(...this.#one());
    return tests;
  }

  #one(): readonly Test[] {
    if (this.#skips('(')) {
      const tests = this.#either();
      this.#expect(')');
      return tests;
    }
    if (this.#dialect === 'xpath' && this.#skips('selected')) return [this.#selected()];
    return [this.#compared()];
  }

  #selected(): Test {
    this.#expect('(');
    const question = this.#operand();
    this.#expect(',');
    const answer = this.#operand();
    this.#expect(')');
    if (question.kind !== 'reference' || !('values' in answer)) throw new Unreadable(`it is no known test. ${CURE}`);
    return { question: question.text, how: 'any', values: answer.values };
  }

  #compared(): Test {
    const left = this.#operand();
    const sign = this.#tokens[this.#at];
    if (left.kind === 'reference' && this.#dialect === 'surveyjs' && this.#skips('notempty'))
      return { question: left.text, how: 'answered', values: [] };
    const how = sign && sign.kind !== 'text' ? OPERATORS[this.#dialect].get(sign.text.toLowerCase()) : undefined;
    if (!how) throw unreadableAt(sign);
    this.#at++;
    const right = this.#operand();
    if (left.kind === 'reference' && 'values' in right && fitsList(how, right))
      return { question: left.text, how, values: right.values };
    // `'1' = {A}` and `['1', '2'] contains {A}` read the other way round.
    if (
      'values' in left &&
      right.kind === 'reference' &&
      how !== 'any' &&
      fitsList(how === 'equals' ? how : 'any', left)
    )
      return { question: right.text, how: how === 'equals' ? how : 'listed', values: left.values };
    throw new Unreadable(`it compares something else. ${CURE}`);
  }

  #operand(): Token | Values {
    const token = this.#tokens[this.#at];
    if (!token) throw unreadableAt(token);
    this.#at++;
    if (token.kind === 'reference') return token;
    if (isValue(token, this.#dialect)) return { kind: 'values', values: [token] };
    if (token.text !== '[') throw unreadableAt(token);
    const values: Token[] = [];
    do {
      const value = this.#tokens[this.#at];
      if (!value || !isValue(value, this.#dialect)) throw unreadableAt(value);
      values.push(value);
      this.#at++;
    } while (this.#skips(','));
    this.#expect(']');
    return { kind: 'list', values };
  }

  #skips(...signs: readonly string[]): boolean {
    const token = this.#tokens[this.#at];
    const found =
      token && token.kind !== 'text' && token.kind !== 'reference' && signs.includes(token.text.toLowerCase());
    if (found) this.#at++;
    return Boolean(found);
  }

  #expect(sign: string): void {
    if (!this.#skips(sign)) throw unreadableAt(this.#tokens[this.#at]);
  }
}

/** `=` takes one value and `anyof` a list; with the other, SurveyJS compares parts of texts or whole lists. */
function fitsList(how: Test['how'], { kind }: Values): boolean {
  return how === 'contains' || (kind === 'list') === (how === 'any');
}

/** SurveyJS reads a word without quotes as text; in XPath it is a path. */
function isValue({ kind, text }: Token, dialect: Dialect): boolean {
  return (
    (kind === 'text' && text !== '') ||
    kind === 'number' ||
    (kind === 'word' && dialect === 'surveyjs' && !isNegation(text))
  );
}

function isNegation(text: string): boolean {
  return NEGATIONS.includes(text.toLowerCase());
}

function unreadableAt(token: Token | undefined): Unreadable {
  if (!token) return new Unreadable(`it ends too early. ${CURE}`);
  if (token.kind !== 'text' && ['and', '&&', 'allof'].includes(token.text.toLowerCase()))
    return new Unreadable(`it asks for two things at once ("${token.text}"). ${CURE}`);
  if (token.kind !== 'text' && isNegation(token.text))
    return new Unreadable(`it asks for what was not answered ("${token.text}"). List the answers that were.`);
  return new Unreadable(`"${token.text}" is no test of an answer. ${CURE}`);
}

function questionOf(name: string, dialect: Dialect, earlier: readonly SurveyQuestion[]): SurveyQuestion {
  const found =
    earlier.find(({ code }) => code === name) ??
    (dialect === 'surveyjs' ? earlier.find(({ code }) => code.toLowerCase() === name.toLowerCase()) : undefined);
  if (!found?.options)
    throw new Unreadable(`"${name}" is no question with options before this one. Move it up or name one.`);
  return found;
}

function codesOf(
  { how, values }: Test,
  dialect: Dialect,
  { code, type, options = [] }: SurveyQuestion,
): readonly string[] {
  const codes = options.map((option) => option.code);
  if (how === 'answered') return codes;
  if ((how === 'equals' || how === 'listed') && type === 'several') {
    const cure = dialect === 'xpath' ? 'selected(…)' : 'contains';
    throw new Unreadable(`it holds only if nothing else is ticked in ${code}. Write ${code} with ${cure}.`);
  }
  if (how === 'contains' && values.length > 1) throw new Unreadable(`it asks for all of several answers. ${CURE}`);
  return values.flatMap((value) => {
    // In SurveyJS, `contains` finds a part of the text of a single answer.
    const fits = how === 'contains' && type !== 'several' ? containsText : isEqual;
    const found = codes.filter((one) => fits(one, value, dialect));
    if (found.length === 0) throw new Unreadable(`${code} has no option "${value.text}". Name one that it has.`);
    return found;
  });
}

function isEqual(code: string, { kind, text }: Token, dialect: Dialect): boolean {
  if (kind === 'number' && /^-?\d/.test(code)) return Number(code) === Number(text);
  return dialect === 'xpath' ? code === text : code.toLowerCase() === text.toLowerCase();
}

function containsText(code: string, { text }: Token): boolean {
  return code.toLowerCase().includes(text.toLowerCase());
}
