import { useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query';
import { messageOf } from '../api/errors.ts';
import { announce } from './toasts.tsx';

interface ActionOptions<Input, Output> {
  /** What to say when it worked. */
  readonly says?: (output: Output, input: Input) => string;
  /** What is read again afterwards. */
  readonly refresh: readonly QueryKey[];
  readonly onDone?: (output: Output) => void;
  /** Shows the failure somewhere else than in a passing message. */
  readonly onProblem?: (error: unknown) => void;
}

/** Something a person does to the server: it says what came of it, and what it changed is read again. */
export function useAction<Input, Output>(
  run: (input: Input) => Promise<Output>,
  { says, refresh, onDone, onProblem }: ActionOptions<Input, Output>,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess(output, input) {
      if (says) announce(says(output, input));
      onDone?.(output);
    },
    onError(error) {
      if (onProblem) onProblem(error);
      else announce(messageOf(error), 'bad');
    },
    onSettled() {
      for (const queryKey of refresh) void queries.invalidateQueries({ queryKey });
    },
  });
}
