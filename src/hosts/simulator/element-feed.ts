/** Where scripted sources get their elements from, one at a time, when it is their turn. */
import type { Answer, ElementRequest } from '../../engine/wire/requests.ts';

/** A source that has asked. */
export interface WaitingForElement {
  alive(): boolean;
  respond(answer: Answer): void;
}

export interface ElementFeed {
  /** A source asks for its next element. False: nobody has one. */
  ask(body: ElementRequest, waiting: WaitingForElement): boolean;
}
