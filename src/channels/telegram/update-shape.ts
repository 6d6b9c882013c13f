import * as v from 'valibot';

const TEXT_MAX = 4096;
const id = v.pipe(v.number(), v.safeInteger());
/** Telegram counts characters. In UTF-16 units 4,096 emoji are twice as long. */
const text = v.pipe(
  v.string(),
  v.check((said) => said.length <= TEXT_MAX || [...said].length <= TEXT_MAX),
);
const file = v.object({
  file_id: v.pipe(v.string(), v.regex(/^[\w-]{1,256}$/)),
  file_unique_id: v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/)),
});
const User = v.object({ id, is_bot: v.boolean(), language_code: v.optional(v.pipe(v.string(), v.maxLength(35))) });
const Chat = v.object({ id, type: v.string() });
const Message = v.looseObject({
  message_id: id,
  date: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  chat: Chat,
  from: v.optional(User),
  text: v.optional(text),
  // Types without a mark of ours (mentions, hashtags) are dropped later.
  entities: v.optional(v.array(v.looseObject({ type: v.string(), offset: v.number(), length: v.number() }))),
  caption: v.optional(text),
  media_group_id: v.optional(v.pipe(v.string(), v.maxLength(64))),
  photo: v.optional(
    v.pipe(v.array(v.object({ ...file.entries, width: id, height: id })), v.minLength(1), v.maxLength(20)),
  ),
  location: v.optional(
    v.object({
      latitude: v.pipe(v.number(), v.minValue(-90), v.maxValue(90)),
      longitude: v.pipe(v.number(), v.minValue(-180), v.maxValue(180)),
      live_period: v.optional(v.number()),
    }),
  ),
  voice: v.optional(v.object({ ...file.entries, duration: v.pipe(v.number(), v.minValue(0)) })),
  contact: v.optional(v.object({ phone_number: v.pipe(v.string(), v.maxLength(256)), user_id: v.optional(id) })),
  document: v.optional(v.unknown()),
  venue: v.optional(v.object({ title: v.optional(text) })),
});
const UpdateShape = v.object({
  update_id: v.pipe(id, v.minValue(0)),
  message: v.optional(Message),
  callback_query: v.optional(
    v.object({
      id: v.pipe(v.string(), v.maxLength(64)),
      from: User,
      data: v.optional(v.pipe(v.string(), v.maxBytes(64))),
      message: v.optional(v.object({ message_id: id, date: v.optional(v.number()), chat: Chat })),
    }),
  ),
  my_chat_member: v.optional(
    v.object({
      chat: Chat,
      from: User,
      date: v.number(),
      new_chat_member: v.object({ status: v.string() }),
    }),
  ),
});

/** The fields of an update that the bot reads, validated. */
export type ValidUpdate = v.InferOutput<typeof UpdateShape>;
export type ValidMessage = NonNullable<ValidUpdate['message']>;
export type ValidTap = NonNullable<ValidUpdate['callback_query']>;
export type ValidUser = v.InferOutput<typeof User>;

/** Validates an update; undefined if a field has the wrong type or is out of bounds. */
export function validateUpdate(update: unknown): ValidUpdate | undefined {
  const read = v.safeParse(UpdateShape, update);
  return read.success ? read.output : undefined;
}
