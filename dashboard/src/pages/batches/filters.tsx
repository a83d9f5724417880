import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { BATCH_STATUSES } from '../../api/batches.ts';
import { Button } from '../../components/button.tsx';
import { Toolbar } from '../../components/page.tsx';
import type { FilterState, useFilter } from './use-filter.ts';

const TYPING_PAUSE_MS = 250;

interface FiltersProps {
  readonly filter: FilterState;
  readonly set: ReturnType<typeof useFilter>[1];
}

/** Every filter that the list of batches has. */
export function Filters({ filter, set }: FiltersProps) {
  const active = Object.values(filter).some((value) => value !== '');
  return (
    <Toolbar label="Filters">
      <TypedFilter
        label="Search by the beginning of an id or directory name"
        placeholder="Name or id begins with …"
        value={filter.q}
        onValue={(value) => set('q', value)}
      />
      <select
        aria-label="Status"
        value={filter.status}
        onChange={(event) => set('status', event.target.value)}
      >
        <option value="">Any status</option>
        {BATCH_STATUSES.map((status) => (
          <option key={status} value={status}>
            {status.charAt(0) + status.slice(1).toLowerCase()}
          </option>
        ))}
      </select>
      <label className="inline-field">
        <span>From</span>
        <input type="date" value={filter.from} onChange={(event) => set('from', event.target.value)} />
      </label>
      <label className="inline-field">
        <span>to</span>
        <input type="date" value={filter.to} onChange={(event) => set('to', event.target.value)} />
      </label>
      <TypedFilter
        label="Directory id"
        placeholder="dir-…"
        value={filter.directory}
        onValue={(value) => set('directory', value)}
      />
      {active && (
        <Button
          look="ghost"
          onClick={() => {
            for (const name of ['q', 'status', 'from', 'to', 'directory'] as const) set(name, '');
          }}
        >
          Clear
        </Button>
      )}
    </Toolbar>
  );
}

interface TypedFilterProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

/** A text that takes effect when typing pauses. */
function TypedFilter({ label, placeholder, value, onValue }: TypedFilterProps) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return undefined;
    const timer = setTimeout(() => onValue(typed), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, value, onValue]);
  return (
    <span className="search">
      <Search aria-hidden />
      <input
        type="search"
        aria-label={label}
        placeholder={placeholder}
        maxLength={200}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </span>
  );
}
