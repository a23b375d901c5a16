/** While an answer is read, or about to be, what it was asked about stays where it is: live tables ask here. */

/** From the press of the button until its answer is there. */
const openingMs = 1500;

let read = 0;
let openingUntil = 0;

export const isHeld = (): boolean => read > 0 || performance.now() < openingUntil;

export function holdForOpening(): void {
  openingUntil = performance.now() + openingMs;
}

/** Returns the way to let go. */
export function hold(): () => void {
  read++;
  openingUntil = 0;
  return () => {
    read--;
  };
}
