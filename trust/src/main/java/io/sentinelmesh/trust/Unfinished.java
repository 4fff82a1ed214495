package io.sentinelmesh.trust;

/** Goes with the last method that is not written yet. */
final class Unfinished {

    private static final boolean WRITTEN = Boolean.getBoolean("written");

    private Unfinished() {
    }

    @SuppressWarnings({"unchecked", "NullAway", "TypeParameterUnusedInFormals", "CanIgnoreReturnValueSuggester"})
    static <T> T here() {
        if (!WRITTEN) {
            throw new UnsupportedOperationException("not written yet");
        }
        return (T) (Object) "";
    }
}
