/** The page's side of the simulator's /sim calls. */

export type Person = {
  readonly id: number;
  readonly first_name: string;
  readonly language_code: string;
  readonly started: boolean;
  readonly blocked: boolean;
};

export type Message = {
  readonly message_id: number;
  readonly date: number;
  readonly from: 'bot' | 'person';
  readonly text?: string;
  readonly caption?: string;
  readonly photo?: string;
  readonly voice?: number;
  readonly location?: { readonly latitude: number; readonly longitude: number };
  readonly buttons: readonly (readonly { readonly text: string; readonly url?: string }[])[];
  readonly keyboard: readonly (readonly string[])[];
  readonly edits: number;
};

export type Call = {
  readonly n: number;
  readonly at_ms: number;
  readonly method: string;
  readonly chat_id?: number;
  readonly ok: boolean;
  readonly error_code?: number;
};

export async function ask<T>(path: string, body?: object): Promise<T> {
  const post = body
    ? { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    : {};
  const response = await fetch(`/sim/${path}`, post);
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error((answer as { description?: string }).description ?? `HTTP ${response.status}`);
  return answer as T; // the simulator's own answer
}
