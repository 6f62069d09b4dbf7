/** The type argument of `Server` and `Client`: which topics go which way, and what each carries. */

/**
 * Names the topics of each direction and the type of their messages.
 *
 * ```ts
 * interface Chat {
 *   toServer: { hello: { name: string }; say: string };
 *   toClient: { said: { by: string; text: string } };
 * }
 * ```
 */
export interface Contract {
  toServer: object;
  toClient: object;
}

/** What holds without a type argument: any topic, any message. */
export interface AnyContract extends Contract {
  // Not a record of `any`: a `Server` with a contract would be a loose `Server` only as long as the compiler, which looks
  // at what it has seen first, compares their methods rather than their contracts.
  // biome-ignore lint/suspicious/noExplicitAny: loose on purpose, as the API page is
  toServer: any;
  // biome-ignore lint/suspicious/noExplicitAny: loose on purpose, as the API page is
  toClient: any;
}

/** The topics of one direction. */
export type TopicOf<Messages> = keyof Messages & string;

/** What may stand for a missing topic, which is sent as `none`: only where topics are not named by a contract. */
export type EmptyTopic<Messages> = string extends keyof Messages ? null | undefined : never;

/** The message of a topic; of any topic where an empty one was given. */
export type MessageOf<Messages, Topic> = Topic extends keyof Messages ? Messages[Topic] : unknown;

/** A message as the last argument: it may be left out where `undefined` is a value of it. */
export type MessageArgument<Message> = undefined extends Message ? [message?: Message] : [message: Message];
