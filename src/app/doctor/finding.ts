/** What was found out about one part. */
export interface Finding {
  readonly part: string;
  /** `without`: it works, and something is not to be had. */
  readonly state: 'ok' | 'without' | 'failed';
  readonly detail: string;
  /** What to do; there unless all is well. */
  readonly mend?: string;
}

export const ok = (part: string, detail: string): Finding => ({ part, state: 'ok', detail });

export const without = (part: string, detail: string, mend: string): Finding => ({
  part,
  state: 'without',
  detail,
  mend,
});

export const failed = (part: string, detail: string, mend: string): Finding => ({
  part,
  state: 'failed',
  detail,
  mend,
});

/** Looks at one part. What it throws is a finding as well. */
export async function attempt(part: string, look: () => Promise<Finding>): Promise<Finding> {
  try {
    return await look();
  } catch (error) {
    return failed(part, error instanceof Error ? error.message : String(error), 'mend what the message says');
  }
}
