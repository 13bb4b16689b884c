import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** The other end of runner.cjs: prints what the tests print, and keeps their outcome. */
export interface Listener {
  socket: string;
  /** Whether the tests passed; undefined as long as they have not told. */
  passed(): boolean | undefined;
  close(): Promise<void>;
}

/** What the runner needs to find in the environment of the extension host. */
export function runnerEnvironment(listener: Listener, testsPath: string): NodeJS.ProcessEnv {
  return { GRID_TEST_SOCKET: listener.socket, GRID_TEST_ENTRY: path.resolve(testsPath) };
}

export const RUNNER = path.join(__dirname, 'runner.cjs');

export async function listenToTests(folder: string): Promise<Listener> {
  let passed: boolean | undefined;
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    // A window that reloads ends its extension host without a word; the reader passes the socket's error on.
    socket.on('error', () => undefined);
    const lines = createInterface({ input: socket }).on('error', () => undefined);
    lines.on('line', (line) => {
      const told = JSON.parse(line) as { out?: string; err?: string; passed?: boolean };
      if (told.out !== undefined) process.stdout.write(told.out);
      if (told.err !== undefined) process.stderr.write(told.err);
      if (told.passed === undefined) return;
      passed = told.passed;
      socket.write('heard\n');
    });
  });
  const socket = path.join(folder, 'tests.sock');
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve));
  return {
    socket,
    passed: () => passed,
    close() {
      for (const one of open) one.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
