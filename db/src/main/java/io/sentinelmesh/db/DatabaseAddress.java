package io.sentinelmesh.db;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where a PostgreSQL or TimescaleDB server is and who we are there.
 *
 * @param jdbcUrl in the driver's form, without user and password unless it was given in that form
 */
public record DatabaseAddress(String jdbcUrl, Optional<String> user, Optional<String> password) {

    private static final String PASSWORD_FILE = "SENTINEL_DB_PASSWORD_FILE";
    private static final String JDBC_PREFIX = "jdbc:postgresql:";

    /**
     * Takes {@code postgresql://user:password@host:port/database?sslmode=require} (also {@code postgres://}), as in PostgreSQL's own
     * programs, or the JDBC form {@code jdbc:postgresql://host:port/database?…}.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static DatabaseAddress parse(String url) {
        if (url.startsWith(JDBC_PREFIX)) {
            return new DatabaseAddress(url, Optional.empty(), Optional.empty());
        }
        if (!url.startsWith("postgresql://") && !url.startsWith("postgres://")) {
            throw new IllegalArgumentException("a database URL looks like postgresql://user:password@host:5432/database"
                    + " or jdbc:postgresql://host:5432/database, not '" + withoutCredentials(url) + "'");
        }
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("database URL '" + withoutCredentials(url) + "': " + e.getReason()
                    + " at character " + e.getIndex() + " (write special characters of the password as %XX)");
        }
        if (Optional.ofNullable(uri.getHost()).isEmpty()) {
            throw new IllegalArgumentException("database URL '" + withoutCredentials(url) + "' names no host");
        }
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        String query = Optional.ofNullable(uri.getRawQuery()).map(text -> "?" + text).orElse("");
        Optional<String> credentials = Optional.ofNullable(uri.getRawUserInfo());
        String jdbcUrl = JDBC_PREFIX + "//" + uri.getHost() + port + uri.getRawPath() + query;
        return new DatabaseAddress(jdbcUrl, credentials.map(text -> decoded(text.split(":", 2)[0])),
                credentials.filter(text -> text.contains(":")).map(text -> decoded(text.split(":", 2)[1])));
    }

    /**
     * Adds what is missing here from the environment: {@code SENTINEL_DB_USER}, {@code SENTINEL_DB_PASSWORD}, or the first line of the file
     * {@code SENTINEL_DB_PASSWORD_FILE}. A password in a URL can be read by everyone who may list processes.
     *
     * @throws IllegalArgumentException if that file cannot be read
     */
    public DatabaseAddress completedFrom(Map<String, String> environment) {
        Optional<String> foundUser = user.or(() -> Optional.ofNullable(environment.get("SENTINEL_DB_USER")));
        Optional<String> foundPassword = password
                .or(() -> Optional.ofNullable(environment.get("SENTINEL_DB_PASSWORD")))
                .or(() -> Optional.ofNullable(environment.get(PASSWORD_FILE)).map(DatabaseAddress::passwordIn));
        return new DatabaseAddress(jdbcUrl, foundUser, foundPassword);
    }

    /**
     * The first line of a file.
     *
     * @throws IllegalArgumentException if the file cannot be read
     */
    public DatabaseAddress withPasswordFile(Path file) {
        return withPassword(passwordIn(file.toString()));
    }

    private static String passwordIn(String file) {
        try {
            return Files.readString(Path.of(file)).lines().findFirst().orElse("");
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "cannot read the database password from " + file + " (" + PASSWORD_FILE + "): " + e, e);
        }
    }

    public DatabaseAddress withUser(String name) {
        return new DatabaseAddress(jdbcUrl, Optional.of(name), password);
    }

    public DatabaseAddress withPassword(String text) {
        return new DatabaseAddress(jdbcUrl, user, Optional.of(text));
    }

    /** Fit for a log: no password, wherever it was written. */
    @Override
    public String toString() {
        return withoutCredentials(jdbcUrl);
    }

    private static String withoutCredentials(String url) {
        return url.replaceFirst("\\?.*", "").replaceFirst("//[^/]*@", "//");
    }

    private static String decoded(String text) {
        // Form decoding would turn a plus sign into a blank.
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
