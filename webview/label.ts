/** Places for words in a drawing so that none covers another. All lengths in px. */

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly line: number;
}

export interface Wish {
  /** What the words belong to. */
  readonly x: number;
  readonly width: number;
  /** How many lines it takes, one below the other. */
  readonly lines: number;
}

export interface Place {
  /** `start`: words begin right of x; `end`: they end left of it. */
  readonly anchor: 'start' | 'end';
  /** 0 is the upper line. */
  readonly line: number;
}

/** Room between a mark and its words. */
export const gap = 6;

/** A rough width of words; better too wide than too narrow. */
export function widthOf(words: string, fontSize: number, bold = false): number {
  return Math.ceil(words.length * fontSize * (bold ? 0.57 : 0.53));
}

/**
 * A place for each wish, or undefined where there is none; earlier wishes choose first. Words keep inside the width and
 * off the marks of the others.
 */
export function place(wishes: readonly Wish[], width: number, lines: number, taken: readonly Box[] = []): (Place | undefined)[] {
  const boxes = [...taken];
  return wishes.map((wish, own) => {
    for (const crossing of [false, true]) {
      for (const anchor of ['start', 'end'] as const) {
        for (let line = 0; line + wish.lines <= lines; line++) {
          const left = anchor === 'start' ? wish.x + gap : wish.x - gap - wish.width;
          const right = left + wish.width;
          if (left < 0 || right > width) continue;
          const inWay = (box: Box) => box.line >= line && box.line < line + wish.lines && left < box.right + gap && right > box.left - gap;
          if (boxes.some(inWay)) continue;
          // A mark through words is bad, but better than no words.
          if (!crossing && wishes.some((other, k) => k !== own && other.x > left - 2 && other.x < right + 2)) continue;
          for (let k = 0; k < wish.lines; k++) boxes.push({ left, right, line: line + k });
          return { anchor, line };
        }
      }
    }
    return undefined;
  });
}

/** Moves heights apart to at least `distance`, keeps them in order and between `least` and `most`; ordered from the top down. */
export function spread(heights: readonly number[], distance: number, least: number, most: number): number[] {
  let floor = least;
  const moved = heights.map((height) => {
    const free = Math.max(height, floor);
    floor = free + distance;
    return free;
  });
  let limit = most;
  for (let k = moved.length - 1; k >= 0; k--) {
    moved[k] = Math.min(moved[k] ?? 0, limit);
    limit = (moved[k] ?? 0) - distance;
  }
  return moved;
}
