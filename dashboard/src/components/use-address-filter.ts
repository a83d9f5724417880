import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'wouter';

/**
 * Filters as they stand in the page's address, so that a link shows what its sender saw. What is absent is empty.
 * @param names must be the same list on every call
 */
export function useAddressFilter<Name extends string>(
  names: readonly Name[],
): [Readonly<Record<Name, string>>, (name: Name, value: string) => void] {
  const [params, setParams] = useSearchParams();
  const filter = useMemo(
    () => Object.fromEntries(names.map((name) => [name, params.get(name) ?? ''])) as Record<Name, string>,
    [names, params],
  );
  const set = useCallback(
    (name: Name, value: string) =>
      setParams(
        (before) => {
          const next = new URLSearchParams(before);
          if (value === '') next.delete(name);
          else next.set(name, value);
          return next;
        },
        { replace: true },
      ),
    [setParams],
  );
  return [filter, set];
}
