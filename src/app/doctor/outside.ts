import { BlockList, isIPv4 } from 'node:net';
import type { Config } from '../../config.ts';
import { checkModel, type Trial } from '../../engines/model/check-model.ts';
import type { ModelClient } from '../../engines/model/port.ts';
import { failed, ok, without, type Finding } from './finding.ts';

export async function checkModelEndpoint(config: Config, client: ModelClient | undefined): Promise<Finding> {
  if (!client)
    return ok('model', 'none: agentic tiers are read like the others, and extraction goes by rules');
  const { structuredOutput, pictures } = await checkModel(client);
  const detail = `${config.modelName}: structured output ${said(structuredOutput)}; pictures ${said(pictures)}`;
  if (structuredOutput.ok && pictures.ok) return ok('model', detail);
  if (!structuredOutput.ok && !pictures.ok)
    return failed('model', detail, 'check SHEAF_MODEL_BASE_URL, SHEAF_MODEL_NAME and SHEAF_MODEL_API_KEY');
  return without('model', detail, 'docs/models.md says what is lost; a model that sees pictures does both');
}

function said(trial: Trial): string {
  return trial.ok ? 'works' : `does not (${trial.code}: ${trial.reason})`;
}

/** Addresses through which a client of Sheaf could reach what is meant for this machine alone. */
const DELICATE: Readonly<Record<string, string>> = {
  '169.254.169.254': 'the metadata of a cloud',
  '127.0.0.1': 'this machine itself',
};

export async function checkEgress({ egressAllow }: Config): Promise<Finding> {
  if (egressAllow.length === 0) return ok('egress', 'public addresses only');
  const detail = `public addresses and ${egressAllow.join(', ')}`;
  const opened = Object.entries(DELICATE).flatMap(([address, what]) =>
    egressAllow.some((entry) => covers(entry, address)) ? [what] : [],
  );
  if (opened.length === 0) return ok('egress', detail);
  return without(
    'egress',
    `${detail}: clients can reach ${opened.join(' and ')}`,
    'name only what webhooks and sources need in SHEAF_EGRESS_ALLOW',
  );
}

function covers(entry: string, address: string): boolean {
  const [base = '', bits] = entry.split('/');
  if (bits === undefined) return base.split(':', 1)[0] === address;
  if (!isIPv4(base)) return false;
  const network = new BlockList();
  network.addSubnet(base, Number(bits));
  return network.check(address);
}
