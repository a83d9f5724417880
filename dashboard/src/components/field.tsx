import { useId, type ReactNode } from 'react';

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  /** Why the value cannot be taken. */
  readonly problem?: string | undefined;
  /** The control; gets the id by which label and notes belong to it. */
  readonly children: (control: {
    readonly id: string;
    readonly 'aria-describedby': string;
    readonly 'aria-invalid': true | undefined;
  }) => ReactNode;
}

/** A control of a form with its label, what it is for, and what is wrong with it. */
export function Field({ label, hint, problem, children }: FieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      {children({ id, 'aria-describedby': `${id}-notes`, 'aria-invalid': problem ? true : undefined })}
      <div id={`${id}-notes`} className="small" aria-live="polite">
        {problem ? (
          <span className="field-problem">{problem}</span>
        ) : (
          hint !== undefined && <span className="muted">{hint}</span>
        )}
      </div>
    </div>
  );
}
