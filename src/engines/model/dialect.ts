import type { ChatCompletionCreateParamsNonStreaming } from 'openai/resources/chat/completions';

/**
 * Endpoints that call themselves compatible differ in what they refuse: some take only `max_tokens`, some only
 * `max_completion_tokens`, some no temperature, and some no limit above what is left of their context. What an endpoint
 * has refused once is not sent to it again.
 */
export class Dialect {
  #limit: 'max_tokens' | 'max_completion_tokens' = 'max_tokens';
  #temperature = true;

  /** @param limited false: without a limit of tokens, which did not fit */
  parameters(
    maxOutputTokens: number | undefined,
    limited: boolean,
  ): Partial<ChatCompletionCreateParamsNonStreaming> {
    return {
      ...(this.#temperature && { temperature: 0 }),
      ...(limited && maxOutputTokens !== undefined && { [this.#limit]: maxOutputTokens }),
    };
  }

  /**
   * Learns from what an endpoint said with a 400 or 422.
   * @returns what to do: send the same again in other words, without the limit, or nothing that would help
   */
  learn(message: string): 'say it otherwise' | 'without limit' | 'nothing' {
    if (/too large|context (?:length|size|window)|maximum context/i.test(message)) return 'without limit';
    if (
      this.#limit === 'max_tokens' &&
      /max_completion_tokens|unsupported[^.]{0,60}max_tokens/i.test(message)
    ) {
      this.#limit = 'max_completion_tokens';
      return 'say it otherwise';
    }
    if (this.#limit === 'max_completion_tokens' && /max_completion_tokens/i.test(message))
      return 'without limit';
    if (this.#temperature && /temperature/i.test(message)) {
      this.#temperature = false;
      return 'say it otherwise';
    }
    return 'nothing';
  }
}
