import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inheritedEnvironment } from '../supervised/child-environment.ts';

/** Nothing listens on the discard port of this machine. */
const NOWHERE = { host: '127.0.0.1', port: '9' };

const SCRIPTING = 'org.openoffice.Office.Common/Security/Scripting';
const PROXY = 'org.openoffice.Inet/Settings';

/**
 * What LibreOffice is told beyond its defaults. Links to other files and addresses are refused because the documents
 * come from no trusted place: without that, a picture that a document links to is fetched, and a local file that it
 * names is put into the result.
 */
const SETTINGS: readonly (readonly [path: string, name: string, value: string])[] = [
  [SCRIPTING, 'MacroSecurityLevel', '3'],
  [SCRIPTING, 'DisableMacrosExecution', 'true'],
  [SCRIPTING, 'DisableActiveContent', 'true'],
  [SCRIPTING, 'BlockUntrustedRefererLinks', 'true'],
  // 2: links are never brought up to date.
  ['org.openoffice.Office.Writer/Content/Update', 'Link', '2'],
  ['org.openoffice.Office.Calc/Content/Update', 'Link', '2'],
  // 1: results of formulas that are stored in the workbook stay.
  ['org.openoffice.Office.Calc/Formula/Load', 'OOXMLRecalcMode', '1'],
  ['org.openoffice.Office.Calc/Formula/Load', 'ODFRecalcMode', '1'],
  ['org.openoffice.Office.Java/VirtualMachine', 'Enable', 'false'],
  // 2: a proxy that is given by hand.
  [PROXY, 'ooInetProxyType', '2'],
  [PROXY, 'ooInetHTTPProxyName', NOWHERE.host],
  [PROXY, 'ooInetHTTPProxyPort', NOWHERE.port],
  [PROXY, 'ooInetHTTPSProxyName', NOWHERE.host],
  [PROXY, 'ooInetHTTPSProxyPort', NOWHERE.port],
  [PROXY, 'ooInetNoProxy', ''],
];

/** Writes a fresh profile. Each conversion has its own: of two that share one, the second gives nothing and no error. */
export function writeProfile(directory: string): void {
  const items = SETTINGS.map(
    ([path, name, value]) =>
      `<item oor:path="/${path}"><prop oor:name="${name}" oor:op="fuse"><value>${value}</value></prop></item>`,
  );
  mkdirSync(join(directory, 'user'), { recursive: true });
  writeFileSync(
    join(directory, 'user', 'registrymodifications.xcu'),
    '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" ' +
      'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n' +
      `${items.join('\n')}\n</oor:items>\n`,
  );
}

/** The environment of an office program. @param home an existing directory, also for its temporary files */
export function officeEnvironment(home: string): NodeJS.ProcessEnv {
  const proxy = `http://${NOWHERE.host}:${NOWHERE.port}`;
  return {
    ...inheritedEnvironment(),
    // English dates and numbers where a document leaves the language open, whatever the server's.
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    HOME: home,
    TMPDIR: home,
    XDG_CONFIG_HOME: home,
    XDG_CACHE_HOME: home,
    XDG_RUNTIME_DIR: home,
    SAL_USE_VCLPLUGIN: 'svp',
    SAL_DISABLE_OPENCL: '1',
    http_proxy: proxy,
    https_proxy: proxy,
    ftp_proxy: proxy,
    all_proxy: proxy,
    no_proxy: '',
  };
}
