/**
 * What other extensions and scripts may call:
 *
 *     const grid = await vscode.extensions.getExtension('grid-workbench.grid-workbench')?.activate();
 *
 * Everything else is a command; see the table of ids in the README.
 */
import type { TargetForm } from './core/links/convert';
import type { Problem } from './core/links/rule';
import type { StagingRequest } from './core/staging/request';

export interface Api {
  /** Grows when something is added; what is there stays. */
  readonly version: 1;
  /** The problems of a list of links; lines and UTF-16 columns count from 0. */
  lintLinks(text: string): Promise<readonly Problem[]>;
  /** The list in another form; rows that cannot be converted are named in `failed`. */
  convertLinks(
    text: string,
    form: TargetForm,
  ): Promise<{
    readonly text: string;
    readonly links: number;
    readonly failed: readonly { readonly link: string; readonly message: string }[];
  }>;
  /** The requests on the desk, newest first. */
  stagingRequests(): Promise<readonly StagingRequest[]>;
  /** Calls back when they change; returns how to stop that. */
  onDidChangeStaging(listener: () => void): Promise<{ dispose(): void }>;
}
