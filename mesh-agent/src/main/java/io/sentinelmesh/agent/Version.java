package io.sentinelmesh.agent;

import java.util.Optional;

/** The version in the jar's manifest. */
final class Version {

    private Version() {
    }

    static String text() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion()).orElse("development");
    }
}
