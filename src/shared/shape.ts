/**
 * How a state looks: one of the eleven drawings (media/states) in one colour of the theme. Trees, status bar, editor,
 * panels and tests take it from here.
 */
import type { FileState, RequestState } from '../core/staging/state';
import type { TokenState } from '../core/tokens/state';

export const shapes = ['hollow', 'dot', 'half', 'full', 'cross', 'lost', 'hatched', 'corner', 'dash', 'question', 'warning'] as const;
export type Shape = (typeof shapes)[number];

/** Ids of theme colours. */
export const colours: Record<Shape, string> = {
  hollow: 'descriptionForeground',
  dot: 'descriptionForeground',
  half: 'charts.blue',
  full: 'charts.green',
  cross: 'testing.iconFailed',
  lost: 'testing.iconFailed',
  hatched: 'editorWarning.foreground',
  corner: 'editorWarning.foreground',
  dash: 'descriptionForeground',
  question: 'descriptionForeground',
  warning: 'editorWarning.foreground',
};

const fileShapes: Record<FileState, Shape> = {
  unknown: 'question',
  tape: 'hollow',
  queued: 'dot',
  staging: 'half',
  online: 'full',
  failed: 'cross',
  lost: 'lost',
  unavailable: 'hatched',
  cancelled: 'dash',
  expired: 'corner',
};

const requestShapes: Record<RequestState, Shape> = {
  draft: 'hollow',
  submitting: 'hollow',
  submitted: 'dot',
  scheduled: 'dot',
  running: 'half',
  onHold: 'warning',
  done: 'full',
  partial: 'cross',
  failed: 'cross',
  aborted: 'dash',
  unknown: 'question',
};

const tokenShapes: Record<TokenState, Shape> = {
  todo: 'hollow',
  locked: 'half',
  done: 'full',
  error: 'cross',
  unclassified: 'question',
};

export function tokenShape(state: TokenState): Shape {
  return tokenShapes[state];
}

export function fileShape(state: FileState): Shape {
  return fileShapes[state];
}

export function requestShape(state: RequestState): Shape {
  return requestShapes[state];
}
