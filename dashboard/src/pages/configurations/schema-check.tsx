import { useQuery } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { useEffect, useState } from 'react';
import { ApiError, messageOf } from '../../api/errors.ts';
import { validateSchema } from '../../api/saved-configurations.ts';

const TYPING_PAUSE_MS = 350;

/** Says, while a person types, whether the server can extract by the schema, and each place where it cannot. */
export function SchemaCheck({ schema }: { readonly schema: unknown }) {
  const settled = useSettled(JSON.stringify(schema ?? null));
  const check = useQuery({
    queryKey: ['schema-check', settled],
    queryFn: ({ signal }) => validateSchema(JSON.parse(settled), signal),
    retry: false,
    staleTime: Infinity,
  });
  if (check.isPending) return <p className="muted small">Checking the schema …</p>;
  if (check.isSuccess) {
    return (
      <p className="small">
        <span className="badge badge-good">
          <CircleCheck aria-hidden />
          The schema is good
        </span>
      </p>
    );
  }
  return <Problems error={check.error} />;
}

/** Every place that the server found at fault. */
export function Problems({ error }: { readonly error: unknown }) {
  const problems = error instanceof ApiError ? error.problems : [];
  if (problems.length === 0) return <p className="field-problem small">{messageOf(error)}</p>;
  return (
    <ul className="faults small">
      {problems.map(({ loc, msg }) => {
        const place = loc.slice(1).join('.');
        return (
          <li key={`${place} ${msg}`} className="field-problem">
            {place !== '' && <code>{place}</code>} {msg}
          </li>
        );
      })}
    </ul>
  );
}

/** The value once it has not changed for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
