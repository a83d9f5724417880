/**
 * Asks at most once in so many milliseconds; who asks meanwhile gets the last answer, and who asks while a question is
 * under way waits for it. A failure is told to whoever waited for it, and not kept.
 */
export function cachedFor<T>(milliseconds: number, ask: () => Promise<T>): () => Promise<T> {
  let asked: { readonly at: number; readonly answer: Promise<T> } | undefined;
  return () => {
    if (asked && performance.now() - asked.at < milliseconds) return asked.answer;
    const question = { at: performance.now(), answer: ask() };
    asked = question;
    question.answer.catch(() => {
      if (asked === question) asked = undefined;
    });
    return question.answer;
  };
}
