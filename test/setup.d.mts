import type { SpawnOptions } from 'node:child_process';

export const root: string;
export function run(program: string, args: readonly string[], options?: SpawnOptions): Promise<number>;
export function npm(args: readonly string[]): Promise<number>;
export function ensurePackages(): Promise<void>;
export function runTypeScript(file: string, args?: readonly string[]): Promise<number>;
