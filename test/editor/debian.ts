import { startGroup } from './group';

/** What the editors and the browser need beside npm packages. */
export const EDITOR_PACKAGES = ['chromium', 'python3', 'make', 'g++', 'git'] as const;

/** Which of these Debian packages are missing. */
export async function debianPackages(names: readonly string[] = EDITOR_PACKAGES): Promise<string[]> {
  const states = await Promise.all(
    names.map(async (name) => {
      const query = startGroup(['dpkg-query', '--show', '--showformat=${db:Status-Status}', name]);
      return (await query.exited) === 0 && query.output().trim() === 'installed';
    }),
  );
  return names.filter((_, index) => !states[index]);
}

/** Installs them where that may be done unasked; else returns the sentence that says what to ask for. */
export async function installDebianPackages(names: readonly string[]): Promise<string | undefined> {
  if (names.length === 0) return undefined;
  const wanted = `Ask the administrator for ${names.length === 1 ? 'this package' : 'these packages'}: ${names.join(' ')}.`;
  if ((await startGroup(['apt-get', '--version']).exited) !== 0) return `This machine has no apt-get. ${wanted}`;
  const prefix = await privilege();
  if (prefix === undefined) return wanted;
  const apt = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get'];
  for (const args of [['update'], ['install', '--yes', '--no-install-recommends', ...names]]) {
    const [command, ...rest] = [...apt, ...args];
    if (command === undefined) continue;
    const group = startGroup([command, ...rest]);
    const code = await group.exited;
    // A failed update may be one foreign source of many: the installation tells whether it mattered.
    if (code !== 0 && args[0] === 'install') {
      return `apt-get install failed (exit code ${code}). ${wanted}\n${group.output().trimEnd().split('\n').slice(-15).join('\n')}`;
    }
  }
  return undefined;
}

/** What stands before a command to run it as root: nothing, sudo, or no way. */
async function privilege(): Promise<string[] | undefined> {
  if (process.getuid?.() === 0) return [];
  return (await startGroup(['sudo', '-n', 'true']).exited) === 0 ? ['sudo', '-n'] : undefined;
}
