import { randomBytes } from 'node:crypto';

/** A refusal as the platforms answer it: HTTP 200 with an errcode. */
export class Errcode extends Error {
  readonly errcode: number;
  /** Fields of the answer besides code and words. */
  readonly more: Readonly<Record<string, unknown>>;
  constructor(errcode: number, errmsg: string, more: Readonly<Record<string, unknown>> = {}) {
    super(errmsg);
    this.errcode = errcode;
    this.more = more;
  }
}

/** Builds the refusals of one platform from its list of words. */
export function refusalsIn(words: Readonly<Record<number, string>>) {
  return (errcode: number, about = ''): Errcode => new Errcode(errcode, `${words[errcode] ?? 'error'}${about}`);
}

/** Returns a request id, with which the platforms end their words. Words are thus never equal twice. */
export function requestId(): string {
  return [8, 8, 8].map((length) => randomBytes(length / 2).toString('hex')).join('-');
}
