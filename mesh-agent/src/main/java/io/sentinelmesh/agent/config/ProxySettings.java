package io.sentinelmesh.agent.config;

import java.util.Optional;

/** The way from here to an aggregator's port. */
public sealed interface ProxySettings {

    /** Straight on. */
    record None() implements ProxySettings {
    }

    /**
     * Through an HTTP proxy, by CONNECT (RFC 9110, section 9.3.6).
     *
     * @param credentials a file with {@code USER:PASSWORD}
     */
    record Http(String host, int port, Optional<SecretFile> credentials) implements ProxySettings {

        /** @throws ConfigException if the file can't be read, or is not what it should be */
        public Optional<Credentials> readCredentials() {
            return credentials.map(file -> Credentials.parse(file.read(), file));
        }
    }

    /** For Basic authentication (RFC 7617): no colon in the user's name. */
    record Credentials(String user, String password) {

        private static Credentials parse(String text, SecretFile file) {
            int colon = text.indexOf(':');
            if (colon < 1 || text.chars().anyMatch(Character::isISOControl)) {
                throw new ConfigException("the " + file.what() + " " + file.path()
                        + " must hold one line USER:PASSWORD");
            }
            return new Credentials(text.substring(0, colon), text.substring(colon + 1));
        }

        @Override
        public String toString() {
            return "Credentials[user=" + user + "]";
        }
    }
}
