import { CircleCheck } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/states.tsx';
import { formatBytes, formatCount } from '../../format/numbers.ts';
import type { Stage } from './use-new-batch.ts';

interface CheckResultProps {
  readonly stage: Stage & { kind: 'checked' };
  readonly onStart: (leaveOut: readonly string[]) => void;
  readonly onBack: () => void;
}

/** What the server says of the files before anything runs. */
export function CheckResult({ stage, onStart, onBack }: CheckResultProps) {
  const { check, problem, refused } = stage;
  const [leaveOut, setLeaveOut] = useState(false);
  const failing = check?.problems.filter(({ verdict }) => verdict === 'will_fail') ?? [];
  const clean = check !== null && check.problems.length === 0 && refused.length === 0;
  return (
    <section className="card form" aria-label="Check">
      <h2>Before it starts</h2>
      {clean && (
        <p className="good-line">
          <CircleCheck aria-hidden /> {formatCount(check.total_files, 'file')},{' '}
          {formatBytes(check.total_bytes)}: nothing speaks against them.
        </p>
      )}
      {problem !== null && <Notice look="warning">{problem}</Notice>}
      {check !== null && !clean && (
        <p>
          {formatCount(check.total_files, 'file')}, {formatBytes(check.total_bytes)}:{' '}
          {formatCount(check.will_fail, 'will fail', 'will fail')}, {formatCount(check.warnings, 'warning')}.
          {check.checked_files < check.total_files && ` The check looked at ${check.checked_files} of them.`}
        </p>
      )}
      {refused.length + (check?.problems.length ?? 0) > 0 && (
        <ul className="problems" tabIndex={0} aria-label="Problems">
          {refused.map(({ path, problem: why }) => (
            <li key={path}>
              <strong className="bad">Not uploaded</strong> {path}: {why}
            </li>
          ))}
          {check?.problems.map((one) => (
            <li key={`${one.directory_file_id}${one.message}`}>
              <strong className={one.verdict === 'will_fail' ? 'bad' : 'warn'}>
                {one.verdict === 'will_fail' ? 'Will fail' : 'Warning'}
              </strong>{' '}
              {one.display_name}: {one.message}
            </li>
          ))}
        </ul>
      )}
      {failing.length > 0 && (
        <label className="check-line">
          <input type="checkbox" checked={leaveOut} onChange={(event) => setLeaveOut(event.target.checked)} />
          Take the {formatCount(failing.length, 'file')} that will fail out of the directory first
        </label>
      )}
      <div className="toolbar">
        <Button
          look="primary"
          onClick={() => onStart(leaveOut ? failing.map((one) => one.directory_file_id) : [])}
        >
          Start the batch
        </Button>
        <Button onClick={onBack}>Back</Button>
      </div>
    </section>
  );
}
