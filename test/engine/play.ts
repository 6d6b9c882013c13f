import { advance, open } from '../../src/engine/advance.ts';
import type { Advance } from '../../src/engine/advance-result.ts';
import type { Flow } from '../../src/engine/flow.ts';
import type { Input, Media } from '../../src/engine/input.ts';
import type { Question } from '../../src/engine/question.ts';
import type { Session } from '../../src/engine/session.ts';

export const NOW = Date.parse('2026-11-22T02:00:00Z');
export const TALK = 'abcd';

export const media = (name: string): Media => ({ file: `file-${name}`, same: `same-${name}` });

/** An input in short form: a string is typed text, `tap` a button of the current question; others are inputs as they are. */
export type Move = string | { readonly tap: string; readonly step?: string; readonly talk?: string } | Input;

/** A session under test. It passes through JSON between moves, as in the store. */
export class Play<F> {
  now = NOW;
  result: Advance;
  /** The questions that were asked, each once. */
  readonly questions = new Set<Question>();
  private flow: Flow<F>;
  private readonly facts: F;

  constructor(flow: Flow<F>, facts: F, answers: Session['answers'] = {}) {
    this.flow = flow;
    this.facts = facts;
    this.result = open(flow, TALK, facts, this.now, { answers });
    this.note();
  }

  /** Makes the moves in order and returns the result of the last one. */
  do(...moves: readonly Move[]): Advance {
    for (const move of moves) {
      const session = throughJson(this.session);
      this.result = advance(this.flow, session, this.inputOf(move), this.facts, this.now);
      this.note();
      if (JSON.stringify(throughJson(this.result)) !== JSON.stringify(this.result)) throw new Error('not plain JSON');
    }
    return this.result;
  }

  /** Continues the session under a new version of its flow. */
  release(flow: Flow<F>): void {
    this.flow = flow;
  }

  get session(): Session {
    if (this.result.type !== 'asked' && this.result.type !== 'paused')
      throw new Error(`The talk is ${this.result.type}.`);
    return this.result.session;
  }

  get question(): Question {
    if (this.result.type !== 'asked') throw new Error(`The talk is ${this.result.type}.`);
    return this.result.question;
  }

  get at(): string {
    return `${this.question.step}.${this.question.part}`;
  }

  get because(): unknown {
    return this.result.type === 'asked' ? this.result.because : undefined;
  }

  get answers(): Readonly<Record<string, unknown>> {
    return this.result.type === 'finished' ? this.result.answers : this.session.answers;
  }

  private note(): void {
    if (this.result.type === 'asked') this.questions.add(this.result.question);
  }

  private inputOf(move: Move): Input {
    if (typeof move === 'string') return { type: 'text', text: move };
    if ('type' in move) return move;
    return {
      type: 'choice',
      talk: move.talk ?? TALK,
      step: move.step ?? this.question.step,
      option: move.tap,
      seal: this.question.seal,
    };
  }
}

function throughJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
