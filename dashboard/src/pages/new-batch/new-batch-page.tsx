import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { callAll } from '../../api/client.ts';
import { useConfigurationChoices } from '../../api/configurations.ts';
import { useSystem } from '../../api/system.ts';
import type { Directory } from '../../api/wire.ts';
import { Button } from '../../components/button.tsx';
import { Page } from '../../components/page.tsx';
import { LoadingState, Notice } from '../../components/states.tsx';
import { formatBytes, formatCount } from '../../format/numbers.ts';
import { CheckResult } from './check-result.tsx';
import { ConfigurationPicker, exampleText, NEW_CONFIGURATION } from './configuration-picker.tsx';
import { directoryNameOf, type ChosenFile } from './dropped-files.ts';
import { FileChoice } from './file-choice.tsx';
import { doubtsOf, kindsOf } from './local-check.ts';
import { useNewBatch, type Preparation } from './use-new-batch.ts';

/** A new batch: which files, which configuration, what the check says, start. */
export default function NewBatchPage() {
  const [params] = useSearchParams();
  const [files, setFiles] = useState<readonly ChosenFile[]>([]);
  const [name, setName] = useState('');
  const [directoryId, setDirectoryId] = useState(params.get('directory') ?? '');
  const [chosen, setChosen] = useState('cfg-PARSE_FAST');
  const [draft, setDraft] = useState({ name: '', text: exampleText('parse_v2') });
  const { presets, saved } = useConfigurationChoices();
  const { stage, problem, prepare, start, back, stopUpload } = useNewBatch();
  const ready = wanted({ files, name, directoryId, chosen, draft, known: [...presets, ...saved] });

  if (stage.kind === 'checking' || stage.kind === 'starting') {
    return <LoadingState label={stage.kind === 'checking' ? 'Checking the files …' : 'Starting …'} />;
  }
  return (
    <Page title="New batch" lead="One configuration over all files of a directory">
      <div className="narrow">
        {problem !== null && <Notice look="error">{problem}</Notice>}
        {stage.kind === 'uploading' && (
          <section className="card form" aria-label="Upload">
            <p role="status">
              {formatCount(stage.done, 'file')} of {stage.total} uploaded
            </p>
            <progress value={stage.done} max={Math.max(1, stage.total)} aria-label="Uploaded files" />
            <Button onClick={stopUpload}>Stop</Button>
          </section>
        )}
        {stage.kind === 'checked' && (
          <CheckResult stage={stage} onBack={back} onStart={(leaveOut) => void start(stage, leaveOut)} />
        )}
        {stage.kind === 'choosing' && (
          <form
            className="card form"
            onSubmit={(event) => {
              event.preventDefault();
              if (ready) void prepare(ready);
            }}
          >
            {directoryId === '' && (
              <FileChoice
                onFiles={(more) => {
                  const all = withMore(files, more);
                  setFiles(all);
                  if (name === '') setName(directoryNameOf(all));
                }}
              />
            )}
            {files.length > 0 && directoryId === '' ? (
              <ChosenFiles files={files} name={name} onName={setName} onFiles={setFiles} />
            ) : (
              <DirectoryPicker chosen={directoryId} onChosen={setDirectoryId} />
            )}
            <ConfigurationPicker chosen={chosen} onChosen={setChosen} draft={draft} onDraft={setDraft} />
            <div className="toolbar">
              <Button type="submit" look="primary" disabled={ready === null}>
                {directoryId === '' ? 'Upload and check' : 'Check'}
              </Button>
              <span className="muted">Nothing runs before you start it.</span>
            </div>
          </form>
        )}
      </div>
    </Page>
  );
}

interface Wish {
  readonly files: readonly ChosenFile[];
  readonly name: string;
  readonly directoryId: string;
  readonly chosen: string;
  readonly draft: { readonly name: string; readonly text: string };
  readonly known: readonly { readonly id: string; readonly product: string }[];
}

/** What the form asks for; null while something is missing. */
function wanted({ files, name, directoryId, chosen, draft, known }: Wish): Preparation | null {
  const source = directoryId !== '' ? { directoryId } : { name: name.trim(), files };
  if ('files' in source && (files.length === 0 || source.name === '')) return null;
  if (chosen !== NEW_CONFIGURATION) {
    const configuration = known.find(({ id }) => id === chosen);
    return configuration ? { source, configuration } : null;
  }
  try {
    const parameters: unknown = JSON.parse(draft.text);
    return draft.name.trim() === ''
      ? null
      : { source, configuration: { name: draft.name.trim(), parameters } };
  } catch {
    return null;
  }
}

/** A path that comes again takes the place of the first. */
function withMore(files: readonly ChosenFile[], more: readonly ChosenFile[]): readonly ChosenFile[] {
  return [...new Map([...files, ...more].map((file) => [file.path, file])).values()];
}

interface ChosenFilesProps {
  readonly files: readonly ChosenFile[];
  readonly name: string;
  readonly onName: (name: string) => void;
  readonly onFiles: (files: readonly ChosenFile[]) => void;
}

function ChosenFiles({ files, name, onName, onFiles }: ChosenFilesProps) {
  const limits = useSystem().data?.limits;
  const doubts = doubtsOf(files, limits?.max_upload_bytes);
  const failing = new Set(doubts.filter(({ fails }) => fails).map(({ path }) => path));
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  return (
    <>
      <p>
        <strong>{formatCount(files.length, 'file')}</strong>, {formatBytes(bytes)}:{' '}
        {kindsOf(files)
          .map(([kind, count]) => `${count} ${kind}`)
          .join(', ')}{' '}
        <Button look="ghost" onClick={() => onFiles([])}>
          Choose others
        </Button>
      </p>
      {limits !== undefined && files.length > limits.max_batch_files && (
        <Notice look="error">A batch takes {formatCount(limits.max_batch_files, 'file')} at most.</Notice>
      )}
      {doubts.length > 0 && (
        <ul className="problems" tabIndex={0} aria-label="Problems">
          {doubts.map(({ path, fails, text }) => (
            <li key={path}>
              <strong className={fails ? 'bad' : 'warn'}>{fails ? 'Will fail' : 'Warning'}</strong> {path}:{' '}
              {text}
            </li>
          ))}
        </ul>
      )}
      {failing.size > 0 && (
        <Button onClick={() => onFiles(files.filter(({ path }) => !failing.has(path)))}>
          Leave out {formatCount(failing.size, 'file')}
        </Button>
      )}
      <label className="field">
        <span className="field-label">Name of the directory</span>
        <input value={name} required maxLength={3000} onChange={(event) => onName(event.target.value)} />
      </label>
    </>
  );
}

interface DirectoryPickerProps {
  readonly chosen: string;
  readonly onChosen: (id: string) => void;
}

function DirectoryPicker({ chosen, onChosen }: DirectoryPickerProps) {
  const directories = useQuery({
    queryKey: ['directories', 'all'],
    queryFn: ({ signal }) => callAll<Directory>('/api/v1/beta/directories', { signal }),
  });
  return (
    <label className="field">
      <span className="field-label">Or a directory that is already here</span>
      <select value={chosen} onChange={(event) => onChosen(event.target.value)}>
        <option value="">None: upload files</option>
        {directories.data?.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
