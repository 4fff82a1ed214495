package io.sentinelmesh.probe.http;

import io.sentinelmesh.probe.exchange.ConnectionFailure;

/** What came of asking a web server. */
public sealed interface HttpOutcome {

    /** For scripts. */
    String word();

    /** For people. */
    String text();

    /** It answered as it should. */
    record Ok() implements HttpOutcome {
        @Override
        public String word() {
            return "ok";
        }

        @Override
        public String text() {
            return "the answer is as it should be";
        }
    }

    record StatusUnexpected(int status) implements HttpOutcome {
        @Override
        public String word() {
            return "status-unexpected";
        }

        @Override
        public String text() {
            return "status " + status + " is not among the expected ones";
        }
    }

    /** @param why which rule the body breaks */
    record BodyMismatch(String why) implements HttpOutcome {
        @Override
        public String word() {
            return "body-mismatch";
        }

        @Override
        public String text() {
            return why;
        }
    }

    record BodyTooLarge(long mostBytes) implements HttpOutcome {
        @Override
        public String word() {
            return "body-too-large";
        }

        @Override
        public String text() {
            return "the body is larger than " + mostBytes + " bytes: reading was given up";
        }
    }

    record TooManyRedirects(int followed) implements HttpOutcome {
        @Override
        public String word() {
            return "too-many-redirects";
        }

        @Override
        public String text() {
            return "still redirected after " + followed + " redirects";
        }
    }

    /** @param location seen before in this chain of redirects */
    record RedirectLoop(String location) implements HttpOutcome {
        @Override
        public String word() {
            return "redirect-loop";
        }

        @Override
        public String text() {
            return "redirected in a circle, to " + location;
        }
    }

    /** Redirected to what is not a URL of the web. */
    record RedirectInvalid(String location) implements HttpOutcome {
        @Override
        public String word() {
            return "redirect-invalid";
        }

        @Override
        public String text() {
            return "redirected to '" + location + "', which can't be followed";
        }
    }

    /** What came is not HTTP, or not the version that was insisted upon. */
    record Malformed(String why) implements HttpOutcome {
        @Override
        public String word() {
            return "malformed";
        }

        @Override
        public String text() {
            return "the answer is not HTTP: " + why;
        }
    }

    /** The server does not speak the version of HTTP that was asked for. */
    record VersionUnavailable(String wanted) implements HttpOutcome {
        @Override
        public String word() {
            return "version-unavailable";
        }

        @Override
        public String text() {
            return "the server does not speak " + wanted;
        }
    }

    /** No answer at all. */
    record Failed(ConnectionFailure failure) implements HttpOutcome {
        @Override
        public String word() {
            return failure.word();
        }

        @Override
        public String text() {
            return failure.text();
        }
    }
}
