import { useRef, useState } from 'preact/hooks';
import type { FormAnswer, PostedForm } from '../../forms.ts';
import { me, notice } from '../state.ts';
import { cure, newOp, postForm } from '../talk/post-form.ts';
import { word } from '../words.ts';
import type { Fields } from './compose-fields.ts';
import {
  BUTTONS,
  forgetFields,
  inputsOf,
  KINDS,
  keepFields,
  keptFields,
  REGION_STEPS,
  TOPICS,
  WHEN,
  WHO,
} from './compose-fields.ts';
import { Bubbles, Choice, Count } from './compose-parts.tsx';

const [HEADLINE_MAX, WORDS_MAX] = [40, 3500];
/** Steps whose sentence stands under a field. */
const KNOWN_STEPS: readonly string[] = ['headline', 'words', 'english', 'link', 'at', ...REGION_STEPS];

type ComposeProps = {
  readonly onDrafted: (id: string) => void;
  readonly onSteps: () => void;
  readonly onClose: () => void;
};

/** The composer on one page. Its fields are the answers of the chat's flow `announce`, in its words and by its rules. */
export function Compose({ onDrafted, onSteps, onClose }: ComposeProps) {
  const [fields, setFields] = useState<Fields>(keptFields);
  const [answer, setAnswer] = useState<FormAnswer>();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState('');
  const op = useRef(newOp());
  const set = (changed: Partial<Fields>) => {
    const next = { ...fields, ...changed };
    keepFields(next);
    setFields(next);
    setAnswer(undefined);
  };
  const asked = answer?.type === 'asks' ? answer.question : undefined;
  const isReady = asked?.step === 'review';
  const post = async (more: PostedForm['inputs'] = []) => {
    setBusy(true);
    setFailed('');
    try {
      const result = await postForm('announce', {
        argument: 'new',
        inputs: [...inputsOf(fields), ...more],
        op: op.current,
      });
      setAnswer(result);
      if (result.type !== 'done' && result.type !== 'done_before') return;
      forgetFields();
      notice.value = word('form.done');
      const button = result.type === 'done' ? result.says.flatMap(({ buttons = [] }) => buttons)[0] : undefined;
      onDrafted(button?.argument ?? '');
    } catch (error) {
      setFailed(cure(error));
    } finally {
      setBusy(false);
    }
  };
  const check = async (event: Event) => {
    event.preventDefault();
    await post();
  };
  /** The sentence of the flow under the field that it is about. */
  const troubleAt = (...steps: readonly string[]) =>
    asked && !isReady && steps.includes(asked.step) ? (
      <span class="trouble" role="alert">
        {asked.lead || asked.text}
      </span>
    ) : null;
  return (
    <form class="compose" onSubmit={check}>
      <h2>{word('compose.title')}</h2>
      <div class="compose-fields">
        <Choice
          name="topic"
          options={TOPICS}
          value={fields.topic}
          label={(one) => word(`compose.topic_options.${one}`)}
          onChange={(topic) => set({ topic })}
        />
        <label>
          <span>{word('compose.headline')}</span>
          <input
            value={fields.headline}
            maxLength={HEADLINE_MAX}
            onInput={(event) => set({ headline: event.currentTarget.value })}
          />
          {troubleAt('headline')}
        </label>
        <label>
          <span>{word('compose.words')}</span>
          <textarea rows={6} value={fields.words} onInput={(event) => set({ words: event.currentTarget.value })} />
          <small>{word('compose.letters', { n: [...fields.words].length, max: WORDS_MAX })}</small>
          {troubleAt('words')}
        </label>
        <label>
          <span>{word('compose.english')}</span>
          <textarea
            rows={3}
            lang="en"
            value={fields.english}
            onInput={(event) => set({ english: event.currentTarget.value })}
          />
          {troubleAt('english')}
        </label>
        <fieldset>
          <legend>{word('compose.buttons')}</legend>
          {BUTTONS.map((one) => (
            <label key={one} class="check">
              <input
                type="checkbox"
                checked={fields.buttons.includes(one)}
                disabled={!fields.buttons.includes(one) && fields.buttons.length >= 3}
                onChange={(event) =>
                  set({
                    buttons: event.currentTarget.checked
                      ? BUTTONS.filter((other) => other === one || fields.buttons.includes(other))
                      : fields.buttons.filter((other) => other !== one),
                  })
                }
              />
              {word(`compose.button_options.${one}`)}
            </label>
          ))}
        </fieldset>
        {fields.buttons.includes('link') && (
          <label>
            <span>{word('compose.link')}</span>
            <input type="url" value={fields.link} onInput={(event) => set({ link: event.currentTarget.value })} />
            {troubleAt('link')}
          </label>
        )}
        <label>
          <span>{word('compose.region')}</span>
          <select value={fields.region} onChange={(event) => set({ region: event.currentTarget.value })}>
            <option value="">{word('compose.whole')}</option>
            {me.value?.regions.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
          {troubleAt(...REGION_STEPS)}
        </label>
        <Choice
          name="who"
          options={WHO}
          value={fields.who}
          label={(one) => word(`compose.who_options.${one}`)}
          onChange={(who) => set({ who })}
        />
        <Choice
          name="kind"
          options={KINDS}
          value={fields.kind}
          label={(one) => word(`compose.kind_options.${one}`)}
          onChange={(kind) => set({ kind })}
        />
        <Choice
          name="when"
          options={WHEN}
          value={fields.when}
          label={(one) => word(`compose.when_options.${one}`)}
          onChange={(when) => set({ when })}
        />
        {fields.when === 'once' && (
          <label>
            <span>{word('compose.at')}</span>
            <input
              value={fields.at}
              placeholder={word('compose.at_hint')}
              onInput={(event) => set({ at: event.currentTarget.value })}
            />
            {troubleAt('at')}
          </label>
        )}
        <Count region={fields.region} who={fields.who} />
        {isReady && <p class="card-text">{asked?.text}</p>}
        {failed && (
          <p class="trouble" role="alert">
            {failed}
          </p>
        )}
        {asked && !isReady && !KNOWN_STEPS.includes(asked.step) && <p class="trouble">{asked.text}</p>}
        <div class="controls">
          {isReady ? (
            <button
              type="button"
              class="main"
              disabled={busy}
              onClick={() =>
                post([
                  {
                    step: 'review',
                    option: asked?.options[0]?.id ?? 'yes',
                    ...(asked?.seal ? { seal: asked.seal } : {}),
                  },
                ])
              }
            >
              {word('compose.submit')}
            </button>
          ) : (
            <button type="submit" class="main" disabled={busy}>
              {word('compose.check')}
            </button>
          )}
          <button type="button" onClick={onClose}>
            {word('close')}
          </button>
        </div>
        <p>
          {word('compose.more')}{' '}
          <button type="button" onClick={onSteps}>
            {word('compose.steps')}
          </button>
        </p>
      </div>
      <Bubbles fields={fields} />
    </form>
  );
}
