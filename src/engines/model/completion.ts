import type { FinishReason, ModelAnswer, ModelUsage } from './port.ts';

/** What is looked at of a chat completion. Endpoints send what they like: nothing of it is taken on trust. */
interface Completion {
  readonly choices?: readonly {
    readonly finish_reason?: unknown;
    readonly message?: { readonly content?: unknown; readonly refusal?: unknown };
  }[];
  readonly usage?: { readonly prompt_tokens?: unknown; readonly completion_tokens?: unknown };
}

const FINISH_REASONS: ReadonlyMap<unknown, FinishReason> = new Map([
  ['stop', 'stop'],
  ['length', 'length'],
  ['content_filter', 'content_filter'],
]);

/** Thoughts that some endpoints leave in front of the answer. */
const THOUGHTS = /^\s*<think>[\s\S]*?<\/think>\s*/;

/** Reads an endpoint's answer. @throws {TypeError} when it is no chat completion */
export function readCompletion(answer: unknown): Extract<ModelAnswer, { ok: true }> {
  const { choices, usage } = isObject(answer) ? (answer as Completion) : {};
  const choice = Array.isArray(choices) ? (choices as Completion['choices'])?.[0] : undefined;
  if (!isObject(choice) || !isObject(choice.message)) throw new TypeError('The answer has no message.');
  const { content, refusal } = choice.message;
  const isRefused = typeof refusal === 'string' && refusal !== '';
  if (!isRefused && typeof content !== 'string' && content !== null && content !== undefined)
    throw new TypeError('The message is no text.');
  const counted = readUsage(usage);
  return {
    ok: true,
    text: typeof content === 'string' ? content.replace(THOUGHTS, '') : '',
    finishReason: isRefused ? 'refusal' : (FINISH_REASONS.get(choice.finish_reason) ?? 'other'),
    ...(counted && { usage: counted }),
  };
}

function readUsage(usage: Completion['usage']): ModelUsage | undefined {
  if (!isObject(usage)) return undefined;
  const { prompt_tokens: input, completion_tokens: output } = usage;
  return isCount(input) && isCount(output) ? { input, output } : undefined;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
