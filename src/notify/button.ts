/** The meaning of a button. Its data may be forged: it states a wish and grants no permission. */
export type Button =
  | {
      readonly type: 'answer';
      readonly flow: string;
      readonly step: string;
      readonly option: string;
      readonly talk: string;
      /** Digest of the content that the button confirms; '' where the content cannot change. */
      readonly seal: string;
    }
  | { readonly type: 'resume'; readonly talk: string }
  | { readonly type: 'drop'; readonly talk: string }
  /** Opens a talk anew, with the answers that the argument names if there is one. */
  | { readonly type: 'fresh'; readonly flow: string; readonly argument?: string | undefined }
  /** Opens a talk with the answers that the argument names. */
  | { readonly type: 'go'; readonly flow: string; readonly argument: string };

/** Serialises a button: `flow/step/option/talk[.seal]`, or `verb/id`. At most 64 bytes. */
export function writeButton(button: Button): string {
  switch (button.type) {
    case 'answer':
      return `${button.flow}/${button.step}/${button.option}/${button.talk}${button.seal ? `.${button.seal}` : ''}`;
    case 'resume':
    case 'drop':
      return `${button.type}/${button.talk}`;
    case 'fresh':
      return button.argument === undefined ? `fresh/${button.flow}` : `fresh/${button.flow}/${button.argument}`;
    case 'go':
      return `go/${button.flow}/${button.argument}`;
  }
}

/** Parses callback data; undefined for data that writeButton cannot have written. */
export function readButton(id: string): Button | undefined {
  if (!/^[\w~./-]{1,64}$/.test(id)) return undefined;
  const parts = id.split('/');
  const [first = '', second = '', third = '', fourth = ''] = parts;
  if (parts.length === 4) {
    const [talk = '', seal = ''] = fourth.split('.');
    return { type: 'answer', flow: first, step: second, option: third, talk, seal };
  }
  if (parts.length === 3)
    return first === 'go' || first === 'fresh' ? { type: first, flow: second, argument: third } : undefined;
  if (parts.length !== 2) return undefined;
  if (first === 'resume' || first === 'drop') return { type: first, talk: second };
  return first === 'fresh' ? { type: 'fresh', flow: second } : undefined;
}
