import { MapPin } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { formatShare } from '../../format/numbers.ts';
import type { Field } from './citations.ts';

interface ExtractFormProps {
  readonly root: Field;
  readonly active: string | null;
  readonly onActive: (id: string | null) => void;
  /** Shows the page that a value was found on. */
  readonly onCite: (id: string, page: number) => void;
}

/** The result of an extraction as a form: each value with its place, its confidence and who found it. */
export function ExtractForm({ root, ...actions }: ExtractFormProps) {
  const form = useRef<HTMLDivElement>(null);
  const { active } = actions;
  useEffect(() => {
    if (active === null || form.current?.querySelector(':hover')) return;
    form.current?.querySelector(`[data-field="${CSS.escape(active)}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <div className="extract-form" ref={form}>
      {root.kind === 'group' ? (
        root.fields.map((field) => <FieldView key={field.id} field={field} {...actions} />)
      ) : (
        <FieldView field={root} {...actions} />
      )}
    </div>
  );
}

type FieldViewProps = Omit<ExtractFormProps, 'root'> & { readonly field: Field };

function FieldView({ field, ...actions }: FieldViewProps) {
  if (field.kind === 'value') return <ValueView field={field} {...actions} />;
  return (
    <fieldset className="field-group">
      <legend>{field.name}</legend>
      {field.fields.length === 0 && <span className="muted">None</span>}
      {field.fields.map((inner) => (
        <FieldView key={inner.id} field={inner} {...actions} />
      ))}
    </fieldset>
  );
}

type ValueViewProps = Omit<FieldViewProps, 'field'> & { readonly field: Field & { kind: 'value' } };

function ValueView({ field, active, onActive, onCite }: ValueViewProps) {
  const { id, name, value, told } = field;
  return (
    <div
      data-field={id}
      className={`value-row ${active === id ? 'is-active' : ''}`}
      onMouseEnter={() => onActive(id)}
      onMouseLeave={() => onActive(null)}
    >
      <label className="field">
        <span className="field-label">{name}</span>
        <input readOnly value={shown(value)} placeholder="Not found" onFocus={() => onActive(id)} />
      </label>
      <div className="value-told small">
        {typeof told.confidence === 'number' && (
          <span
            className={`confidence ${told.confidence < 0.6 ? 'is-low' : ''}`}
            title={confidenceTitle(told)}
          >
            {formatShare(told.confidence)} sure
          </span>
        )}
        {told.found_by && told.found_by !== 'none' && <span className="muted">found by {told.found_by}</span>}
        {told.citation?.map(({ page, matching_text }, index) => (
          <button
            // Citations of a value keep their order.
            key={index}
            type="button"
            className="cite"
            aria-label={`Show where ${name} stands: page ${page}`}
            title={matching_text ?? undefined}
            onClick={() => onCite(id, page)}
          >
            <MapPin aria-hidden /> page {page}
          </button>
        ))}
      </div>
    </div>
  );
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function confidenceTitle(told: (Field & { kind: 'value' })['told']): string {
  const parts = [
    typeof told.extraction_confidence === 'number' && `evidence ${formatShare(told.extraction_confidence)}`,
    typeof told.parsing_confidence === 'number' && `reading ${formatShare(told.parsing_confidence)}`,
  ];
  return parts.filter(Boolean).join(', ');
}
