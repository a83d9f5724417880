type Tree = Readonly<Record<string, unknown>>;

/*
 * A configuration's parameters may hold secrets: the signing secrets of webhooks, and the password that opens
 * documents. They are taken and used, but nobody is told them.
 */

/** The parameters as they may be shown. */
export function withoutSecrets(parameters: Tree): Record<string, unknown> {
  const { webhook_configurations: webhooks, input_options: input } = parameters;
  return {
    ...parameters,
    ...(Array.isArray(webhooks) && {
      webhook_configurations: webhooks.map((webhook: unknown) => without(webhook, 'webhook_signing_secret')),
    }),
    ...(isTree(input) && { input_options: without(input, 'password') }),
  };
}

/**
 * New parameters with those secrets of the stored ones that the client could not know: what was read and is sent back
 * loses none. A webhook keeps its secret by its URL, the password stays while there are input options; null is as good
 * as absent.
 */
export function withKeptSecrets(parameters: Record<string, unknown>, stored: Tree): Record<string, unknown> {
  const { webhook_configurations: webhooks, input_options: input } = parameters;
  const before = stored['input_options'];
  const password = isTree(before) ? before['password'] : undefined;
  return {
    ...parameters,
    ...(Array.isArray(webhooks) && {
      webhook_configurations: keepSigningSecrets(webhooks, stored['webhook_configurations']),
    }),
    ...(isTree(input) && { input_options: keep(input, 'password', password) }),
  };
}

function keepSigningSecrets(webhooks: readonly unknown[], stored: unknown): unknown[] {
  // Endpoints of one URL keep theirs in the order that they stand in.
  const left = Array.isArray(stored) ? stored.filter(isTree) : [];
  return webhooks.map((webhook: unknown) => {
    if (!isTree(webhook)) return webhook;
    const index = left.findIndex((known) => known['webhook_url'] === webhook['webhook_url']);
    const [known] = index < 0 ? [] : left.splice(index, 1);
    return keep(webhook, 'webhook_signing_secret', known?.['webhook_signing_secret']);
  });
}

function keep(tree: Tree, field: string, secret: unknown): Tree {
  const isGiven = tree[field] !== undefined && tree[field] !== null;
  return isGiven || secret === undefined || secret === null ? tree : { ...tree, [field]: secret };
}

function without(value: unknown, field: string): unknown {
  if (!isTree(value)) return value;
  const { [field]: _secret, ...told } = value;
  return told;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
