/** Where the cells of a map stand and where keys lead. A map is a row of positions broken into lines. Lengths in px of the drawing. */

export const pitch = 13;
/** Extra room after each ten. */
const tens = 5;

/** Left edge of a column. */
export function columnX(column: number): number {
  return column * pitch + Math.floor(column / 10) * tens;
}

/** Size of the drawing without its margin. */
export function sizeOf(positions: number, columns: number): { width: number; height: number; lines: number } {
  const lines = Math.ceil(positions / columns);
  return { width: columnX(columns - 1) + pitch - 1, height: lines * pitch - 1, lines };
}

/** The position under a point; -1 beside all. */
export function positionAt(x: number, y: number, positions: number, columns: number): number {
  const line = Math.floor(y / pitch);
  const group = Math.floor(x / (10 * pitch + tens));
  const column = group * 10 + Math.min(9, Math.floor((x - group * (10 * pitch + tens)) / pitch));
  const position = line * columns + column;
  return x < 0 || y < 0 || column >= columns || position >= positions ? -1 : position;
}

/** Where a key leads from a position: to the next one that is filled in its direction; the same one when there is none. */
export function step(filled: (position: number) => boolean, positions: number, from: number, key: string, columns: number): number {
  const search = (start: number, by: number): number => {
    for (let k = start; k >= 0 && k < positions; k += by) if (filled(k)) return k;
    return from;
  };
  switch (key) {
    case 'ArrowLeft':
      return search(from - 1, -1);
    case 'ArrowRight':
      return search(from + 1, 1);
    case 'ArrowUp':
    case 'PageUp':
      return search(from - columns, -columns);
    case 'ArrowDown':
    case 'PageDown':
      return search(from + columns, columns);
    case 'Home':
      return search(0, 1);
    case 'End':
      return search(positions - 1, -1);
    default:
      return from;
  }
}
