package io.sentinelmesh.settings;

/**
 * One thing that is wrong with a document.
 *
 * @param message on one line, without control characters: what is wrong and what to write instead
 */
public record Fault(Place place, String message) {

    @Override
    public String toString() {
        return place + ": " + message;
    }
}
