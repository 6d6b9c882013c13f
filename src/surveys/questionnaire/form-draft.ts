import type { Names } from '../../engine/step.ts';
import { FileInventory } from '../../files/file-inventory.ts';
import type { Condition, Dialect } from './condition.ts';
import { readCondition } from './condition.ts';
import type { FormPart } from './form-part.ts';
import words from './form-words.json' with { type: 'json' };
import type { OptionRole, Questionnaire, SurveyOption, SurveyQuestion } from './questionnaire.ts';

/** A form that was read: the questionnaire, unless something in it was refused, and an account of its whole content. */
export type ReadForm = { readonly questionnaire: Questionnaire | undefined; readonly inventory: FileInventory };

/** Roles of the options that forms ask for by a flag. */
const SPECIAL_ROLES = {
  none: 'none',
  refused: 'dont_know',
  dontknow: 'dont_know',
  other: 'other',
} as const satisfies Readonly<Record<string, OptionRole>>;

/** Collects the questions of a form in their order, with the inventory of the file. */
export class FormDraft {
  readonly inventory = new FileInventory();
  readonly questions: SurveyQuestion[] = [];
  readonly #needed: string[] = [];

  add(question: SurveyQuestion): void {
    this.questions.push(question);
  }

  /** Adds a text to show, such as the title of a group. Its code is given by `finish`. */
  addHeading(text: Names, showIf: Condition | undefined): void {
    if (Object.keys(text).length > 0)
      this.questions.push({ code: '', type: 'info', text, ...(showIf ? { showIf } : {}) });
  }

  /** Adds the question that asks for the words behind the option “other”. */
  addOtherWords(question: string, text: Names = words.other_ask): void {
    this.questions.push({ code: '', type: 'text', text, showIf: { question, in: ['other'] } });
  }

  /** Reads the condition of a part that stands inside a part with the condition `outer`. */
  condition(part: FormPart, name: string, dialect: Dialect, outer: Condition | undefined): Condition | undefined {
    const written = part.take(name);
    if (written === undefined) return outer;
    if (typeof written !== 'string') {
      part.refuse(name, 'A condition is a text.');
      return undefined;
    }
    const own = part.accept(name, readCondition(written, dialect, this.questions));
    if (!own || !outer || JSON.stringify(own) === JSON.stringify(outer)) return own ?? outer;
    part.refuse(name, 'A condition of the group holds as well, and a question has one. Write both as one condition.');
    return undefined;
  }

  /** A required question: a ballot without its answer does not count. The chat itself lets people skip. */
  require(part: FormPart, name: string, { code, type }: SurveyQuestion): void {
    if (type === 'info') part.refuse(name, 'A text without an answer cannot be required. Remove it.');
    else this.#needed.push(code);
  }

  /** Returns the questionnaire. Texts without a code get one that the file does not have. */
  finish({ key, version, title, valid }: Omit<Questionnaire, 'questions'>): ReadForm {
    const codes = new Set(this.questions.map(({ code }) => code));
    let n = 0;
    const nextCode = (): string => {
      do n++;
      while (codes.has(`T${n}`));
      return `T${n}`;
    };
    const questions = this.questions.map((question) =>
      question.code === '' ? { ...question, code: nextCode() } : question,
    );
    const needed = [...new Set([...valid, ...this.#needed])];
    const isWhole = this.inventory.refused.length === 0;
    return {
      questionnaire: isWhole ? { key, version, title, valid: needed, questions } : undefined,
      inventory: this.inventory,
    };
  }
}

/** Returns an option that a form asks for by a flag. */
export function specialOption(code: keyof typeof SPECIAL_ROLES, text: Names = words[code]): SurveyOption {
  return { code, text, role: SPECIAL_ROLES[code] };
}

/** The words of a question with the answers yes and no. */
export const { yes: YES, no: NO } = words as { readonly yes: Names; readonly no: Names };

const CHINESE = [
  'chinese',
  'simplified chinese',
  'mandarin',
  // 中文, 简体中文, 汉语, 普通话
  '\u4e2d\u6587',
  '\u7b80\u4f53\u4e2d\u6587',
  '\u6c49\u8bed',
  '\u666e\u901a\u8bdd',
];
const ENGLISH = ['english', '\u82f1\u6587', '\u82f1\u8bed']; // 英文, 英语

/** Returns the product's language for a tag (`zh_CN`), a name (`中文`), or both (`Chinese (zh-CN)`); undefined for others. */
export function languageOf(written: string): 'zh-CN' | 'en' | undefined {
  const [, name = '', code] =
    /^(.*?)(?:[(\uff08]\s*([^)\uff09]*)[)\uff09])?\s*$/.exec(written.trim().toLowerCase()) ?? [];
  const tag = (code ?? name).trim().replaceAll('_', '-');
  if (/^(zh|zho|cmn|cn)$|^zh-(cn|sg|hans)\b/.test(tag)) return 'zh-CN';
  if (/^(en|eng)$|^en-/.test(tag)) return 'en';
  if (code !== undefined && /^[a-z]{2,3}(-[a-z\d]+)*$/.test(tag)) return undefined;
  if (CHINESE.includes(name.trim())) return 'zh-CN';
  return ENGLISH.includes(name.trim()) ? 'en' : undefined;
}
