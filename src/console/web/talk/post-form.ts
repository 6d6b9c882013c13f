import type { FormAnswer, PostedForm } from '../../forms.ts';
import { CallFailed, call } from '../api.ts';
import { word } from '../words.ts';

/** The answers of a form. */
export type Inputs = PostedForm['inputs'];

/** The end of a form. */
export type Done = Extract<FormAnswer, { readonly type: 'done' | 'done_before' }>;

/** True if the deed changed something; a look or a refusal did not. */
export function isDeed(done: Done): boolean {
  return done.type === 'done' && done.outcome !== 'refused' && done.outcome !== 'nothing';
}

/** A new id for one deed: a repeated call with it takes effect once. */
export function newOp(): string {
  return crypto.randomUUID();
}

/** Posts a form; a photo of the inputs is one of `files`, by its number. */
export function postForm(flow: string, form: PostedForm, files: readonly Blob[] = []): Promise<FormAnswer> {
  if (files.length === 0) return call<FormAnswer>(`talks/${flow}`, 'POST', form);
  const body = new FormData();
  body.set('form', JSON.stringify(form));
  for (const file of files) body.append('photo', file, 'photo.jpg');
  return call<FormAnswer>(`talks/${flow}`, 'POST', body);
}

/** What a person can do about a call that failed. */
export function cure(error: unknown): string {
  if (!(error instanceof CallFailed)) return word('failed');
  if (error.status === 0) return word('form.offline');
  if (error.status === 403) return word('no_right.text');
  if (error.status === 429) return word('form.too_many');
  return error.status === 409 ? word('form.conflict') : word('failed');
}
