import { useState } from 'preact/hooks';
import type { FormAnswer, PostedForm } from '../../forms.ts';
import { notice } from '../state.ts';
import { newOp, postForm } from '../talk/post-form.ts';
import { word } from '../words.ts';

/** Deeds that need no answer of their own, for several cases at once. Each case goes through its own flow. */
const BULK_DEEDS = ['signed', 'resumed', 'extended'] as const;

type BulkProps = {
  readonly numbers: readonly string[];
  readonly onDone: () => void;
  readonly onChanged: () => Promise<void>;
};

/** Deeds for all selected cases; each case goes through its own flow and has its own result. */
export function Bulk({ numbers, onDone, onChanged }: BulkProps) {
  const [busy, setBusy] = useState(false);
  const [results, setResults] = useState<readonly { number: string; text: string }[]>([]);
  const run = async (argumentOf: (number: string) => string, inputs: PostedForm['inputs']) => {
    setBusy(true);
    const done: { number: string; text: string }[] = [];
    for (const number of numbers) {
      const form = { argument: argumentOf(number), inputs, op: newOp() };
      const answer = await postForm('my-work', form).catch(() => undefined);
      done.push({ number, text: resultOf(answer) });
      setResults([...done]);
    }
    setBusy(false);
    notice.value = word('cases.bulk.done', { n: done.length });
    await onChanged();
  };
  return (
    <section class="bulk" aria-label={word('cases.bulk.title', { n: numbers.length })}>
      <strong>{word('cases.bulk.title', { n: numbers.length })}</strong>
      <button
        type="button"
        disabled={busy}
        onClick={() => run((number) => `${number}.accepted`, [{ step: 'risk', option: 'usual' }])}
      >
        {word('cases.bulk.accepted')}
      </button>
      {BULK_DEEDS.map((deed) => (
        <button key={deed} type="button" disabled={busy} onClick={() => run((number) => `${number}.${deed}`, [])}>
          {word(`cases.bulk.${deed}`)}
        </button>
      ))}
      <button type="button" disabled={busy} onClick={onDone}>
        {word('cases.bulk.clear')}
      </button>
      {results.length > 0 && (
        <ul>
          {results.map(({ number, text }) => (
            <li key={number}>
              {number.slice(0, 4)}-{number.slice(4)}：{text}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function resultOf(answer: FormAnswer | undefined): string {
  if (answer?.type === 'done') return answer.says[0]?.text.split('\n')[0] ?? word('cases.bulk.ok');
  return word(answer?.type === 'asks' ? 'cases.bulk.alone' : 'failed');
}
