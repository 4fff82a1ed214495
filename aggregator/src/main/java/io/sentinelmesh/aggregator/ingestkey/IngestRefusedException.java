package io.sentinelmesh.aggregator.ingestkey;

/** A request of a third party that is not served; its message says what to do. */
final class IngestRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final IngestObjection objection;

    IngestRefusedException(IngestObjection objection, String message) {
        super(message);
        this.objection = objection;
    }

    IngestObjection objection() {
        return objection;
    }
}
