// JSON of the server as objects of the editor.
import { Location, Position, Range, Uri } from 'vscode';
import * as protocol from './protocol';

/** Reads an address of the server. */
export type UriOf = (address: string) => Uri;

export function position(given: protocol.Position): Position {
  return new Position(given.line, given.character);
}

export function range(given: protocol.Range): Range {
  return new Range(position(given.start), position(given.end));
}

/** `uriOf` says what the server's address is in the editor. */
export function location(given: protocol.Location, uriOf: UriOf): Location {
  return new Location(uriOf(given.uri), range(given.range));
}
